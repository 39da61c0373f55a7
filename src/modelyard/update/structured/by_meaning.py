"""Merges TOML, YAML, JSON, Python and ignore files by meaning where a merge of lines could not.

A result counts only when it is proved: another parser than the one that made it reads in it what an
independent three-way merge of plain values says, and no comment or untouched line of ours is gone.
"""

from modelyard.update.structured import beside_comments, faults, ignore_file, semantic, text
from modelyard.update.structured.formats import Format, find
from modelyard.update.structured.pieces import merge as merge_pieces
from modelyard.update.structured.values import freeze

__all__ = ["merge"]

_LARGEST_MODULE = 60_000
"""Bytes of a Python module that is still looked at: libcst takes a second for every few kilobytes
of it."""


def merge(path: str, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Merge three versions of one file.

    Args:
        path: Its name, which tells the format.
        base: The content that both sides began with.
        ours: The owner's, whose formatting, line endings and last newline the result has.
        theirs: The template's.

    Returns:
        The merged content, or None: both sides changed the same thing, the format is not known or
        not read, or it cannot be proved that nothing is lost. Never raises.
    """
    if ours == base:
        return theirs
    if theirs in (base, ours):
        return ours
    merged = ignore_file.merge(path, base, ours, theirs)
    found = find(path)
    largest = _LARGEST_MODULE if path.endswith(".py") else faults.LARGEST
    if merged is not None or max(len(base), len(ours), len(theirs)) > largest:
        return merged
    if found is None:
        return beside_comments.merge(path, base, ours, theirs)
    try:
        return _merge(path, found, base, ours, theirs)
    except Exception:  # parsers raise what they like; whatever it is, a person has to look
        return beside_comments.merge(path, base, ours, theirs)


def _merge(path: str, found: Format, base: bytes, ours: bytes, theirs: bytes) -> bytes:
    sides = [text.decode(content) for content in (base, ours, theirs)]
    old, mine, yours = (found.value(side) for side in sides)
    root = (path, *found.ROOT)
    wanted = semantic.merge(old, mine, yours, root)
    pieces = [found.split(side) for side in sides]
    for piece, side in zip(pieces, sides, strict=True):
        if piece.text != side:
            raise ValueError("cut badly")
    merged = merge_pieces(pieces[0], pieces[1], pieces[2], root).text
    if freeze(found.value(merged), found.ORDERED) != freeze(wanted, found.ORDERED):
        raise ValueError("the text does not say what was meant")
    text.check_lines(sides[0], sides[1], sides[2], merged)
    old, mine, yours = (found.comments(side) for side in sides)
    text.check_comments(old, mine, yours, found.comments(merged))
    result = text.encode(merged, ours)
    if faults.new(path, result, (base, ours, theirs)):
        raise ValueError("each is right, both together are not")
    return result
