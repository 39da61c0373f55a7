"""Leaves a file to a person as a whole, where no merge of its parts can be accounted for.

A merge of lines may put what somebody wrote at one place into a copy of that place, or cut a
conflict so that it cannot be told what became of a line. Such a file has one conflict, from the
first line that differs to the last one.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File
from modelyard.merged import Conflict, Merged, Stage
from modelyard.reasons import ConflictReason
from modelyard.update import markers
from modelyard.update.line_end import LF, line_end
from modelyard.update.ownership import Sides

_TEXT = {PLAIN, EXECUTABLE}


def undecided(
    scratch: Scratch, sides: Sides, merged: Merged, paths: Collection[str], version: str
) -> Merged:
    """Put markers around all that differs in some files.

    Args:
        scratch: Where blobs are.
        sides: What was merged.
        merged: The merge.
        paths: The files; what is no text, or not there on all sides and in the merge, stays as it
            was merged.
        version: What the template's side is called in the markers.
    """
    trees = (sides.base, sides.ours, sides.theirs)
    for path in paths:
        if not all(path in tree and tree[path].mode in _TEXT for tree in (*trees, merged.tree)):
            continue
        files = [tree[path] for tree in trees]
        content = _with_markers([scratch.read(file.oid) for file in files], version)
        if content is None:
            continue
        stages = tuple(Stage(path, number, *file) for number, file in enumerate(files, start=1))
        merged = replace(
            merged,
            tree={**merged.tree, path: File(merged.tree[path].mode, scratch.put(content))},
            conflicts=(
                *(one for one in merged.conflicts if one.path != path),
                Conflict(path, ConflictReason.CONTENT),
            ),
            stages=(*(one for one in merged.stages if one.path != path), *stages),
            by_meaning=tuple(one for one in merged.by_meaning if one.path != path),
            resolutions={key: r for key, r in merged.resolutions.items() if r.path != path},
        )
    return merged


def _with_markers(contents: Sequence[bytes], version: str) -> bytes | None:
    """Return one conflict about three contents; None where one of them is binary."""
    if any(b"\0" in content for content in contents):
        return None
    end_of_line = line_end(contents[1]) or LF
    three = [_lines(content, end_of_line) for content in contents]
    start = _same(three)
    end = _same([list(reversed(lines[start:])) for lines in three])
    base, ours, theirs = (lines[start : len(lines) - end] for lines in three)
    longest = markers.longest(contents)
    labels = markers.labels(
        ("yours", "template", version), longest + markers.SIZE if longest else markers.SIZE
    )
    opens, bar, middle, closes = (sign * labels.size for sign in "<|=>")
    parts = (
        (f"{opens} {labels.ours}", ours),
        (f"{bar} {labels.base}", base),
        (middle, theirs),
        (f"{closes} {labels.theirs}", three[1][len(three[1]) - end :]),
    )
    made = three[1][:start]
    for marker, lines in parts:
        made += [marker.encode() + end_of_line, *lines]
    return b"".join(made)


def _lines(content: bytes, end_of_line: bytes) -> list[bytes]:
    """Return the lines of a content; a marker can stand behind the last one too."""
    lines = [line + LF for line in content.split(LF)]
    last = lines.pop()[:-1]
    return [*lines, last + end_of_line] if last else lines


def _same(three: Sequence[Sequence[bytes]]) -> int:
    """Return how many lines all begin with."""
    for at, lines in enumerate(zip(*three, strict=False)):
        if len(set(lines)) > 1:
            return at
    return min(map(len, three))
