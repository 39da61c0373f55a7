"""Follows the files that one side moved: by equal content, then by what their lines share.

The measure is the one that git documents for its similarity index: the share of the larger
file's bytes that both have, here counted in whole lines.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from modelyard.gitrepo.trees import SUBMODULE, SYMLINK, File, Read, Sizes, Tree, blob_id

SAME, SURE, LIKELY, POSSIBLE = 1.0, 0.6, 0.5, 0.35
# A line in more files than this (a blank, a brace) says nothing about where a file came from.
COMMON = 30
_MOST_DOUBTS = 3
# Every empty file equals every other: no sign of a move.
EMPTY = frozenset({blob_id(b""), blob_id(b"", "sha256")})


class Move(NamedTuple):
    """A path that may be where a file went; None stands for nowhere."""

    path: str | None
    score: float


@dataclass(frozen=True)
class Moves:
    """Where one side moved the files of the base."""

    to: Mapping[str, Move] = field(default_factory=dict)
    doubtful: Mapping[str, tuple[Move, ...]] = field(default_factory=dict)
    folders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def targets(self) -> frozenset[str | None]:
        """List where files of the base went."""
        return frozenset(move.path for move in self.to.values())

    @cached_property
    def all_targets(self) -> frozenset[str | None]:
        """List where files of the base may have gone: of several that are alike git takes one."""
        others = (move.path for moves in self.doubtful.values() for move in moves)
        return self.targets.union(others)

    def options(self, path: str) -> tuple[Move, ...]:
        """Return where a file may have gone, the likeliest first; doubts, copies give several."""
        best = self.to.get(path)
        others = self.doubtful.get(path, ())
        nowhere = Move(None, SAME)
        if best is None:
            return (nowhere, *others)
        if best.score >= SURE:
            # Where somebody made several of one, git may have followed another of them.
            return (best, *(other for other in others if other.score >= SURE))
        return (best, nowhere, *others)

    def carry(self, path: str) -> list[str]:
        """Return where directory renames may take a path that was not there before them."""
        for folder in map(str, PurePosixPath(path).parents):
            if folder in self.folders:
                rest = path.removeprefix(f"{folder}/")
                return [str(PurePosixPath(target, rest)) for target in self.folders[folder]]
        return []


class Weights(NamedTuple):
    """A text as the bytes that it has in each line that matters, and in all of them."""

    lines: Counter[bytes]
    size: int


def _weights(content: bytes, known: frozenset[bytes] | None = None) -> Weights:
    """Weigh a text; of one that is compared to others only the lines that those have are kept."""
    lines = content.replace(b"\r\n", b"\n").splitlines(keepends=True)
    kept = lines if known is None else (line for line in lines if line in known)
    return Weights(Counter(kept), sum(map(len, lines)))


def _size(lines: Counter[bytes]) -> int:
    return sum(len(line) * times for line, times in lines.items())


def similarity(left: Weights, right: Weights) -> float:
    """Return the share of the larger file's bytes that both have, from 0 to 1."""
    largest = max(left.size, right.size)
    return _size(left.lines & right.lines) / largest if largest else 0.0


def _exact(gone: dict[str, File], new: dict[str, File]) -> dict[str, Move]:
    sources: dict[str, list[str]] = {}
    for path, file in sorted(gone.items()):
        sources.setdefault(file.oid, []).append(path)
    found: dict[str, Move] = {}
    for path in sorted(new):
        rest = sources.get(new[path].oid) if new[path].oid not in EMPTY else None
        if rest:
            same = [old for old in rest if PurePosixPath(old).name == PurePosixPath(path).name]
            old = (same or rest)[0]
            rest.remove(old)
            found[old] = Move(path, SAME)
    return found


def _pairs(gone: dict[str, Weights], new: dict[str, Weights]) -> list[tuple[float, bool, str, str]]:
    """Score the pairs that share a distinctive line, the likeliest first."""
    holders: dict[bytes, list[str]] = {}
    for path, weights in new.items():
        for line in weights.lines:
            holders.setdefault(line, []).append(path)
    scored = []
    for old, weights in gone.items():
        distinctive = {
            path
            for line in weights.lines
            if len(holders.get(line, ())) <= COMMON
            for path in holders.get(line, ())
        }
        for path in distinctive:
            score = similarity(weights, new[path])
            if score >= POSSIBLE:
                same_name = PurePosixPath(old).name == PurePosixPath(path).name
                scored.append((score, same_name, old, path))
    return sorted(scored, key=lambda one: (-one[0], not one[1], one[2], one[3]))


def _folders(
    to: Mapping[str, Move], doubtful: Mapping[str, Sequence[Move]], side: Tree
) -> dict[str, tuple[str, ...]]:
    """Infer which directories moved: they are gone, and most of their files went to one place.

    Where files were copied there are several such places, and git may have chosen any.
    """
    copies = ((old, move) for old, others in doubtful.items() for move in others)
    equal = [(old, move) for old, move in copies if move.path and move.score >= SAME]
    votes: dict[str, Counter[str]] = {}
    for old, move in (*to.items(), *equal):
        here, there = PurePosixPath(old).parent, PurePosixPath(move.path or "").parent
        while here != there and str(here) != ".":
            votes.setdefault(str(here), Counter())[str(there)] += 1
            if here.name != there.name:
                break
            here, there = here.parent, there.parent
    alive = {str(folder) for path in side for folder in PurePosixPath(path).parents}
    found = {}
    for folder, targets in votes.items():
        (_, most), *_ = targets.most_common(1)
        first = tuple(target for target, times in targets.items() if times == most)
        if folder not in alive and (len(first) == 1 or equal):
            found[folder] = first
    return found


def follow(base: Tree, side: Tree, read: Read, sizes: Sizes | None = None) -> Moves:
    """Return where `side` moved the files of `base`; reads blobs only where ids do not tell.

    Args:
        base: The files before.
        side: The files after.
        read: Gives the content of a blob.
        sizes: Gives the sizes of blobs, so that none is read that is too large or too small.
    """
    gone = {path: file for path, file in base.items() if path not in side}
    new = {path: file for path, file in side.items() if path not in base}
    to = _exact(gone, new)
    taken = {move.path for move in to.values()}
    plain = (SUBMODULE, SYMLINK)
    old_lines = {
        path: _weights(read(file.oid))
        for path, file in gone.items()
        if new and path not in to and file.mode not in plain
    }
    known = frozenset(line for weights in old_lines.values() for line in weights.lines)
    rest = {p: file for p, file in new.items() if p not in taken and file.mode not in plain}
    fitting = _fitting(old_lines, rest, sizes)
    new_lines = {path: _weights(read(rest[path].oid), known) for path in fitting}
    doubtful = _equals(gone, new, to)
    for score, _, old, path in _pairs(old_lines, new_lines):
        if old not in to and path not in taken and score >= LIKELY:
            to[old] = Move(path, score)
            taken.add(path)
        elif len(doubtful.get(old, ())) < _MOST_DOUBTS:
            doubtful.setdefault(old, []).append(Move(path, score))
    others = {old: tuple(moves) for old, moves in doubtful.items()}
    return Moves(to, others, _folders(to, others, side))


def _fitting(
    gone: Mapping[str, Weights], new: Mapping[str, File], sizes: Sizes | None
) -> list[str]:
    """Return the new files that may be one of those that are gone, as far as sizes tell."""
    if not gone or not new:
        return []
    if sizes is None:
        return list(new)
    there = sizes(file.oid for file in new.values())
    least = min(weights.size for weights in gone.values()) * POSSIBLE
    # Line ends do not count, and may be half of a file.
    most = max(weights.size for weights in gone.values()) / POSSIBLE * 2
    return [path for path, file in new.items() if least <= there[file.oid] <= most]


def _equals(
    gone: Mapping[str, File], new: Mapping[str, File], to: Mapping[str, Move]
) -> dict[str, list[Move]]:
    """Return where else files may have gone that have equal ones: copies are all alike."""
    there: dict[str, list[str]] = {}
    for path, file in sorted(new.items()):
        if file.oid not in EMPTY:
            there.setdefault(file.oid, []).append(path)
    before = Counter(file.oid for file in gone.values())
    found: dict[str, list[Move]] = {}
    for old, file in gone.items():
        equal = there.get(file.oid, [])
        best = to.get(old)
        others = [Move(path, SAME) for path in equal if best is None or path != best.path]
        if best and before[file.oid] > len(equal):
            others.insert(0, Move(None, SAME))
        if others:
            found[old] = others[:_MOST_DOUBTS]
    return found
