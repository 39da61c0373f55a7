"""Who may read and write what a verb leaves behind.

The state of a project (runs, models, snapshots) is for its owner alone, or for the group of the
store where it is shared. The files of the work tree are what the user's own umask makes them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The umask that the process was started with, while another one is in force.
_before: int | None = None


@contextmanager
def masked(shared: bool) -> Iterator[None]:
    """Let whatever this process writes, by any library, be closed to others."""
    global _before
    outer = os.umask(0o007 if shared else 0o077)
    outermost = _before is None
    if outermost:
        _before = outer
    try:
        yield
    finally:
        os.umask(outer)
        if outermost:
            _before = None


def users_umask() -> int:
    """Return the user's umask for a program that writes into the repo; -1: the one in force."""
    return -1 if _before is None else _before


def give_out(path: Path) -> None:
    """Let a file or folder of the work tree be as open as the user's umask makes others."""
    if _before is not None:
        path.chmod((0o777 if path.is_dir() else 0o666) & ~_before)


def make_folder(folder: Path, shared: bool) -> None:
    """Create a folder, and those above it that are missing, closed to others whatever the umask.

    A folder that is there stays as it is: somebody may have opened it on purpose.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
        if shared:  # what is made in it belongs to its group
            path.chmod(0o2770 if path == folder else 0o770)
        else:
            path.chmod(0o700)


def too_open(path: Path, shared: bool) -> bool:
    """Return whether others than the owner of a path, or its group where shared, may use it."""
    return bool(path.stat().st_mode & (0o007 if shared else 0o077))
