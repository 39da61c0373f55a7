"""Says which pieces of two changes of a text a merge of them lost, moved or invented.

Everything here works on sequences of hashable items: lines for a file, tokens for one place.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import NamedTuple

from modelyard.ledger.align import Items, align
from modelyard.ledger.loss import Owner


class FaultKind(Enum):
    """What is wrong with an item of a sequence."""

    MISSING = auto()
    MISPLACED = auto()
    BACK = auto()
    EXTRA = auto()


class Fault(NamedTuple):
    """One item that is wrong, and whose it is."""

    owner: Owner
    kind: FaultKind
    item: Hashable


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


def order_faults(merge: Threeway, result: Items, of_ours: bool) -> list[Fault]:
    """Return what one side had to keep and that is not in the result, or not in its place."""
    side, added = (merge.ours, merge.ours_added) if of_ours else (merge.theirs, merge.theirs_added)
    required = merge.required(of_ours)
    wanted = [side[j] for j in required]
    if follows(wanted, result):
        return []
    there = Counter(result)
    needed = Counter(wanted)
    owner = Owner.USER if of_ours else Owner.TEMPLATE
    return [
        Fault(
            owner if added[j] else Owner.NOBODY,
            FaultKind.MISPLACED if there[item] >= needed[item] else FaultKind.MISSING,
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
            owner = Owner.USER if ours[item] > base[item] else Owner.TEMPLATE
            faults.append(Fault(owner, FaultKind.MISSING, item))
    for item, times in there.items():
        if times <= most[item]:
            continue
        if ours[item] < base[item]:
            faults.append(Fault(Owner.USER, FaultKind.BACK, item))
        elif theirs[item] < base[item] or (item in base and not (ours[item] and theirs[item])):
            faults.append(Fault(Owner.TEMPLATE, FaultKind.BACK, item))
        else:
            faults.append(Fault(Owner.NOBODY, FaultKind.EXTRA, item))
    return faults


def faults(merge: Threeway, result: Items) -> list[Fault]:
    """Return all that is wrong with `result` as a merge of both changes, each fault once."""
    found = [
        *order_faults(merge, result, of_ours=True),
        *order_faults(merge, result, of_ours=False),
        *count_faults(merge, result),
    ]
    return list(dict.fromkeys(found))
