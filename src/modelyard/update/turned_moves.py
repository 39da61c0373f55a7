"""Follows files that one side moved and that somebody may have given other line ends."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.update.line_end import CRLF, LF, line_end

TEXT = frozenset({PLAIN, EXECUTABLE})
# The least share of the larger file's bytes, as git has it.
_LEAST_ALIKE = 0.5
# A line end may double a line, and half of a file may be new.
_LARGEST_GROWTH = 4


@dataclass(frozen=True)
class Moved:
    """Where one side moved files of the base.

    Attributes:
        to: The most alike of the new files, for each that was moved.
        others: The new files that are also alike: git may take one of those for the moved file.
    """

    to: dict[str, str] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=dict)


def follow(gone: Collection[str], base: Tree, side: Tree, other: Tree, scratch: Scratch) -> Moved:
    """Return where one side moved files: to the most alike of its new ones, line ends aside.

    Only files whose line ends somebody may have turned are followed; git follows all others.
    """
    lost = [path for path in gone if base[path].mode in TEXT]
    new = {path: f for path, f in side.items() if path not in base and f.mode in TEXT}
    if not lost or not new:
        return Moved()
    there = dict(_candidates(new, [base[path] for path in lost], scratch))
    ends = {line_end(content) for content in there.values()}

    def may_be_turned(path: str) -> bool:
        if path not in other:
            return True
        files = (base[path], other[path])
        return len({line_end(scratch.read(file.oid)) for file in files} | ends) > 1

    turned = {path: scratch.read(base[path].oid) for path in lost if may_be_turned(path)}
    equal = {(p, q) for p in turned for q in there if base[p].oid == new[q].oid}
    return _paired(turned, there, equal, other)


def _paired(
    lost: Mapping[str, bytes],
    there: Mapping[str, bytes],
    equal: Collection[tuple[str, str]],
    other: Tree,
) -> Moved:
    """Pair what is gone with what is new, the most alike first, and of those the equal ones.

    A file that the other side has as well is compared with that one, save where it is the one.
    """
    lines = {path: lines_of(content) for path, content in lost.items()}
    known = {line for counted in lines.values() for line in counted}
    found: list[tuple[float, bool, bool, str, str]] = []
    for place, content in there.items() if lines else ():
        counted = lines_of(content)
        shared = Counter({line: n for line, n in counted.items() if line in known})
        for path, old in lines.items():
            alike = _size(old & shared) / max(_size(old), _size(counted), 1)
            same_name = PurePosixPath(path).name == PurePosixPath(place).name
            if alike >= _LEAST_ALIKE:
                found.append((-alike, (path, place) not in equal, not same_name, path, place))
    moved = Moved()
    taken: set[str] = set()
    for *_, path, place in sorted(found):
        if path not in moved.to and place not in taken:
            moved.to[path] = place
            taken.add(place)
    for *_, path, place in sorted(found):
        if place not in taken and place not in other:
            moved.others.setdefault(path, []).append(place)
            taken.add(place)
    return moved


def _candidates(
    new: Mapping[str, File], lost: Iterable[File], scratch: Scratch
) -> Iterator[tuple[str, bytes]]:
    """Yield the new files that have about the size of a lost one; no other one is read."""
    sizes = scratch.sizes(file.oid for file in lost)
    least, most = min(sizes.values()) / _LARGEST_GROWTH, max(sizes.values()) * _LARGEST_GROWTH
    there = scratch.sizes(file.oid for file in new.values())
    for path, file in new.items():
        if least <= there[file.oid] <= most:
            yield path, scratch.glance(file.oid)


def lines_of(content: bytes) -> Counter[bytes]:
    """Count the lines of a text, line ends aside."""
    return Counter(content.replace(CRLF, LF).splitlines())


def _size(lines: Counter[bytes]) -> int:
    return sum((len(line) + 1) * times for line, times in lines.items())
