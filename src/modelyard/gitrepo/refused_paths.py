"""Paths that git would refuse to check out on some file system, and that nothing here may write.

git's own check (`verify_path`) depends on the file system of the machine. This one holds every
machine's form at once: a repo is cloned on all of them. Commands that build trees from given
entries, such as `fast-import`, `mktree` and `commit-tree`, check nothing.
"""

import os
import re
from enum import Enum

from modelyard.errors import NotReady
from modelyard.gitrepo.trees import SYMLINK, Tree

# HFS+ takes a name with these characters for the same name without them.
_IGNORED_BY_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# NTFS ends a name at a stream's colon, drops blanks and dots at its end, and knows a short form.
_END = r"[. ]*(?:[\\:]|$)"
_GIT = re.compile(rf"(?:\.git|git~1){_END}", re.IGNORECASE)
_MODULES = re.compile(
    r"(?:\.gitmodules|gitmod~[1-4]"
    r"|(?:g~[1-9]\d{5}|gi~[1-9]\d{4}|gi7~[1-9]\d{3}|gi7e~[1-9]\d{2}|gi7eb~[1-9]\d|gi7eba~[1-9])"
    rf"|~[1-9]\d{{6}}){_END}",
    re.IGNORECASE,
)
# Every path of ASCII that is refused has one of these.
_UNUSUAL = re.compile(r"(?:^|/)(?:[./]|$)|[~\\\0]")


class PathFault(Enum):
    """Why a path is refused; the value is a sentence's end, for people."""

    EMPTY = "is no path: a part of it has no name"
    OUTSIDE = "leads out of the repo"
    GIT_FOLDER = "is where git keeps its settings and hooks, on this or another file system"
    MODULES_LINK = "is a symlink, which git refuses for .gitmodules"
    NUL = "has a NUL byte"


def refused(path: str, mode: str = "100644") -> PathFault | None:
    """Return why a path must not be written or committed, or None where it may be.

    Args:
        path: The path from the top of the repo: `/` between the parts, as `os.fsdecode` gives it.
        mode: The mode of the file, for a symlink may have fewer names.
    """
    if path.isascii() and not _UNUSUAL.search(path):
        return None
    if "\0" in path:
        return PathFault.NUL
    if path.startswith("/"):
        return PathFault.OUTSIDE
    faults = (_of_part(part, mode == SYMLINK) for part in path.split("/"))
    return next(filter(None, faults), None)


def refuse_paths(tree: Tree) -> None:
    """Refuse a tree that is to become a commit or a work tree.

    Raises:
        NotReady: A path of it is refused.
    """
    for path, file in tree.items():
        if fault := refused(path, file.mode):
            raise NotReady(
                f"{path!r} {fault.value}, so nothing is written",
                "take it out of the template, or of the repo, whichever brought it",
            )


def _of_part(part: str, symlink: bool) -> PathFault | None:
    if not part:
        return PathFault.EMPTY
    if part in {".", ".."}:
        return PathFault.OUTSIDE if part == ".." else PathFault.EMPTY
    # NTFS takes a backslash for a slash.
    forms = (as_hfs(part), *part.split("\\"))
    if any(_GIT.match(form) for form in forms):
        return PathFault.GIT_FOLDER
    if symlink and any(_MODULES.match(form) for form in forms):
        return PathFault.MODULES_LINK
    return None


def as_hfs(part: str) -> str:
    """Return what HFS+ makes of a name; to git a byte that is no UTF-8 ends it."""
    known = os.fsencode(part).decode("utf-8", "surrogateescape")
    ends = re.split("[\udc80-\udcff]", known, maxsplit=1)[0]
    return _IGNORED_BY_HFS.sub("", ends)
