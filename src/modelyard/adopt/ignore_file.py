"""The lines of the standard's .gitignore files that the owner's lack."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from modelyard.adopt.reasons import AdoptReason
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.merged import Notice


def is_one(path: str) -> bool:
    """Tell whether a path is a .gitignore."""
    return PurePosixPath(path).name == ".gitignore"


def extended(
    scratch: Scratch, ours: Tree, tree: Tree, theirs: Tree
) -> tuple[Mapping[str, File], list[Notice]]:
    """Return each .gitignore with the lines that it lacks; and what was left out.

    Args:
        scratch: Reads and takes files.
        ours: The repo at HEAD.
        tree: The repo with the files that it gets.
        theirs: The standard's files.
    """
    changed, notices = {}, []
    for path in sorted(filter(is_one, theirs.keys() & tree.keys())):
        mine, other = tree[path], theirs[path]
        if not {mine.mode, other.mode} <= {PLAIN, EXECUTABLE}:
            continue
        folder = path.removesuffix(".gitignore")
        tracked = [p.removeprefix(folder) for p in ours if p.startswith(folder)]
        has = scratch.read(mine.oid) if path in ours else b""
        content, left_out = _union(scratch, has, scratch.read(other.oid), tracked)
        if left_out:
            notices.append(Notice(path, AdoptReason.HIDES, lines=tuple(left_out)))
        # A new one stays as it was rendered, unless a line had to go.
        if content != has and (path in ours or left_out):
            changed[path] = File(mine.mode, scratch.put(content))
    return changed, notices


def _union(
    scratch: Scratch, ours: bytes, theirs: bytes, tracked: Iterable[str]
) -> tuple[bytes, list[str]]:
    """Return the owner's lines with those that they lack, and the lines left out.

    A line that hides a tracked file is left out: the owner's next file beside it would be lost.
    """
    known = {line.strip() for line in ours.splitlines()}
    lines = [line for line in theirs.splitlines() if line.strip() and line.strip() not in known]
    hiding: set[int] = set()
    # git names one line for a path, so each round may uncover another.
    while more := _matching(scratch, lines, hiding, tracked):
        hiding |= more
    kept = [line for number, line in enumerate(lines) if number not in hiding]
    left_out = [os.fsdecode(lines[number]) for number in sorted(hiding)]
    while kept and kept[-1].startswith(b"#"):
        kept.pop()
    if not kept:
        return ours, left_out
    end = b"\r\n" if b"\r\n" in ours else b"\n"
    before = ours if not ours or ours.endswith(b"\n") else ours + end
    gap = end if ours.strip() else b""
    return before + gap + end.join([*kept, b""]), left_out


def _matching(
    scratch: Scratch, lines: list[bytes], without: set[int], tracked: Iterable[str]
) -> set[int]:
    """Return the numbers of the lines that match a tracked path."""
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        rules = [b"" if number in without else line for number, line in enumerate(lines)]
        Path(folder, ".gitignore").write_bytes(b"\n".join([*rules, b""]))
        command = ["-c", "core.bare=false", f"--work-tree={folder}", "check-ignore", "--no-index"]
        asked = b"\0".join(os.fsencode(path) for path in tracked)
        _, out = scratch.git(*command, "-v", "-z", "--stdin", data=asked, codes=(0, 1))
    fields = out.split(b"\0")
    found = zip(fields[1::4], fields[2::4], strict=False)
    return {int(number) - 1 for number, rule in found if number and not rule.startswith(b"!")}
