"""The store of a repo for which none is set: a second one of a name gets one beside the first's."""

import glob
import json
from pathlib import Path

from . import identity
from .git import is_known
from .hashing import hash_text
from .identity import Identity

FILE = "repo.json"
_MOST_BYTES = 64 * 1024


def own(folder: Path, root: Path) -> Path:
    """Return the store of the repo in `root`: `folder`, or one beside it if that is another's.

    A repo that has the first commit of the other in its git stays with `folder`, and is refused
    there: it is that repo, with its history rewritten.
    """
    theirs, _ = read(folder / FILE)
    mine = identity.of(root) if theirs else None
    if theirs is None or mine is None or mine.is_same(theirs):
        return folder
    if any(is_known(root, commit) is not None for commit in theirs.roots):
        return folder
    for beside in sorted(folder.parent.glob(f"{glob.escape(folder.name)}-*")):
        found, _ = read(beside / FILE)
        if found is not None and mine.is_same(found):
            return beside
    return folder.with_name(f"{folder.name}-{hash_text(str(mine))[:8]}")


def read(path: Path) -> tuple[Identity | None, str]:
    """Return which repo a store names as its own, and a clone of that; None where it names none."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None, ""
        found = json.loads(path.read_text("utf-8"))
        return identity.parse(str(found["repo"])), str(found["clone"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None, ""
