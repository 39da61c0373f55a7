"""Leaves out what the template changed in starter text that the user has rewritten or removed.

A change of the template's that meets one of the user's is left out where all of this holds; each
unit (paragraph, heading, item, row, block of code; statement of a module) is judged by itself:

- the file is prose or an example (`starter_kind`), and no setting in it is touched;
- **the text is gone**: of the phrases (three words in a row) of each unit that the template
  changed, at most a quarter is anywhere in the user's file, and no unit there shares half of its
  words with it: it was neither moved nor lightly edited;
- **what the template changed is gone**: no phrase that its change takes out or breaks up is in
  the user's file; of a module, no name that it takes out;
- **the change is a rewording**: it has no more units than it replaces, and each has a third of
  its words from them. What is more than that is an addition, and stays in conflict.

A file that is wholly the user's is no exception: what the template adds to it stays in conflict.
"""

from collections.abc import Sequence
from typing import NamedTuple

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason
from modelyard.update.resolution.decision import Decision, Resolved
from modelyard.update.resolution.starter_files import StarterKind, starter_kind
from modelyard.update.resolution.starter_units import cut
from modelyard.update.resolution.starter_wording import (
    Wording,
    Words,
    changed_phrases,
    joined,
    least_share,
)
from modelyard.update.structured.sequences import opcodes
from modelyard.update.structured.values import Disagreement

# Chosen on histories of public repos: see docs/explanation/updates.md.
FEWEST_WORDS = 4
MOST_PHRASES_KEPT = 0.25
MOST_ALIKE = 0.5
LEAST_FROM_BASE = 1 / 3
FEWEST_WORDS_OF_FILE = 30
MOST_OF_FILE_KEPT = 0.1
# More than these are not compared: a megabyte is no starter text, and nobody waits for it.
_MOST_CHARACTERS = 150_000
_MOST_PAIRS_OF_UNITS = 100_000


class _Hunk(NamedTuple):
    """Lines of the base, and those of a side that stand in their place."""

    low: int
    high: int
    start: int
    end: int


def resolve(
    path: str, base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Resolved | None:
    """Give the base's text back to theirs where theirs rewords what ours has no more.

    Args:
        path: Where the file is in the repo.
        base: The lines that the recorded version rendered.
        ours: The user's lines.
        theirs: The lines that the wanted version renders.

    Returns:
        None where there is nothing to decide. Else ours is as it was, and theirs lacks what was
        left out, one decision for each stretch.
    """
    kind = starter_kind(path)
    sides = (base, ours, theirs)
    if kind is None or max(sum(map(len, side)) for side in sides) > _MOST_CHARACTERS:
        return None
    units = [cut(kind, side) for side in sides]
    wordings = [Wording(side, its) for side, its in zip(sides, units, strict=True) if its]
    if len(wordings) < len(sides):
        return None
    if len(wordings[0].units.text) * len(wordings[1].units.text) > _MOST_PAIRS_OF_UNITS:
        return None
    try:
        mine, yours = _hunks(base, ours), _hunks(base, theirs)
        left_out = [
            hunk
            for hunk in yours
            if any(_meet(hunk, other) for other in mine)
            and _rewords_what_is_gone(kind, wordings, hunk)
        ]
    except Disagreement:
        return None
    if not left_out:
        return None
    new = list(theirs)
    for hunk in reversed(left_out):
        new[hunk.start : hunk.end] = base[hunk.low : hunk.high]
    return Resolved(list(ours), new, tuple(_decision(base, theirs, hunk) for hunk in left_out))


def _hunks(base: Sequence[str], side: Sequence[str]) -> list[_Hunk]:
    return [_Hunk(*places) for kind, *places in opcodes(base, side) if kind != "equal"]


def _meet(one: _Hunk, other: _Hunk) -> bool:
    """Tell whether two hunks overlap or touch: git merges neither."""
    return max(one.low, other.low) <= min(one.high, other.high)


def _decision(base: Sequence[str], theirs: Sequence[str], hunk: _Hunk) -> Decision:
    given_up, taken = theirs[hunk.start : hunk.end], base[hunk.low : hunk.high]
    return Decision(NoticeReason.STARTER_TEXT, Owner.TEMPLATE, tuple(given_up), tuple(taken))


def _rewords_what_is_gone(kind: StarterKind, wordings: Sequence[Wording], hunk: _Hunk) -> bool:
    base, ours, theirs = wordings
    old, new = base.touched(hunk.low, hunk.high), theirs.touched(hunk.start, hunk.end)
    if not old or new is None or _has(ours, theirs, hunk):
        return False
    before, after = joined(old), joined(new)
    if not _is_rewording(kind, wordings, hunk, new, old):
        return False
    if ours.says_any(changed_phrases(before, after)):
        return False
    if kind is StarterKind.PYTHON and ours.names & (set(before) - set(after)):
        return False
    return all(
        ours.kept_phrases(unit) <= MOST_PHRASES_KEPT and ours.likeness(unit) < MOST_ALIKE
        for unit in old
    )


def _is_rewording(
    kind: StarterKind,
    wordings: Sequence[Wording],
    hunk: _Hunk,
    new: Sequence[Words],
    old: Sequence[Words],
) -> bool:
    base, ours, theirs = wordings
    mine = kind is StarterKind.PROSE and hunk.low < hunk.high and _written_anew(base, ours)
    if len(new) > len(old) and not (mine and _written_anew(base, theirs)):
        return False
    before = joined(old)
    return mine or (len(before) >= FEWEST_WORDS and least_share(new, before) >= LEAST_FROM_BASE)


def _written_anew(base: Wording, side: Wording) -> bool:
    """Tell whether a side has nearly nothing of the base's text, in the whole file."""
    words = base.all_words
    return len(words) >= FEWEST_WORDS_OF_FILE and side.kept_phrases(words) <= MOST_OF_FILE_KEPT


def _has(ours: Wording, theirs: Wording, hunk: _Hunk) -> bool:
    """Tell whether the user has all lines already that the template brings, such as its fix."""
    lines = {line for line in theirs.lines[hunk.start : hunk.end] if line.strip()}
    return bool(lines) and lines <= {*ours.lines}
