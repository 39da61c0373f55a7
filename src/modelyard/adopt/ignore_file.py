"""The lines of the standard's .gitignore that the owner's lacks."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from modelyard.gitrepo.scratch import Scratch


def union(
    scratch: Scratch, ours: bytes, theirs: bytes, tracked: Iterable[str]
) -> tuple[bytes, list[str]]:
    """Return the owner's .gitignore with the lines that it lacks, and the lines left out.

    A line that hides a tracked file is left out: the owner's next file beside it would be lost.
    """
    known = {line.strip() for line in ours.splitlines()}
    lines = [line for line in theirs.splitlines() if line.strip() and line.strip() not in known]
    hiding = _hiding(scratch, lines, list(tracked))
    kept = [line for number, line in enumerate(lines, 1) if number not in hiding]
    left_out = [os.fsdecode(line) for number, line in enumerate(lines, 1) if number in hiding]
    while kept and kept[-1].startswith(b"#"):
        kept.pop()
    if not kept:
        return ours, left_out
    end = b"\r\n" if b"\r\n" in ours else b"\n"
    before = ours if not ours or ours.endswith(b"\n") else ours + end
    gap = end if ours.strip() else b""
    return before + gap + end.join([*kept, b""]), left_out


def _hiding(scratch: Scratch, lines: list[bytes], tracked: list[str]) -> set[int]:
    """Return the numbers of the lines that match a tracked path."""
    hiding: set[int] = set()
    # git names one line for a path, so each round may uncover another.
    while more := _matching(scratch, lines, hiding, tracked):
        hiding |= more
    return hiding


def _matching(
    scratch: Scratch, lines: list[bytes], without: set[int], tracked: list[str]
) -> set[int]:
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        rules = [b"" if n in without else line for n, line in enumerate(lines, 1)]
        Path(folder, ".gitignore").write_bytes(b"\n".join(rules) + b"\n")
        command = ["-c", "core.bare=false", f"--work-tree={folder}", "check-ignore", "--no-index"]
        asked = b"\0".join(os.fsencode(path) for path in tracked)
        _, out = scratch.git(*command, "-v", "-z", "--stdin", data=asked, codes=(0, 1))
    fields = out.split(b"\0")
    found = zip(fields[1::4], fields[2::4], strict=False)
    return {int(number) for number, rule in found if number and not rule.startswith(b"!")}
