"""Gives what the user wrote in the settings beside a file: what is gone from it may be there."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, Tree

Elsewhere = Callable[[str], Iterable[str]]
"""Takes the path of a file; of each other one gives its name, and the lines that the user added."""

_SETTINGS = {".cfg", ".conf", ".ini", ".json", ".toml", ".yaml", ".yml"}
_LARGEST = 50_000
"""Bytes of a file that is still looked at."""
_MOST = 200
"""Files that are still looked at: beyond these they are data."""


def nowhere(_: str) -> Iterable[str]:
    """Give nothing, where the file is all that is known."""
    return ()


def written_elsewhere(scratch: Scratch, base: Tree, ours: Tree) -> Elsewhere:
    """Return what looks into the files of a repo.

    Args:
        scratch: Where blobs are.
        base: The render of the recorded version.
        ours: The user's files.
    """

    def lines(path: str) -> Iterator[str]:
        found = [other for other in ours if _is_beside(path, other) and _is_own(other)]
        if len(found) > _MOST:
            return
        sizes = scratch.sizes(ours[other].oid for other in found)
        for other in found:
            if sizes.get(ours[other].oid, 0) <= _LARGEST:
                known = _lines(other, base) if other in base else []
                new = {*_lines(other, ours)} - {*known}
                yield "\n".join([other, *(line for line in _lines(other, ours) if line in new)])

    def _is_own(other: str) -> bool:
        now, before = ours[other], base.get(other)
        text = now.mode in (PLAIN, EXECUTABLE) and (
            not before or before.mode in (PLAIN, EXECUTABLE)
        )
        return text and now != before

    def _lines(other: str, tree: Tree) -> list[str]:
        text = scratch.glance(tree[other].oid).decode(errors="replace")
        return [line.strip() for line in text.splitlines()]

    return lines


def _is_beside(path: str, other: str) -> bool:
    """Tell whether another file holds settings, and stands beside a file or in a hidden folder."""
    here, there = PurePosixPath(path), PurePosixPath(other)
    if here == there or not (there.suffix in _SETTINGS or there.name.startswith(".")):
        return False
    return here.parent == there.parent or there.parts[0].startswith(".")
