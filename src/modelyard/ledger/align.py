"""Pairs the items of two versions: what one of them kept of the other, in order."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher

from modelyard.ledger.shortest_edit import matched

Items = Sequence[Hashable]

# Above this product of lengths a region is first cut at its rare lines: difflib is quadratic.
SMALL = 200_000


def _blocks(old: Items, new: Items) -> Iterator[tuple[int, int]]:
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield from zip(
            range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True
        )


def _repeats(old: Items, new: Items) -> bool:
    """Tell whether items are there so often that difflib would compare each with all others."""
    in_old, in_new = Counter(old), Counter(new)
    return sum(times * in_new[item] for item, times in in_old.items()) > SMALL


def _anchors(old: Items, new: Items) -> list[tuple[int, int]]:
    """Pair the rarest items that both hold equally often, in order (patience, by Bram Cohen)."""
    in_old, in_new = Counter(old), Counter(new)
    even = [item for item, times in in_old.items() if in_new[item] == times]
    if not even:
        return []
    rarest = min(in_old[item] for item in even)
    wanted = {item for item in even if in_old[item] == rarest}
    places: dict[Hashable, list[int]] = {}
    for j, item in enumerate(new):
        if item in wanted:
            places.setdefault(item, []).append(j)
    heads = {item: iter(where) for item, where in places.items()}
    pairs = [(i, next(heads[item])) for i, item in enumerate(old) if item in wanted]
    return _rising(pairs)


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs whose second parts rise."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        before[k] = ends[at - 1] if at else -1
        tails[at : at + 1] = [j]
        ends[at : at + 1] = [k]
    chain = []
    k = ends[-1] if ends else -1
    while k >= 0:
        chain.append(pairs[k])
        k = before[k]
    return chain[::-1]


def _slide(items: Items, match: list[int]) -> None:
    """Move each run without a match as far down as equal items allow, if nothing replaced it."""
    end = len(items)
    while end:
        if match[end - 1] >= 0:
            end -= 1
            continue
        start = end - 1
        while start and match[start - 1] < 0:
            start -= 1
        first, last = start, end
        before = match[start - 1] if start else -1
        while last < len(items) and match[last] == before + 1 and items[first] == items[last]:
            before = match[first] = match[last]
            match[last] = -1
            first, last = first + 1, last + 1
        end = start


def _turned(match: list[int], length: int) -> list[int]:
    """Return the same pairs, seen from the other side."""
    back = [-1] * length
    for i, j in enumerate(match):
        if j >= 0:
            back[j] = i
    return back


def align(old: Items, new: Items, way: int = 0) -> list[int]:
    """Return for each item of `old` its place in `new`, or -1 where it is gone.

    Where lines repeat, several alignments are equally short; `way` picks one: 0 slides a change
    down, 1 slides it up, 2 cuts at rare lines first (as histogram diffs do).
    """
    if way == 1:
        up = align(old[::-1], new[::-1])
        return [len(new) - 1 - j if j >= 0 else -1 for j in reversed(up)]
    match = _matched(old, new, way == 2)
    _slide(old, match)
    back = _turned(match, len(new))
    _slide(new, back)
    return _turned(back, len(old))


def _matched(old: Items, new: Items, rare_first: bool) -> list[int]:
    match = [-1] * len(old)
    regions = [(0, len(old), 0, len(new))]
    while regions:
        a, b, c, d = regions.pop()
        while a < b and c < d and old[a] == new[c]:
            match[a] = c
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
            match[b] = d
        if a == b or c == d:
            continue
        left, right = old[a:b], new[c:d]
        large = (b - a) * (d - c) > SMALL
        anchors = _anchors(left, right) if large or rare_first else []
        if not anchors:
            # Without any anchor even a large region has to be matched, or all of it would be lost.
            for i, j in (matched if large and _repeats(left, right) else _blocks)(left, right):
                match[a + i] = c + j
            continue
        starts = [(a, c), *((a + i + 1, c + j + 1) for i, j in anchors)]
        ends = [*((a + i, c + j) for i, j in anchors), (b, d)]
        for i, j in anchors:
            match[a + i] = c + j
        regions += [(s, e, t, f) for (s, t), (e, f) in zip(starts, ends, strict=True)]
    return match
