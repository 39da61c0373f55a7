"""Disk space that is set aside before anything is written, so that a full disk is found in time."""

import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from modelyard.errors import DiskFull
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import SUBMODULE, Tree

_FULL = {errno.ENOSPC, errno.EDQUOT}
_BLOCK = 4096


class Reserve:
    """Some space that nobody else gets; a context manager, which gives it back."""

    def __init__(self, folder: Path, size: int) -> None:
        """Set space aside.

        Args:
            folder: Where it is needed; the file that holds the space has no name there.
            size: How many bytes; more than the disk has raises DiskFull.
        """
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 release() closes it
        try:
            if size and hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self._file.fileno(), 0, size)
        except OSError as error:
            self._file.close()
            if error.errno in _FULL:
                raise DiskFull(f"the disk of {folder} is full; the repo is as it was") from None
            # A file system that sets nothing aside: git says so where there is too little.

    def __enter__(self) -> "Reserve":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Give the space back."""
        self._file.close()


def is_left(folder: Path, size: int) -> bool:
    """Tell whether a disk has so much space now."""
    try:
        Reserve(folder, size).release()
    except (DiskFull, OSError):
        return False
    return True


def disks(repo: Repo) -> list[Path]:
    """Return a folder on each disk that an update of a repo writes to."""
    places = {at.stat().st_dev: at for at in (repo.git_dir, repo.common, repo.folder)}
    return list(places.values())


def needed(
    repo: Repo, scratch: Scratch, written: Tree, changed: Iterable[str], index: Path
) -> tuple[int, int]:
    """Return how many bytes writing a tree takes at most, and how many undoing that.

    Args:
        repo: The repo.
        scratch: Where blobs are.
        written: What is about to be written.
        changed: The paths at which it differs from HEAD.
        index: Where git's index is.
    """
    new, old = [], []
    where = {file.oid: path for path, file in repo.tree.items()}
    for path in changed:
        if path in repo.tree:
            old.append(_size(repo.project / path))
        if path in written and written[path].mode != SUBMODULE:
            # What only moves is not read, however large it is.
            known = where.get(written[path].oid)
            size = _size(repo.project / known) if known else len(scratch.read(written[path].oid))
            new.append(size)
    indexes = 3 * _in_blocks([_size(index)])
    # What is new becomes an object too, and an index is written beside the old one.
    return 2 * _in_blocks(new) + indexes, _in_blocks(old) + indexes


def _in_blocks(sizes: list[int]) -> int:
    """Return how much space files of these sizes take, with the folders that they may need."""
    return sum((size // _BLOCK + 2) * _BLOCK for size in sizes)


def _size(place: Path) -> int:
    try:
        return place.lstat().st_size
    except OSError:
        return 0
