"""Sequences whose items have no names: diff3."""

from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import Match, SequenceMatcher
from functools import lru_cache
from itertools import accumulate

from modelyard.update.structured.values import Alignment, Disagreement, Slot

_COMPARISONS = 1_000_000
_IN_ALL = 3_000_000
"""Comparisons in all stretches: with a line of many twins between any two, each is read again."""


class _Matcher(SequenceMatcher[Hashable]):
    """difflib's, which raises Disagreement where it would take too long."""

    def __init__(self, first: Sequence[Hashable], second: Sequence[Hashable]) -> None:
        super().__init__(None, first, second, autojunk=False)
        counts = Counter(second)
        self._all = len(first)
        self._twins = [0, *accumulate(1 + counts[item] for item in first)]
        self._done = 0

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Find it as difflib does, and count what that takes."""
        self._done += self._twins[self._all if ahi is None else ahi] - self._twins[alo]
        if self._done > _IN_ALL:
            raise Disagreement("too long to compare")
        return super().find_longest_match(alo, ahi, blo, bhi)


def by_position(
    base: Sequence[Hashable], ours: Sequence[Hashable], theirs: Sequence[Hashable]
) -> Alignment:
    """Match equal items as diff3 does: between two that all three have, there is one choice.

    Raises:
        Disagreement: Both sides changed the same stretch, or touching ones.
    """
    to_ours, to_theirs = matches(base, ours), matches(base, theirs)
    slots: list[Slot] = []
    at = (0, 0, 0)
    ends = [(i, to_ours[i], to_theirs[i]) for i in sorted(to_ours.keys() & to_theirs.keys())]
    for end in [*ends, (len(base), len(ours), len(theirs))]:
        spans = [range(low, high) for low, high in zip(at, end, strict=True)]
        old, mine, yours = (
            [side[i] for i in span] for side, span in zip((base, ours, theirs), spans, strict=True)
        )
        if old == mine == yours:
            slots += [Slot(b, o, t) for b, o, t in zip(*spans, strict=True)]
        elif mine == yours:
            slots += [Slot(None, o, t) for o, t in zip(*spans[1:], strict=True)]
        elif mine == old:
            slots += [Slot(None, None, i) for i in spans[2]]
        elif yours == old:
            slots += [Slot(None, i, None) for i in spans[1]]
        else:
            raise Disagreement("both sides changed the same items")
        if end[0] != len(base):
            slots.append(Slot(*end))
        at = (end[0] + 1, end[1] + 1, end[2] + 1)
    return Alignment(slots, [])


def matches(first: Sequence[Hashable], second: Sequence[Hashable]) -> dict[int, int]:
    """Return the places of items of the first sequence, each with its place in the second.

    Raises:
        Disagreement: Too many items are equal to too many others.
    """
    return {
        low + i: high + i
        for same, low, end, high, _ in opcodes(first, second)
        if same == "equal"
        for i in range(end - low)
    }


def opcodes(
    first: Sequence[Hashable], second: Sequence[Hashable]
) -> list[tuple[str, int, int, int, int]]:
    """Compare two sequences as difflib does, unless that would take minutes.

    Raises:
        Disagreement: Too many items are equal to too many others.
    """
    found = _opcodes(tuple(first), tuple(second))
    if found is None:
        raise Disagreement("too long to compare")
    return list(found)


@lru_cache(16)  # values, pieces and texts of one file are compared, again after each decision
def _opcodes(
    first: tuple[Hashable, ...], second: tuple[Hashable, ...]
) -> list[tuple[str, int, int, int, int]] | None:
    shorter, start, end = min(len(first), len(second)), 0, 0
    while start < shorter and first[start] == second[start]:
        start += 1
    while end < shorter - start and first[-1 - end] == second[-1 - end]:
        end += 1
    left, right = first[start : len(first) - end], second[start : len(second) - end]
    counts = Counter(right)
    if sum(counts[item] for item in left) > _COMPARISONS:
        return None
    try:
        found = _Matcher(left, right).get_opcodes()
    except Disagreement:
        return None
    inner = [
        (tag, low + start, high + start, into + start, up_to + start)
        for tag, low, high, into, up_to in found
    ]
    tail = ("equal", len(first) - end, len(first), len(second) - end, len(second))
    return [("equal", 0, start, 0, start), *inner, tail]
