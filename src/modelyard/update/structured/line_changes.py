"""Changes of lines, and where those of two sides meet, as a merge of lines sees it."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from modelyard.update.structured.sequences import opcodes


class Change(NamedTuple):
    """What a side made of the lines `start` to `stop` of the base: its own from `low` to `high`."""

    start: int
    stop: int
    low: int
    high: int

    def touches(self, other: "Change") -> bool:
        """Say whether a merge of lines cannot tell the two apart."""
        return self.start <= other.stop and other.start <= self.stop


class Meeting(NamedTuple):
    """Changes of both sides that touch: for a merge of lines they are one place."""

    ours: tuple[Change, ...]
    theirs: tuple[Change, ...]

    def lines(self, changes: Sequence[Change], side: Sequence[str]) -> Sequence[str]:
        """Return what a side has at this place, given its changes there."""
        both = (*self.ours, *self.theirs)
        start, stop = min(one.start for one in both), max(one.stop for one in both)
        first, last = changes[0], changes[-1]
        return side[first.low - (first.start - start) : last.high + (stop - last.stop)]


def meetings(ours: Sequence[Change], theirs: Sequence[Change]) -> list[Meeting]:
    """Group the changes of two sides that touch; one that touches none is in no group."""
    groups: list[tuple[list[Change], list[Change]]] = []
    end = -1
    for change, side in sorted([(one, 0) for one in ours] + [(one, 1) for one in theirs]):
        if change.start > end:
            groups.append(([], []))
        groups[-1][side].append(change)
        end = max(end, change.stop)
    return [Meeting(tuple(mine), tuple(yours)) for mine, yours in groups if mine and yours]


def changes(base: Sequence[Hashable], side: Sequence[Hashable]) -> list[Change]:
    """Return where a side differs from the base.

    Raises:
        Disagreement: They are too long to compare.
    """
    return [Change(*places) for kind, *places in opcodes(base, side) if kind != "equal"]
