"""The merge of one file by lines, as git does it, and what its markers say."""

import re
import tempfile
from pathlib import Path
from typing import NamedTuple

from modelyard.gitrepo.scratch import Scratch

_OPENS = re.compile(rb"^(<{7,}) ([^\r\n]*)", re.M)
_CLOSES = re.compile(rb"^(>{7,}) ([^\r\n]*)", re.M)
# More conflicts than this are not counted by the exit code.
_CONFLICTS = range(1, 128)


class Labels(NamedTuple):
    """What markers call ours, the base and theirs, and how many signs they have."""

    ours: str
    base: str
    theirs: str
    size: int = 7


class Shown(NamedTuple):
    """How much of a file is between markers."""

    conflicts: int
    lines: int


def merge_lines(
    scratch: Scratch, base: bytes, ours: bytes, theirs: bytes, labels: Labels
) -> tuple[bytes, bool]:
    """Merge three versions of a file; return the result, and whether it has no markers."""
    with tempfile.TemporaryDirectory(dir=scratch.folder) as folder:
        files = [str(Path(folder, name)) for name in ("ours", "base", "theirs")]
        for file, content in zip(files, (ours, base, theirs), strict=True):
            Path(file).write_bytes(content)
        words = ["merge-file", "-p", "--diff3", f"--marker-size={labels.size}"]
        for label in labels[:3]:
            words += ["-L", label]
        code, merged = scratch.git(*words, *files, codes=(0, *_CONFLICTS))
    return merged, not code


def labels_of(content: bytes) -> Labels | None:
    """Return what the longest markers in a content are labelled; None where there are none."""
    found = []
    for pattern in (_OPENS, _CLOSES):
        longest = max(pattern.finditer(content), key=lambda one: len(one[1]), default=None)
        if longest is None:
            return None
        found.append(longest)
    names = [one[2].decode("utf-8", "surrogateescape") for one in found]
    return Labels(names[0], "base", names[1], len(found[0][1]))


def count(content: bytes, labels: Labels) -> Shown:
    """Count the conflicts in a content, and the lines of ours and theirs in them."""
    opens, bar, middle, closes = (sign * labels.size for sign in (b"<", b"|", b"=", b">"))
    conflicts = lines = 0
    counts = False
    for line in content.splitlines():
        if line.startswith(opens):
            conflicts, counts = conflicts + 1, True
        elif line.startswith((bar, closes)):
            counts = False
        elif line == middle:
            counts = True
        else:
            lines += counts
    return Shown(conflicts, lines)


def settled(content: bytes, labels: Labels, for_theirs: bool) -> bytes:
    """Return a content as somebody leaves it who takes one side in all conflicts."""
    opens, bar, middle, closes = (sign * labels.size for sign in (b"<", b"|", b"=", b">"))
    found, takes = [], True
    for line in content.splitlines(keepends=True):
        if line.startswith(opens + b" "):
            takes = not for_theirs
        elif line.startswith(bar + b" "):
            takes = False
        elif line.rstrip() == middle:
            takes = for_theirs
        elif line.startswith(closes + b" "):
            takes = True
        elif takes:
            found.append(line)
    return b"".join(found)
