"""Merges a file in which both sides changed something alike, and one of them more beside it."""

from modelyard.gitrepo.scratch import Scratch
from modelyard.update.line_merge import Labels, merge_lines
from modelyard.update.structured import alike, by_meaning, faults, formats, text

Sides = tuple[bytes, bytes, bytes]


def merge_alike(scratch: Scratch, path: str, sides: Sides, labels: Labels) -> bytes | None:
    """Merge with a base that has what both sides changed alike; None where that is a conflict.

    Args:
        scratch: Where git merges lines.
        path: The name of the file, which tells the format.
        sides: The base, ours and theirs.
        labels: What markers are like.
    """
    base = alike.shared_base(*sides)
    if base is not None:
        shared = (base, *sides[1:])
        merged = _by_lines(scratch, path, shared, sides, labels) or by_meaning.merge(path, *shared)
        if merged is not None:
            return merged
    if formats.find(path) is not None:
        more = alike.shared_base(*sides, both_more=True)
        if more is not None and more != base:
            merged = by_meaning.merge(path, more, *sides[1:])
            if merged is not None:
                return merged
    return _with_last_lines(scratch, path, sides, labels)


def _with_last_lines(scratch: Scratch, path: str, sides: Sides, labels: Labels) -> bytes | None:
    """Merge lines where a side has no newline at its end: that alone makes its last line another.

    Which end the result has is chosen as by a merge by meaning.
    """
    if all(side.endswith(b"\n") for side in sides):
        return None
    try:
        base, ours, theirs = (text.encode(text.decode(side), b"\n") for side in sides)
        merged = _by_lines(scratch, path, (base, ours, theirs), sides, labels)
        return merged and text.finish(text.decode(merged), *sides)
    except ValueError:  # line ends or an encoding that are not known
        return None


def _by_lines(
    scratch: Scratch, path: str, sides: Sides, known: Sides, labels: Labels
) -> bytes | None:
    merged, is_clean = merge_lines(scratch, *sides, labels)
    return merged if is_clean and not faults.new(path, merged, known) else None
