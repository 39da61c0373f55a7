"""Writes the markers of conflicts: named as a person would, and never like a line of the file."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File
from modelyard.merged import Merged, Stage
from modelyard.update.line_merge import Labels, labels_of, merge_lines

_TEXT = {PLAIN, EXECUTABLE}
_RENDERED = "as it was rendered"
SIZE = 7
"""Signs of a marker, and how many more it has than the longest line like one."""
# A heading of seven equals signs looks like the middle of a conflict.
_LIKE_A_MARKER = re.compile(rb"^(<{7,}|>{7,}|\|{7,}|={7,})(?= |\r?$)", re.M)
# A rule of the repo may make them longer than seven.
_BASES = re.compile(rb"(\|{7,}) ")
_LAST = re.compile(rb"^(>{7,}) ", re.M)


def written(
    scratch: Scratch, merged: Merged, names: tuple[str, str, str], known: Collection[str]
) -> Merged:
    """Return a merge whose markers name the two sides and the base.

    Args:
        scratch: Where blobs are.
        merged: The merge as git made it.
        names: What git calls ours and theirs, and the version of the template.
        known: The blobs of the three trees; another one in a stage is a merge of git's own.
    """
    groups: dict[str, dict[int, Stage]] = defaultdict(dict)
    for stage in merged.stages:
        groups[stage.path][stage.stage] = stage
    tree = dict(merged.tree)
    for path, sides in groups.items():
        if path not in tree or {file.mode for file in sides.values()} - _TEXT:
            continue
        content = scratch.read(tree[path].oid)
        if not _LAST.search(content):
            continue
        again = None
        if {2, 3} <= sides.keys() and all(side.oid in known for side in sides.values()):
            again = _with_longer_markers(scratch, sides, names, content)
        if again is None:
            shown = {
                line.rstrip(b"\r\n")
                for side in sides.values()
                if side.oid in known
                for line in _like_markers(scratch.read(side.oid))
            }
            again = b"".join(
                line if line.rstrip(b"\r\n") in shown else _labelled(line, names)
                for line in content.splitlines(keepends=True)
            )
        tree[path] = File(tree[path].mode, scratch.put(again))
    return replace(merged, tree=tree)


def _with_longer_markers(
    scratch: Scratch, sides: Mapping[int, Stage], names: tuple[str, str, str], content: bytes
) -> bytes | None:
    """Merge a file that shows markers with longer ones; None where it shows none, or has them."""
    base, ours, theirs = (scratch.read(sides[n].oid) if n in sides else b"" for n in (1, 2, 3))
    size = longest((base, ours, theirs))
    now = labels_of(content)
    if not size or (now and now.size > size):
        return None
    longer = labels(names, size + SIZE)
    merged, is_clean = merge_lines(scratch, base, ours, theirs, longer)
    return None if is_clean else merged


def labels(names: tuple[str, str, str], size: int = SIZE) -> Labels:
    """Return what a person reads in markers.

    Args:
        names: What git calls ours and theirs, and the version of the template.
        size: How many signs a marker has.
    """
    return Labels(names[0], _RENDERED, f"template {names[2]}", size)


def longest(contents: Iterable[bytes]) -> int:
    """Return the length of the longest line in some contents that looks like a marker, or 0."""
    found = (sign for content in contents for sign in _LIKE_A_MARKER.findall(content))
    return max(map(len, found), default=0)


def _like_markers(content: bytes) -> Iterable[bytes]:
    """Return the lines of a version of a file that look like markers, and are its own."""
    return content.splitlines() if _LIKE_A_MARKER.search(content) else ()


def _labelled(line: bytes, names: tuple[str, str, str]) -> bytes:
    _, theirs, version = names
    end = line[len(line.rstrip(b"\r\n")) :]
    if marker := _BASES.match(line):
        return marker[1] + b" " + _RENDERED.encode() + end
    if (marker := _LAST.match(line)) and line[marker.end() :].startswith(theirs.encode()):
        return marker[1] + b" template " + version.encode() + end
    return line
