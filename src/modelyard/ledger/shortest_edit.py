"""Matches two sequences by their shortest edit (Myers 1986): quick where little has changed.

Where much has changed it takes the best way so far and goes on from there: the match is then a
valid one, and need not be the longest.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

# The time of a search grows with the square of this.
_MOST_EDITS = 400


class _Reach(NamedTuple):
    """How far one diagonal is matched: from `start` to `end`, coming from another diagonal."""

    end: int
    start: int
    before: int


def matched(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Yield the places of equal items, in order."""
    at, to = 0, 0
    while at < len(old) and to < len(new):
        pairs, ahead, beyond = _search(old[at:], new[to:])
        yield from ((at + i, to + j) for i, j in pairs)
        at, to = at + ahead, to + beyond


def _search(
    old: Sequence[Hashable], new: Sequence[Hashable]
) -> tuple[list[tuple[int, int]], int, int]:
    """Return places of equal items, and up to where both sequences are done."""
    trail: list[dict[int, _Reach]] = []
    steps: dict[int, _Reach] = {0: _slid(old, new, 0, 0, 0)}
    while True:
        trail.append(steps)
        last = next((d for d, r in steps.items() if r.end == len(old) == d + len(new)), None)
        if last is None and len(trail) > _MOST_EDITS:
            last = max(steps, key=lambda diagonal: 2 * steps[diagonal].end - diagonal)
        if last is not None:
            return _walked(trail, last), steps[last].end, steps[last].end - last
        steps = _next_steps(old, new, steps)


def _next_steps(
    old: Sequence[Hashable], new: Sequence[Hashable], steps: dict[int, _Reach]
) -> dict[int, _Reach]:
    """Return how far each diagonal reaches with one more item left out of either sequence."""
    found: dict[int, _Reach] = {}
    for before, reach in steps.items():
        if reach.end - before < len(new):
            _reach_further(found, old, new, before - 1, reach.end, before)
        if reach.end < len(old):
            _reach_further(found, old, new, before + 1, reach.end + 1, before)
    return found


def _reach_further(
    found: dict[int, _Reach],
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    diagonal: int,
    start: int,
    before: int,
) -> None:
    known = found.get(diagonal)
    if known is None or start > known.start:
        found[diagonal] = _slid(old, new, diagonal, start, before)


def _slid(
    old: Sequence[Hashable], new: Sequence[Hashable], diagonal: int, start: int, before: int
) -> _Reach:
    end, most = start, min(len(old), len(new) + diagonal)
    while end < most and old[end] == new[end - diagonal]:
        end += 1
    return _Reach(end, start, before)


def _walked(trail: list[dict[int, _Reach]], diagonal: int) -> list[tuple[int, int]]:
    """Return the matched places along the way that led to a diagonal."""
    pairs: list[tuple[int, int]] = []
    for steps in reversed(trail):
        reach = steps[diagonal]
        pairs += [(i, i - diagonal) for i in range(reach.end - 1, reach.start - 1, -1)]
        diagonal = reach.before
    return pairs[::-1]
