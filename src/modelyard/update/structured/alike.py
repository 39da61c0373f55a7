"""Finds what both sides have changed alike, beside which one of them has changed more.

You took a change of the template's before its release came, and added to it; or you wrote what it
now writes too, and it writes more. Git calls the whole place a conflict. Had the base what both
have changed alike, only one of them would have changed anything there: that base is made here.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from modelyard.update.structured import faults, text
from modelyard.update.structured.line_changes import Meeting, changes, meetings
from modelyard.update.structured.sequences import matches, opcodes

_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[\w.+-]+|\s+|.")
_SAID = re.compile(r"[^\W_]+")
_COMMENT = re.compile(r"\s*(#\s|//)")
_STRONG = re.compile(r"[^\W_]{3}")
_LIKE = 1 / 3
"""From which share of words on a line may be what became of another one."""
_MOST = 50
"""Places at which both sides changed a file that is still looked at."""


def shared_base(
    base: bytes, ours: bytes, theirs: bytes, *, both_more: bool = False
) -> bytes | None:
    """Return a base in which what both sides have changed alike is changed already.

    Args:
        base: The content that both sides began with.
        ours: The owner's.
        theirs: The template's.
        both_more: Whether both may have changed more at one place. By lines that is a conflict, or
            should be one; a merge by meaning can tell.

    Returns:
        None where there is no such place, or the texts cannot be compared. Never raises.
    """
    if max(map(len, (base, ours, theirs))) > faults.LARGEST:
        return None
    try:
        sides = [text.decode(content).split("\n") for content in (base, ours, theirs)]
        made = _made(sides, both_more)
    except ValueError:  # line ends or an encoding that are not known, or too long to compare
        return None
    return None if made == sides[0] else text.encode("\n".join(made), base)


def _made(sides: Sequence[list[str]], both_more: bool) -> list[str]:
    base, ours, theirs = sides
    mine, yours = changes(base, ours), changes(base, theirs)
    found, at = [], 0
    together = meetings(mine, yours)
    for one in together if len(together) <= _MOST else ():
        start, stop = _place(one)
        old = base[start:stop]
        both = one.lines(one.ours, ours), one.lines(one.theirs, theirs)
        found += [*base[at:start], *(_alike(old, *both, both_more) or old)]
        at = stop
    return [*found, *base[at:]]


def _place(meeting: Meeting) -> tuple[int, int]:
    both = (*meeting.ours, *meeting.theirs)
    return min(one.start for one in both), max(one.stop for one in both)


def _alike(
    old: Sequence[str], mine: Sequence[str], yours: Sequence[str], both_more: bool
) -> list[str] | None:
    """Return what both sides put in the place of some lines; None where it is not clear."""
    if mine == yours:
        return None
    if len(old) == len(mine) == len(yours):
        lines = [_words(*three) for three in zip(old, mine, yours, strict=True)]
        if all(line is not None for line in lines):
            return [line for line in lines if line is not None]
    pairs = matches(mine, yours)
    shared = [mine[at] for at in sorted(pairs)]
    more = [
        [line for at, line in enumerate(side) if at not in known and line.strip()]
        for side, known in ((mine, pairs.keys()), (yours, {*pairs.values()}))
    ]
    if all(more) and not both_more:
        return None
    for side, known in ((mine, pairs.keys()), (yours, {*pairs.values()})):
        if _is_below_more(old, shared, side, known):
            return None
    return shared if _is_clear(old, shared, [*more[0], *more[1]]) else None


def _is_clear(old: Sequence[str], shared: Sequence[str], more: Sequence[str]) -> bool:
    """Tell whether each line that is gone has become one that both have, and no other.

    Else what one side has more may be what it made of a line that the other has deleted.
    """
    gone, new = _solid(old) - _solid(shared), _solid(shared) - _solid(old)
    if not more:
        return bool(shared) and bool(gone or new)
    if new.total() < max(1, gone.total()) or not any(map(_STRONG.search, new)):
        return False
    if {*old, *shared} & {*more}:
        return False
    for line in gone:
        nearest = max(_likeness(line, other) for other in new)
        if any(_likeness(line, other) >= max(nearest, _LIKE) for other in more):
            return False
    return True


def _is_below_more(
    old: Sequence[str], shared: Sequence[str], side: Sequence[str], known: Collection[int]
) -> bool:
    """Tell whether a line that both added stands below one that only this side has.

    That may be the head of another section, where the line means something else. A line that has
    become of one of the base is where that was; so is the last of as many as are gone, below a
    comment.
    """
    gone, new = _solid(old) - _solid(shared), _solid(shared) - _solid(old)
    may_comment = new.total() <= gone.total()
    is_below = False
    for at, line in enumerate(side):
        if at not in known:
            is_below |= bool(line.strip()) and not (may_comment and _COMMENT.match(line))
        elif is_below and line in new and all(_likeness(line, one) < _LIKE for one in gone):
            return True
    return False


def _solid(lines: Iterable[str]) -> Counter[str]:
    return Counter(line for line in lines if line.strip())


def _likeness(one: str, other: str) -> float:
    left, right = ({*_SAID.findall(line.casefold())} for line in (one, other))
    return 2 * len(left & right) / max(1, len(left) + len(right))


def _words(old: str, mine: str, yours: str) -> str | None:
    """Return a line with what both sides changed in it alike; None where each changed more."""
    if mine == yours:
        return mine
    if old in (mine, yours):
        return old
    edits = [_edits(old, side) for side in (mine, yours)]
    if edits[0] < edits[1]:
        return mine
    return yours if edits[1] < edits[0] else None


def _edits(old: str, new: str) -> set[tuple[int, int, tuple[str, ...]]]:
    words, others = _WORD.findall(old), _WORD.findall(new)
    return {
        (start, stop, tuple(others[low:high]))
        for kind, start, stop, low, high in opcodes(words, others)
        if kind != "equal"
    }
