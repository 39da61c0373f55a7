"""Aligns versions of a text and says which of its pieces a merge lost, moved or invented.

Everything here works on sequences of hashable items: lines for a file, tokens for one place.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

Items = Sequence[Hashable]

# Above this product of lengths a region is first cut at its rare lines: difflib is quadratic.
SMALL = 200_000
YOURS, TEMPLATES, NOBODYS = "yours", "template's", "nobody's"


class Fault(NamedTuple):
    """One item of `whose` that is wrong: it is "missing", "out of place", "back" or "extra"."""

    whose: str
    what: str
    item: Hashable


def _blocks(old: Items, new: Items) -> Iterator[tuple[int, int]]:
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield from zip(
            range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True
        )


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
            for i, j in _blocks(left, right):
                match[a + i] = c + j
            continue
        starts = [(a, c), *((a + i + 1, c + j + 1) for i, j in anchors)]
        ends = [*((a + i, c + j) for i, j in anchors), (b, d)]
        for i, j in anchors:
            match[a + i] = c + j
        regions += [(s, e, t, f) for (s, t), (e, f) in zip(starts, ends, strict=True)]
    return match


def follows(wanted: Items, result: Items) -> bool:
    """Say whether all of `wanted` is in `result`, in order."""
    rest = iter(result)
    return all(any(item == other for other in rest) for item in wanted)


@dataclass(frozen=True)
class Threeway:
    """Two changes of one text, aligned: what each of them adds, keeps and takes away."""

    base: Items
    ours: Items
    theirs: Items
    ours_way: int = 0
    theirs_way: int = 0

    @cached_property
    def to_ours(self) -> list[int]:
        """Give for each base item its place in ours, or -1."""
        return align(self.base, self.ours, self.ours_way)

    @cached_property
    def to_theirs(self) -> list[int]:
        """Give for each base item its place in theirs, or -1."""
        return align(self.base, self.theirs, self.theirs_way)

    @cached_property
    def stable(self) -> list[int]:
        """Give the base items that both sides keep: the neighbours that hold the rest in place."""
        pairs = enumerate(zip(self.to_ours, self.to_theirs, strict=True))
        return [i for i, (j, k) in pairs if j >= 0 and k >= 0]

    def _added(self, side: Items, to_side: list[int]) -> list[bool]:
        kept = set(to_side)
        return [j not in kept for j in range(len(side))]

    @cached_property
    def ours_added(self) -> list[bool]:
        """Tell for each item of ours whether the user added it."""
        return self._added(self.ours, self.to_ours)

    @cached_property
    def theirs_added(self) -> list[bool]:
        """Tell for each item of theirs whether the template added it."""
        return self._added(self.theirs, self.to_theirs)

    def required(self, of_ours: bool) -> list[int]:
        """Return the places in one side of what a merge has to keep of it, in order."""
        mine, other = (self.to_ours, self.to_theirs) if of_ours else (self.to_theirs, self.to_ours)
        dropped = {j for j, k in zip(mine, other, strict=True) if j >= 0 and k < 0}
        side = self.ours if of_ours else self.theirs
        return [j for j in range(len(side)) if j not in dropped]

    def gaps(self) -> Iterator[tuple[slice, slice, slice]]:
        """Yield what lies between two stable neighbours: slices of base, ours and theirs.

        There is one gap more than there are stable items; most are empty.
        """
        a = b = c = 0
        for i in self.stable:
            j, k = self.to_ours[i], self.to_theirs[i]
            yield slice(a, i), slice(b, j), slice(c, k)
            a, b, c = i + 1, j + 1, k + 1
        yield slice(a, len(self.base)), slice(b, len(self.ours)), slice(c, len(self.theirs))

    @cached_property
    def bounds(self) -> tuple[Counter[Hashable], Counter[Hashable]]:
        """Give how often each item must and may be in a merge.

        Both differ only where the two sides add the same item in the same gap: one is enough.
        """
        most: Counter[Hashable] = Counter(self.base[i] for i in self.stable)
        shared: Counter[Hashable] = Counter()
        for _, in_ours, in_theirs in self.gaps():
            mine = self._new(self.ours, self.ours_added, in_ours)
            other = self._new(self.theirs, self.theirs_added, in_theirs)
            most.update(mine)
            most.update(other)
            if mine and other:
                shared.update(Counter(mine) & Counter(other))
        return most - shared, most

    @staticmethod
    def _new(side: Items, added: list[bool], part: slice) -> list[Hashable]:
        if part.start == part.stop:
            return []
        return [x for x, new in zip(side[part], added[part], strict=True) if new]


Order = Callable[[Threeway, Items], list[Fault]]


def order_faults(merge: Threeway, result: Items, of_ours: bool) -> list[Fault]:
    """Return what one side had to keep and that is not in the result, or not in its place."""
    side, added = (merge.ours, merge.ours_added) if of_ours else (merge.theirs, merge.theirs_added)
    required = merge.required(of_ours)
    wanted = [side[j] for j in required]
    if follows(wanted, result):
        return []
    there = Counter(result)
    needed = Counter(wanted)
    whose = YOURS if of_ours else TEMPLATES
    return [
        Fault(
            whose if added[j] else NOBODYS,
            "out of place" if there[item] >= needed[item] else "missing",
            item,
        )
        for j, item, at in zip(required, wanted, align(wanted, result), strict=True)
        if at < 0
    ]


def count_faults(merge: Threeway, result: Items) -> list[Fault]:
    """Return what is too few or too many times in the result."""
    least, most = merge.bounds
    there = Counter(result)
    faults = []
    ours, theirs = Counter(merge.ours), Counter(merge.theirs)
    base = Counter(merge.base)
    for item, times in least.items():
        if there[item] < times:
            whose = YOURS if ours[item] > base[item] else TEMPLATES
            faults.append(Fault(whose, "missing", item))
    for item, times in there.items():
        if times <= most[item]:
            continue
        if ours[item] < base[item]:
            faults.append(Fault(YOURS, "back", item))
        elif theirs[item] < base[item] or (item in base and not (ours[item] and theirs[item])):
            faults.append(Fault(TEMPLATES, "back", item))
        else:
            faults.append(Fault(NOBODYS, "extra", item))
    return faults


def faults(merge: Threeway, result: Items) -> list[Fault]:
    """Return all that is wrong with `result` as a merge of both changes, each fault once."""
    found = [
        *order_faults(merge, result, of_ours=True),
        *order_faults(merge, result, of_ours=False),
        *count_faults(merge, result),
    ]
    return list(dict.fromkeys(found))
