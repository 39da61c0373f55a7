"""Merges TOML, YAML, JSON, Python and ignore files by meaning where a merge of lines could not.

A result counts only when it is proved: read anew, as a whole, it says what an independent three-way
merge of plain values says, and no comment or untouched line of ours is gone.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from modelyard.update.line_merge import Labels
from modelyard.update.structured import beside_comments, faults, ignore_file, marked, semantic, text
from modelyard.update.structured.disputes import MARK, Dispute, Finder, Three
from modelyard.update.structured.formats import Format, find
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.pieces import merge as merge_pieces
from modelyard.update.structured.values import freeze

__all__ = ["Marked", "can_be_read", "disputes_of", "merge", "merge_in_pieces"]

_LARGEST_IN_PIECES = 50_000
"""Bytes of a file in which pieces are looked for: it is cut for nothing but shorter markers, which
takes some seconds for such a file."""
_KEPT = 24
"""Texts of which the value and the pieces are kept: one file is merged again and again, after each
decision, with the same base and the same ours."""


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
    if merged is not None or _is_too_large(base, ours, theirs):
        return merged
    if found is None:
        return beside_comments.merge(path, base, ours, theirs)
    try:
        return _merge(path, found, base, ours, theirs)
    except Exception:  # parsers raise what they like; whatever it is, a person has to look
        if not _are_readable(found, (base, ours, theirs)):
            return None
        return beside_comments.merge(path, base, ours, theirs)


def merge_in_pieces(
    path: str, base: bytes, ours: bytes, theirs: bytes, labels: Labels
) -> bytes | None:
    """Merge what can be merged by meaning, and put markers around the pieces that cannot.

    Each way to settle it, all of ours and all of theirs, is proved as a merge is: it is the merge
    of the three versions after the disputed pieces were made the same in all of them.

    Args:
        path: Its name, which tells the format.
        base: The content that both sides began with.
        ours: The owner's.
        theirs: The template's.
        labels: What the markers are like.

    Returns:
        The content with markers, or None where that cannot be proved. Never raises.
    """
    found = find(path)
    contents = (base, ours, theirs)
    if found is None or _is_too_long_to_cut(contents) or not _are_readable(found, contents):
        return None
    for fine in (True, False):
        try:
            return _merge_in_pieces(path, found, contents, labels, fine)
        except Exception:  # noqa: S112  # as in `merge`; the coarser way, or lines, are tried then
            continue
    return None


def _merge_in_pieces(
    path: str,
    found: Format,
    contents: tuple[bytes, bytes, bytes],
    labels: Labels,
    fine: bool,
) -> bytes:
    sides = [text.decode(content) for content in contents]
    three, known = _marked(path, found, sides, fine, (0, 1, 2))
    merged = merge_pieces(*three, (path, *found.ROOT)).text
    for version in (1, 2):
        settled = [marked.filled(piece.text, known, version) for piece in three]
        settled[version] = sides[version]
        wanted = _wanted(path, found, settled)
        whole = marked.filled(merged, known, version)
        _prove(path, found, settled, wanted, whole)
        # What all three have when a piece is left out of them is still new: a comma at the end.
        if faults.new_in_itself(path, whole.encode(), contents):
            raise ValueError("settled, it is broken")
    return text.finish(marked.written(merged, known, labels), *contents)


class Marked(NamedTuple):
    """The template's version of a file, with marks for what is disputed, and what they mean."""

    theirs: str
    disputes: Mapping[str, Dispute]


def disputes_of(path: str, sides: Sequence[str]) -> Marked | None:
    """Return what two sides disagree about, piece by piece; None where it cannot be told."""
    found = find(path)
    contents = [side.encode() for side in sides]
    if found is None or _is_too_long_to_cut(contents) or not _are_readable(found, contents):
        return None
    for fine in (True, False):
        try:
            three, known = _marked(path, found, sides, fine, (0, 2))
        except Exception:  # noqa: S112  # as in `merge`; the coarser way is tried then
            continue
        return Marked(three[2].text, known)
    return None


def _marked(
    path: str, found: Format, sides: Sequence[str], fine: bool, versions: Sequence[int]
) -> tuple[Three, dict[str, Dispute]]:
    """Put marks into three versions; the `versions` are as they were once they are filled."""
    if any(MARK in side for side in sides):
        raise ValueError("a control character")
    finder = Finder(fine, settles_ours=1 in versions)
    base, ours, theirs = (_split(found, side) for side in sides)
    three = finder.marked(base, ours, theirs, (path, *found.ROOT))
    known = {one.mark: one for one in finder.found}
    for version in versions:
        if marked.filled(three[version].text, known, version) != sides[version]:
            raise ValueError("settled, a comma or a comment would have no place")
    return three, known


def can_be_read(path: str, *contents: bytes) -> bool:
    """Tell whether contents of a file can be read; True where its format is not known."""
    found = find(path)
    return found is None or _are_readable(found, contents)


def _are_readable(found: Format, contents: Sequence[bytes]) -> bool:
    """Tell whether the fast parser reads all versions, before a slow one looks at them."""
    try:
        for content in contents:
            _value(found, text.decode(content))
    except Exception:  # as in `merge`
        return False
    return True


def _is_too_large(*contents: bytes) -> bool:
    return max(map(len, contents)) > faults.LARGEST


def _is_too_long_to_cut(contents: Sequence[bytes]) -> bool:
    return max(map(len, contents)) > _LARGEST_IN_PIECES


# The three versions of a file in conflict, and what decisions make of them, are read repeatedly.
@lru_cache(_KEPT)
def _read(reader: Callable[[str], Any], side: str) -> Any:
    return reader(side)


def _value(found: Format, side: str) -> Any:
    return _read(found.value, side)


def _split(found: Format, side: str) -> Piece:
    piece: Piece = _read(found.split, side)
    if piece.text != side:
        raise ValueError("cut badly")
    return piece


def _merge(path: str, found: Format, base: bytes, ours: bytes, theirs: bytes) -> bytes:
    sides = [text.decode(content) for content in (base, ours, theirs)]
    wanted = _wanted(path, found, sides)  # before anything is cut, which takes much longer
    pieces = [_split(found, side) for side in sides]
    merged = merge_pieces(pieces[0], pieces[1], pieces[2], (path, *found.ROOT)).text
    _prove(path, found, sides, wanted, merged)
    return text.finish(merged, base, ours, theirs)


def _wanted(path: str, found: Format, sides: Sequence[str]) -> Any:
    old, mine, yours = (_value(found, side) for side in sides)
    return semantic.merge(old, mine, yours, (path, *found.ROOT))


def _prove(path: str, found: Format, sides: Sequence[str], wanted: Any, merged: str) -> None:
    """Refuse a merged text, however it was made, unless it is the merge of three texts."""
    if freeze(found.value(merged), found.ORDERED) != freeze(wanted, found.ORDERED):
        raise ValueError("the text does not say what was meant")
    text.check_lines(sides[0], sides[1], sides[2], merged)
    old, mine, yours = (found.comments(side) for side in sides)
    text.check_comments(old, mine, yours, found.comments(merged))
    contents = [side.encode() for side in sides]
    if faults.new(path, merged.encode(), contents):
        raise ValueError("each is right, both together are not")
