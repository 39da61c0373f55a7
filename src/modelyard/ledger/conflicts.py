"""Reads what a merge left to a person: markers in a file, and the stages of the index."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from modelyard.ledger.lines import NOBODYS, TEMPLATES, YOURS, Fault, Threeway, order_faults
from modelyard.outcome import Merged, Stage

OPEN, BASE, MIDDLE, CLOSE = b"<<<<<<< ", b"||||||| ", b"=======", b">>>>>>> "


@dataclass
class Views:
    """A file with markers, as each side would resolve it, and what is outside the markers."""

    ours: list[bytes] = field(default_factory=list)
    theirs: list[bytes] = field(default_factory=list)
    common: list[bytes] = field(default_factory=list)
    blocks: int = 0


def _find(lines: Sequence[bytes], start: int, mark: bytes) -> int:
    return next((i for i in range(start, len(lines)) if lines[i].startswith(mark)), -1)


def _parts(block: Sequence[bytes], theirs: set[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """Split what stands between the outer markers into ours and theirs.

    A heading may be underlined by seven signs too: the right one is followed by theirs alone.
    """
    bar = _find(block, 0, BASE)
    middles = [i for i in range(max(bar, 0), len(block)) if block[i] == MIDDLE]
    if not middles:
        return block, []
    middle = next((i for i in middles if theirs.issuperset(block[i + 1 :])), middles[0])
    return block[: bar if bar >= 0 else middle], block[middle + 1 :]


def views(lines: Sequence[bytes], theirs: Iterable[bytes]) -> Views:
    """Return a file's two readings; without markers both are the file itself."""
    seen = Views()
    known = set(theirs)
    at = 0
    while at < len(lines):
        close = _find(lines, at + 1, CLOSE) if lines[at].startswith(OPEN) else -1
        if close < 0:
            for part in (seen.ours, seen.theirs, seen.common):
                part.append(lines[at])
            at += 1
            continue
        mine, other = _parts(lines[at + 1 : close], known)
        seen.ours += mine
        seen.theirs += other
        seen.blocks += 1
        at = close + 1
    return seen


def marked_faults(merge: Threeway, seen: Views) -> list[Fault]:
    """Return what is wrong with a file with markers: each reading must hold its side's change."""
    found = [
        *order_faults(merge, seen.ours, of_ours=True),
        *order_faults(merge, seen.theirs, of_ours=False),
    ]
    most = merge.bounds[1]
    ours, theirs, base = Counter(merge.ours), Counter(merge.theirs), Counter(merge.base)
    common = Counter(seen.common)
    for item, times in common.items():
        if times > most[item]:
            whose = YOURS if ours[item] < base[item] else TEMPLATES if item in base else NOBODYS
            found.append(Fault(whose, "extra" if whose == NOBODYS else "back", item))
    everything = Counter(seen.ours) + Counter(seen.theirs) - common
    for item, times in everything.items():
        if times > ours[item] + theirs[item]:
            found.append(Fault(NOBODYS, "extra", item))
    return list(dict.fromkeys(found))


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

    @staticmethod
    def _near(path: str, about: Iterable[str]) -> bool:
        # git moves a file aside as `path~branch` where a directory takes its place.
        return any(path == one or path.startswith(f"{one}~") for one in about)

    def about(self, paths: Iterable[str]) -> bool:
        """Say whether one of the paths, or a file moved aside from there, is in conflict."""
        wanted = set(paths)
        return any(self._near(path, wanted) for path in self.paths)

    def at(self, paths: Iterable[str], stage: int) -> list[Stage]:
        """Return what the index will hold of one side at these paths."""
        wanted = set(paths)
        return [one for one in self.stages if one.stage == stage and self._near(one.path, wanted)]
