"""Refuses a merge after which a comment would stand at something else than it was written for."""

import re
from collections.abc import Sequence
from typing import Any

from modelyard.update.structured.values import Alignment, Disagreement, freeze

_COMMENT = re.compile(r"(?:#|//)[^\n]*")
_CLOSES = re.compile(
    r"[:\[_-]\s*(?:end|on|stop|enable)\b|^(?:#|//)\W*(?:end|stop|endregion)\b", re.IGNORECASE
)
"""`# fmt: on`, `# [END name]`, `# endregion`."""


def check(sides: Sequence[Any], merged: Any, found: Alignment) -> None:
    """Hold the comments around the children of one piece against those of its three versions.

    Args:
        sides: The piece in the base, in ours and in theirs.
        merged: What became of it.
        found: Which children are the same.

    Raises:
        Disagreement: A comment would stand at something else.
    """
    if merged.flow and merged.step:
        # It is Python, where a comment behind the line may turn a check off for all that is in it.
        if len({comments(side.tail) for side in sides}) > 1:
            raise Disagreement("a comment is about the whole line")
    elif comments(merged.tail):
        _check_last(sides, merged)
    _check_leads(sides, found)


def check_own(base: Any, ours: Any, theirs: Any) -> None:
    """Refuse a comment of one side's at a list that both sides changed: it is about that side's.

    Entries of a block, and statements, have comments of their own.

    Raises:
        Disagreement: The comments differ, and so do the values.
    """
    if (ours.named and not ours.flow) or ours.step or _own(ours) == _own(theirs):
        return
    if len({freeze(side.value) for side in (base, ours, theirs)}) == 3:
        raise Disagreement("a comment of one side's, at what both changed")


def _own(piece: Any) -> tuple[tuple[str, ...], ...]:
    """Return the comments in the lines of a piece, and those right above one in a single line."""
    above = ""
    if "\n" not in piece.body.rstrip("\n"):
        above = piece.lead.rpartition("\n\n")[2]
    is_key = piece.head.endswith("\n") and not piece.head.lstrip().startswith("#")
    opened = piece.head if is_key else ""
    first = (piece.children or (piece,))[0] if piece.flow else None
    if first is not None:
        opened += first.lead.partition("\n")[0]
    return comments(above), comments(opened), comments(piece.after)


def _check_last(sides: Sequence[Any], merged: Any) -> None:
    """Refuse a comment at the end, unless it stands behind what one of the sides ended in."""
    for side in sides:
        if comments(side.tail) == comments(merged.tail) and _last(side) == _last(merged):
            return
    raise Disagreement("a comment at the end, behind something else")


def _last(piece: Any) -> tuple[Any, ...]:
    """Return what stands last in a piece: keys, down to the innermost that has one."""
    child = (piece.children or (None,))[-1]
    if child is None:
        return ()
    if child.key is None:
        return (child.body,)
    return (child.key, *_last(child))


def _check_leads(sides: Sequence[Any], found: Alignment) -> None:
    """Refuse an addition that a comment of the other side's would be about.

    That is so for two additions, where one side put its own between a comment and the next child,
    and for one above a comment which ends something that the other side has opened further up.
    """
    added: set[int] = set()
    for slot in found.slots:
        if slot.base is None:
            added |= {side for side in (1, 2) if slot[side] is not None}
            continue
        leads = [
            set(comments(side.children[at].lead)) if at is not None else set()
            for side, at in zip(sides, slot, strict=True)
        ]
        if added == {1, 2} and None not in slot and not leads[0] <= leads[1] & leads[2]:
            raise Disagreement("a comment above what both add")
        if added and any(_CLOSES.search(one) for one in leads[1] ^ leads[2]):
            raise Disagreement("a comment that ends what begins above an addition")
        added = set()


def comments(text: str) -> tuple[str, ...]:
    """Return the comments in what stands around values."""
    return tuple(_COMMENT.findall(text))
