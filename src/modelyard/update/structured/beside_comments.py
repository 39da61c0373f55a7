"""Merges files in which the user changed comments or blank lines beside what the template changed.

A merge of lines calls that a conflict, for no line that both keep stands in between.
"""

from collections.abc import Sequence

from modelyard.update.structured import comment_syntax, faults, text
from modelyard.update.structured.comment_syntax import Line, Syntax
from modelyard.update.structured.line_changes import Change, changes
from modelyard.update.structured.values import Disagreement


def merge(path: str, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Take both changes where they share no line, and the user's touch no value.

    Returns:
        The merged content, or None: it is a conflict, or nobody can tell what is a comment there.
        Never raises.
    """
    syntax = comment_syntax.find(path)
    if syntax is None or max(len(base), len(ours), len(theirs)) > faults.LARGEST:
        return None
    try:
        sides = [text.decode(content).split("\n") for content in (base, ours, theirs)]
        merged = text.encode("\n".join(_merge(syntax, *sides)), ours)
        return None if faults.new(path, merged, (base, ours, theirs)) else merged
    except Exception:  # parsers raise what they like; whatever it is, a person has to look
        return None


def _merge(syntax: Syntax, base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    old, mine, yours = (syntax.lines("\n".join(side)) for side in (base, ours, theirs))
    my_changes, others = changes(base, ours), changes(base, theirs)
    free = {one for one in my_changes if not _codes(old, mine, one)}
    beside = 0
    for one in my_changes:
        for other in others:
            if not _widened(one, old, base, ours).touches(_widened(other, old, base, theirs)):
                continue
            if one.touches(other):
                beside += 1
                if one in free and _may_stand(one, other, old, mine, yours):
                    continue
            elif one in free and _is_fixed(one, base, ours) and _is_fixed(other, base, theirs):
                continue
            raise Disagreement("changed by both sides")
    if not beside:
        raise Disagreement("git, which compares in another way, sees a conflict")
    merged = _applied(base, ours, my_changes, theirs, others)
    # A comment changes no meaning: it is the one without those of ours.
    without = _applied(base, ours, [one for one in my_changes if one not in free], theirs, others)
    if syntax.meaning("\n".join(merged)) != syntax.meaning("\n".join(without)):
        raise Disagreement("the text does not say what was meant")
    return merged


def _is_fixed(change: Change, base: Sequence[str], side: Sequence[str]) -> bool:
    """Say whether a change cannot as well be said to stand some lines further up or down.

    What comes in or goes between two blank lines took either of them along.
    """
    lines, low, high = (
        (side, change.low, change.high)
        if change.start == change.stop
        else (base, change.start, change.stop)
    )
    if change.start != change.stop and change.low != change.high:
        return True
    up = low > 0 and lines[low - 1] == lines[high - 1]
    down = high < len(lines) and lines[low] == lines[high]
    return not up and not down


def _widened(
    change: Change, old: Sequence[Line], base: Sequence[str], side: Sequence[str]
) -> Change:
    """Return a change with the lines around it that may be its own, up to the next code."""
    start, stop = change.start, change.stop
    room = 0 if _is_fixed(change, base, side) else max(stop - start, change.high - change.low)
    start, stop = max(start - room, 0), min(stop + room, len(old))
    while start and not old[start - 1].code:
        start -= 1
    while stop < len(old) and not old[stop].code:
        stop += 1
    return change._replace(start=start, stop=stop)


def _codes(old: Sequence[Line], new: Sequence[Line], change: Change) -> bool:
    """Say whether a change is one of more than comments and blank lines."""
    before, after = (
        [line.code for line in lines if line.code]
        for lines in (old[change.start : change.stop], new[change.low : change.high])
    )
    return before != after


def _may_stand(
    mine: Change, yours: Change, old: Sequence[Line], ours: Sequence[Line], theirs: Sequence[Line]
) -> bool:
    """Say whether two changes that touch share no line, and a comment keeps what it is about."""
    if mine.start == yours.stop > yours.start:
        return True
    if mine.stop != yours.start or yours.start == yours.stop:
        return False
    if not any(line.comment for line in ours[mine.low : mine.high]):
        return True
    # What stood below the comment is still there, with another value.
    counts = [
        sum(bool(line.code) for line in lines)
        for lines in (old[yours.start : yours.stop], theirs[yours.low : yours.high])
    ]
    return counts[0] == counts[1] > 0


def _applied(
    base: Sequence[str],
    ours: Sequence[str],
    mine: Sequence[Change],
    theirs: Sequence[str],
    yours: Sequence[Change],
) -> list[str]:
    found, at = [], 0
    every = [(one, ours) for one in mine] + [(one, theirs) for one in yours]
    for one, side in sorted(every, key=lambda pair: pair[0][:2]):
        found += [*base[at : one.start], *side[one.low : one.high]]
        at = one.stop
    return [*found, *base[at:]]
