"""Reads what a merge left to a person: markers in a file, and the stages of the index."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from modelyard.ledger.lines import Fault, FaultKind, Threeway, follows, order_faults
from modelyard.ledger.loss import Owner
from modelyard.merged import Merged, Stage


@dataclass
class Views:
    """A file with markers, as each side would resolve it, and what is outside the markers."""

    ours: list[bytes] = field(default_factory=list)
    theirs: list[bytes] = field(default_factory=list)
    common: list[bytes] = field(default_factory=list)
    flat: list[bytes] = field(default_factory=list)


def opens(line: bytes, own: Collection[bytes]) -> int:
    """Return the length of the marker that opens here, or 0: nested ones are longer than seven.

    A document may show markers: what is a line of it in one of its versions is none of git's.
    """
    if line in own:
        return 0
    signs = len(line) - len(line.lstrip(b"<"))
    return signs if signs >= 7 and line[signs : signs + 1] == b" " else 0


def _find(lines: Sequence[bytes], start: int, mark: bytes, own: Collection[bytes]) -> int:
    places = (i for i in range(start, len(lines)) if lines[i].startswith(mark))
    return next((i for i in places if lines[i] not in own), -1)


def _parts(
    block: Sequence[bytes], theirs: set[bytes], own: Collection[bytes], length: int
) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """Split what stands between the outer markers into ours and theirs.

    A heading may be underlined by as many signs: the right one is followed by theirs alone.
    """
    bar = _find(block, 0, b"|" * length + b" ", own)
    middles = [i for i in range(max(bar, 0), len(block)) if block[i] == b"=" * length]
    if not middles:
        return block, []
    middle = next((i for i in middles if theirs.issuperset(block[i + 1 :])), middles[0])
    return block[: bar if bar >= 0 else middle], block[middle + 1 :]


def views(
    lines: Sequence[bytes], theirs: Iterable[bytes], own: Collection[bytes] = frozenset()
) -> Views:
    """Return a file's two readings; without markers both are the file itself.

    Args:
        lines: The file.
        theirs: The template's version.
        own: The lines of all of its versions, which are no markers.
    """
    seen = Views()
    known = set(theirs)
    at = 0
    while at < len(lines):
        length = opens(lines[at], own)
        close = _find(lines, at + 1, b">" * length + b" ", own) if length else -1
        if close < 0:
            for part in (seen.ours, seen.theirs, seen.common, seen.flat):
                part.append(lines[at])
            at += 1
            continue
        mine, other = _parts(lines[at + 1 : close], known, own, length)
        seen.ours += mine
        seen.theirs += other
        seen.flat += [*mine, *other]
        at = close + 1
    return seen


def marked_faults(merge: Threeway, seen: Views) -> list[Fault]:
    """Return what is wrong with a file with markers: each reading must hold its side's change."""
    found = [
        *order_faults(merge, seen.ours, of_ours=True),
        *order_faults(merge, seen.theirs, of_ours=False),
    ]
    most = merge.bounds[1]
    ours, base = Counter(merge.ours), Counter(merge.base)
    common = Counter(seen.common)
    for item, times in common.items():
        if times > most[item]:
            owner = (
                Owner.USER
                if ours[item] < base[item]
                else Owner.TEMPLATE
                if item in base
                else Owner.NOBODY
            )
            found.append(
                Fault(owner, FaultKind.EXTRA if owner == Owner.NOBODY else FaultKind.BACK, item)
            )
    found += _invented(merge, seen)
    return list(dict.fromkeys(found))


def _invented(merge: Threeway, seen: Views) -> list[Fault]:
    known = Counter(merge.ours) + Counter(merge.theirs)
    there: Counter[Hashable] = Counter(seen.flat)
    return [
        Fault(Owner.NOBODY, FaultKind.EXTRA, item) for item, n in there.items() if n > known[item]
    ]


def backed_faults(merges: Sequence[Threeway], seen: Views) -> list[Fault]:
    """Return what is wrong with a file with markers where the index holds both versions in full.

    Which of several equal lines stands inside the markers is git's choice, so this counts: what
    one side alone has is there as often and in that order, what both have is there, and outside
    the markers a distinctive line is not there more often than some alignment in `merges` allows.
    """
    merge = merges[0]
    ours, theirs, base = Counter(merge.ours), Counter(merge.theirs), Counter(merge.base)
    there: Counter[Hashable] = Counter(seen.flat)
    found = _invented(merge, seen)
    for owner, mine, other, side in (
        (Owner.USER, ours, theirs, merge.ours),
        (Owner.TEMPLATE, theirs, ours, merge.theirs),
    ):
        new = dict.fromkeys(item for item in mine if not base[item] and not other[item])
        missing = [
            Fault(owner, FaultKind.MISSING, item) for item in new if there[item] < mine[item]
        ]
        if not missing and not follows([x for x in side if x in new], seen.flat):
            missing.append(Fault(owner, FaultKind.MISPLACED, next(iter(new))))
        found += missing
    for item, times in Counter(seen.common).items():
        distinctive = base[item] == 1 and isinstance(item, bytes) and len(item.strip()) > 1
        if distinctive and all(times > merge.bounds[1][item] for merge in merges):
            owner = Owner.USER if ours[item] < base[item] else Owner.TEMPLATE
            found.append(Fault(owner, FaultKind.BACK, item))
    both = (item for item in ours if theirs[item] and not there[item])
    return [*found, *(Fault(Owner.NOBODY, FaultKind.MISSING, item) for item in both)]


@dataclass(frozen=True)
class Disputes:
    """The paths that a merge leaves to a person."""

    paths: frozenset[str]
    stages: tuple[Stage, ...]

    @classmethod
    def of(cls, merged: Merged) -> "Disputes":
        """Collect them from the result of a merge."""
        named = {conflict.path for conflict in merged.conflicts}
        return cls(frozenset(named | {stage.path for stage in merged.stages}), merged.stages)

    def about(self, paths: Iterable[str]) -> bool:
        """Say whether one of the paths, or a file moved aside from there, is in conflict."""
        wanted = set(paths)
        return not self.paths.isdisjoint(wanted) or any(
            moved_aside(path, wanted) for path in self.paths if "~" in path
        )

    def at(self, paths: Iterable[str], stage: int) -> list[Stage]:
        """Return what the index will hold of one side at these paths."""
        wanted = set(paths)
        return [
            one
            for one in self.stages
            if one.stage == stage and (one.path in wanted or moved_aside(one.path, wanted))
        ]


def moved_aside(path: str, about: Iterable[str]) -> bool:
    """Say whether git moved this file aside: `path~branch`, where a directory takes its place."""
    return "~" in path and any(path.startswith(f"{one}~") for one in about)
