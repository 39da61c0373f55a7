"""Ignore files: without `!` they are sets of patterns, whose order is free.

Where both sides only add at one place, lines are merged, with exceptions in the file too. All else
is merged as a list is: cut into patterns, each with the comments above it.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from modelyard.update.structured.line_changes import changes, meetings
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.sets import PATTERNS
from modelyard.update.structured.text import lines as lines_of
from modelyard.update.structured.values import Disagreement

NAMES = {
    *(".gitignore", ".dockerignore", ".dvcignore", ".helmignore"),
    *(".npmignore", ".prettierignore"),
}
ROOT: tuple[str, ...] = (PATTERNS,)
ORDERED = True


def value(text: str) -> Any:
    """Return the patterns in a text."""
    return [line for line in text.split("\n") if line.strip() and not line.startswith("#")]


def comments(text: str) -> list[str]:
    """Return the comments in a text: a `#` behind a pattern belongs to it."""
    return [line for line in text.split("\n") if line.startswith("#")]


def split(text: str) -> Piece:
    """Cut a file into its patterns."""
    children, lead = [], ""
    for line in lines_of(text):
        if line.strip() and not line.startswith("#"):
            pattern = line.rstrip("\n")
            children.append(Piece(None, pattern, lead=lead, tail=pattern, after="\n"))
            lead = ""
        else:
            lead += line
    return Piece(None, value(text), tail=lead, children=tuple(children))


def merge(path: str, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Merge lines, and put what theirs adds behind what ours adds in the same place.

    Returns:
        The merged content; None where it is no ignore file, where both change one place otherwise
        than by additions, or where one adds an exception, which depends on what stands before it.
    """
    if PurePosixPath(path).name not in NAMES:
        return None
    old, mine, other = (content.splitlines() for content in (base, ours, theirs))
    try:
        sides = changes(old, mine), changes(old, other)
    except Disagreement:
        return None
    added = [
        [line for one in changed for line in side[one.low : one.high] if line.strip()]
        for changed, side in zip(sides, (mine, other), strict=True)
    ]
    if any(_is_exception(line) for lines in added for line in lines):
        return None
    counts = [Counter(side) for side in (old, mine, other)]
    elsewhere = Counter(added[0])
    for meeting in meetings(*sides):
        both = {one[:2] for one in (*meeting.ours, *meeting.theirs)}
        if len(both) > 1 or any(start < stop for start, stop in both):
            return None
        elsewhere -= Counter(mine[meeting.ours[0].low : meeting.ours[0].high])
    if any(elsewhere[line] for line in added[1]):
        return None  # both add one line, at two places
    for lines, count in zip(added, (counts[2], counts[1]), strict=True):
        if any(count[line] < counts[0][line] for line in lines):
            return None  # what one side moves, the other takes away
    merged, at = [], 0
    every = [(one, 0) for one in sides[0]] + [(one, 1) for one in sides[1]]
    before: Sequence[bytes] = ()
    for one, side in sorted(every, key=lambda pair: (pair[0].start, pair[1])):
        merged += old[at : one.start]
        if side == 0:
            before = mine[one.low : one.high]
            merged += before
        else:
            here = before if at == one.start else ()
            more = _without(other[one.low : one.high], set(here))
            if here and more and not (here[-1].strip() or more[0].strip()):
                del more[0]
            merged += more
        at = one.stop
    merged += old[at:]
    end = b"\r\n" if b"\r\n" in ours else b"\n"
    return end.join(merged) + (end if _has_end(merged, base, ours, theirs) else b"")


def _has_end(merged: Sequence[bytes], base: bytes, ours: bytes, theirs: bytes) -> bool:
    """Tell whether the last line has an end: as in the version whose line it is."""
    of_ours, of_theirs = (side.splitlines()[-1:] == merged[-1:] for side in (ours, theirs))
    changed = ours.endswith(b"\n") != base.endswith(b"\n")
    return (ours if of_ours and (changed or not of_theirs) else theirs).endswith(b"\n")


def _is_exception(line: bytes) -> bool:
    return line.lstrip().startswith(b"!")


def _without(lines: Sequence[bytes], known: set[bytes]) -> list[bytes]:
    """Leave out the patterns that are known, each with the comment and a blank line above it."""
    found: list[bytes] = []
    at_gap = False
    for line in lines:
        if line.strip() and not line.startswith(b"#") and line in known:
            while found and found[-1].startswith(b"#") and found[-1] in known:
                found.pop()
            at_gap = True
        elif line.strip():
            found.append(line)
            at_gap = False
        elif not at_gap or not found or found[-1].strip():
            found.append(line)
    while at_gap and found and not found[-1].strip():
        found.pop()
    return found
