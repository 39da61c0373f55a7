"""The lock that every git takes before it writes an index: held for the whole of an update.

Who holds it stands in the file, so that a lock of another git is never taken for ours.
"""

import os
import stat
from pathlib import Path

from modelyard.errors import Busy

MARK = b"modelyard\n"
_INDEX, _OURS = "index", "modelyard-index"


def lock_of(git_dir: Path) -> Path:
    """Return where git locks the index of a work tree."""
    return git_dir / f"{_INDEX}.lock"


def index_of(git_dir: Path) -> Path:
    """Return where git keeps the index of a work tree."""
    return git_dir / _INDEX


def working_copy(git_dir: Path) -> Path:
    """Return where an update prepares the next index."""
    return git_dir / _OURS


def remove_abandoned(git_dir: Path) -> None:
    """Take away what an update that was killed has left; the caller holds the repo, so it is dead.

    A lock of another program stays.
    """
    lock = lock_of(git_dir)
    ours = [working_copy(git_dir), git_dir / f"{_OURS}.lock", *([lock] if _is_ours(lock) else [])]
    for place in ours:
        if os.path.lexists(place) and not place.is_dir():
            place.unlink()


def refuse_locked(git_dir: Path) -> None:
    """Refuse where another git is at work.

    Raises:
        Busy: Its lock is there.
    """
    lock = lock_of(git_dir)
    if os.path.lexists(lock) and not _is_ours(lock):
        raise Busy(
            f"git could not write: another git is at work, or was killed; its lock is {lock}",
            f"wait for it; where none runs any more: rm {lock}",
        )


def _is_ours(lock: Path) -> bool:
    try:
        # Whatever else lies there, a link or a pipe, is not opened.
        return stat.S_ISREG(lock.lstat().st_mode) and lock.read_bytes() == MARK
    except OSError:
        return False
