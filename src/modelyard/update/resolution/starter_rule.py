"""Tells of one change of the template whether it rewords what the user's text has no more.

The numbers were held against what people committed after updates of public repos: with these, no
rewording is left out that somebody took. There, texts are of two sorts: a ninth or less of a file's
phrases is left, or nearly half and more. `docs/explanation/updates.md` has the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modelyard.update.resolution.starter_files import StarterKind
from modelyard.update.resolution.starter_wording import (
    Wording,
    Words,
    changed_phrases,
    joined,
    least_share,
)

MOST_PHRASES_KEPT = 0.25
MOST_ALIKE = 0.5
FEWEST_WORDS = 3
LEAST_FROM_BASE = 0.25
# What a lawyer reads counts by its wording, wherever it stands.
_LICENCE = {"copyright", "licence", "licences", "licensed", "license", "licenses"}


class Change(NamedTuple):
    """Lines of the base from `low` to `high`, and those of a side that stand in their place."""

    low: int
    high: int
    start: int
    end: int

    def meets(self, other: "Change") -> bool:
        """Tell whether it overlaps or touches a change of the other side: git merges neither."""
        return max(self.low, other.low) <= min(self.high, other.high)

    def brings(self, side: Sequence[str]) -> list[str]:
        """Return the lines of the side that stand there now, without empty ones."""
        return [line for line in side[self.start : self.end] if line.strip()]


@dataclass(frozen=True)
class StarterText:
    """Three versions of a file that holds starter text."""

    kind: StarterKind
    base: Wording
    ours: Wording
    theirs: Wording

    def is_gone(self, change: Change) -> bool:
        """Tell whether the template's change is a rewording of text that ours has no more.

        Args:
            change: Of the template.

        Raises:
            Disagreement: It is too long to compare.
        """
        old = self.base.touched(change.low, change.high)
        new = self.theirs.touched(change.start, change.end)
        if not old or new is None or self._is_half(change):
            return False
        if any(_LICENCE & {*unit} for unit in (*old, *new)):
            return False
        return (
            self._is_rewording(old, new)
            and not self._still_said(joined(old), joined(new))
            and all(
                self.ours.kept_phrases(unit) <= MOST_PHRASES_KEPT
                and self.ours.likeness(unit) < MOST_ALIKE
                for unit in old
            )
        )

    def _is_half(self, change: Change) -> bool:
        """Tell whether it is one half of a unit in one version alone: the other half would stay."""
        places = (change.low, change.start), (change.high, change.end)
        return bool(change.brings(self.theirs.lines)) and any(
            self.base.divides(old) != self.theirs.divides(new) for old, new in places
        )

    def _is_rewording(self, old: Sequence[Words], new: Sequence[Words]) -> bool:
        """Tell whether the change brings no more than it replaces, and about the same thing."""
        words = joined(old)
        return (
            len(new) <= len(old)
            and len(words) >= FEWEST_WORDS
            and least_share(new, words) >= LEAST_FROM_BASE
        )

    def _still_said(self, old: Words, new: Words) -> bool:
        """Tell whether something that the change takes out is still in ours."""
        taken_out = set(old) - set(new) if self.kind is StarterKind.PYTHON else set()
        return not self.ours.names.isdisjoint(taken_out) or self.ours.says_any(
            changed_phrases(old, new)
        )
