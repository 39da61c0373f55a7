"""A change of the template that touches comments or blank lines alone gives way to yours.

What it changed is given up stretch by stretch, only where it meets a change of the user, and only
if the file of the template means the same without it.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason
from modelyard.update.resolution.decision import Decision, Resolved
from modelyard.update.structured import comment_syntax, formats
from modelyard.update.structured.comment_syntax import Line, Syntax
from modelyard.update.structured.line_changes import Change, Meeting, changes, meetings
from modelyard.update.structured.sequences import opcodes

LARGEST = 150_000
"""Characters of a file that is still looked at."""
_MOST = 50
"""Places at which both sides changed a file that is still looked at."""
_WHY = (
    NoticeReason.COMMENT_KEPT,
    NoticeReason.COMMENT_LEFT_OUT,
    NoticeReason.COMMENT_REMOVED,
    NoticeReason.BLANK_LINES_LEFT_OUT,
)
"""The reasons, the one that says most first."""


def resolve(
    path: str, base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Resolved | None:
    """Give up what the template changed in comments beside a change of the user.

    Returns:
        What is to be merged, and what was given up; None where that is nothing, or where nobody
        can tell what is a comment in such a file. Never raises.
    """
    syntax = comment_syntax.find(path)
    if syntax is None or max(sum(map(len, side)) for side in (base, ours, theirs)) > LARGEST:
        return None
    try:
        return _resolve(syntax, formats.find(path) is not None, base, ours, theirs)
    except Exception:  # parsers raise what they like; whatever it is, a person has to look
        return None


def _resolve(
    syntax: Syntax,
    structured: bool,
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
) -> Resolved | None:
    mine, yours = changes(base, ours), changes(base, theirs)
    together = meetings(mine, yours)
    if not 0 < len(together) <= _MOST:
        return None
    cut = _Cut(*(syntax.lines("\n".join(side)) for side in (base, ours, theirs)))
    if both := _of_both(cut, together):
        return _worded_by_user(both, ours, theirs)
    found: dict[Change, NoticeReason] = {}
    for meeting in together:
        if meeting.lines(meeting.ours, ours) == meeting.lines(meeting.theirs, theirs):
            continue
        reasons = _reasons(cut, meeting)
        after = changes(base, _reverted(base, theirs, sorted(reasons)))
        if reasons and len(meetings(mine, after)) >= len(together):
            # It stays a conflict of lines; by meaning it may be none without those comments.
            reasons = {at: why for at, why in reasons.items() if why != _WHY[-1] and structured}
        found |= reasons
    kept = _without_meaning(syntax, base, theirs, sorted(found))
    decisions = [_decision(found, stretches, base, theirs) for stretches in _joined(kept)]
    if not decisions:
        return None
    return Resolved(list(ours), _reverted(base, theirs, kept), tuple(decisions))


def _worded_by_user(
    both: Mapping[int, int], ours: Sequence[str], theirs: Sequence[str]
) -> Resolved:
    """Give lines of theirs the comment that the same lines have in ours."""
    made, decisions = list(theirs), []
    for at, other in both.items():
        made[at] = ours[other]
        lines = (theirs[at],), (ours[other],)
        about = theirs[at].strip()
        decisions.append(Decision(NoticeReason.COMMENT_KEPT, Owner.TEMPLATE, *lines, about))
    return Resolved(list(ours), made, tuple(decisions))


@dataclass(frozen=True)
class _Cut:
    """The lines of the three versions, cut into code and comment."""

    base: list[Line]
    ours: list[Line]
    theirs: list[Line]


def _of_both(cut: _Cut, together: Sequence[Meeting]) -> dict[int, int]:
    """Return the lines that both sides added with a comment of their own: of theirs, and of ours.

    They have the same code, which nothing else in the three versions has.
    """
    counts = [Counter(line.code for line in side) for side in (cut.base, cut.ours, cut.theirs)]
    found = {}
    for meeting in together:
        mine, yours = (
            {
                side[at].code: at
                for one in changes
                for at in range(one.low, one.high)
                if side[at].code and side[at].comment
            }
            for side, changes in ((cut.ours, meeting.ours), (cut.theirs, meeting.theirs))
        )
        for code in mine.keys() & yours.keys():
            once = [count[code] for count in counts] == [0, 1, 1]
            if once and cut.ours[mine[code]].comment != cut.theirs[yours[code]].comment:
                found[yours[code]] = mine[code]
    return dict(sorted(found.items()))


def _reasons(cut: _Cut, meeting: Meeting) -> dict[Change, NoticeReason]:
    """Return what the template gives up where changes of both sides meet, and why."""
    found = {}
    for change in meeting.theirs:
        beside = [other for other in meeting.ours if change.touches(other)]
        for stretch in _free_of_code(cut, change):
            reason = _gives_way(cut, stretch, [one for one in beside if stretch.touches(one)])
            if reason:
                found[stretch] = reason
    return found


def _free_of_code(cut: _Cut, change: Change) -> Iterator[Change]:
    """Yield the parts of a change of the template that hold no code, or the same with a comment.

    Where code was changed too, a comment beside it belongs to it.
    """
    old = [at for at in range(change.start, change.stop) if cut.base[at].code]
    new = [at for at in range(change.low, change.high) if cut.theirs[at].code]
    same = [
        (old[low + step], new[high + step])
        for kind, low, end, high, _ in opcodes(
            [cut.base[at].code for at in old], [cut.theirs[at].code for at in new]
        )
        if kind == "equal"
        for step in range(end - low)
    ]
    start, low = change.start, change.low
    for stop, high in [*same, (change.stop, change.high)]:
        before, now = cut.base[start:stop], cut.theirs[low:high]
        if before != now and not _codes([*before, *now]):
            yield Change(start, stop, low, high)
        if stop < change.stop and cut.base[stop] != cut.theirs[high]:
            yield Change(stop, stop + 1, high, high + 1)
        start, low = stop + 1, high + 1


def _gives_way(cut: _Cut, stretch: Change, beside: Sequence[Change]) -> NoticeReason | None:
    """Return why a stretch gives way to the changes of the user that it meets; None if it stays."""
    if not beside:
        return None
    old, new = (
        [line.comment for line in lines if line.comment]
        for lines in (
            cut.base[stretch.start : stretch.stop],
            cut.theirs[stretch.low : stretch.high],
        )
    )
    if old == new:
        return NoticeReason.BLANK_LINES_LEFT_OUT
    reworded = any(
        cut.base[at].comment not in {"", *(line.comment for line in cut.ours[one.low : one.high])}
        for one in beside
        for at in range(max(one.start, stretch.start), min(one.stop, stretch.stop))
    )
    if reworded and new:
        return NoticeReason.COMMENT_KEPT
    if any(
        _codes(cut.base[one.start : one.stop]) != _codes(cut.ours[one.low : one.high])
        for one in beside
    ):
        return NoticeReason.COMMENT_LEFT_OUT if new else NoticeReason.COMMENT_REMOVED
    return None


def _codes(lines: Sequence[Line]) -> list[str]:
    return [line.code for line in lines if line.code]


def _without_meaning(
    syntax: Syntax, base: Sequence[str], theirs: Sequence[str], stretches: Sequence[Change]
) -> list[Change]:
    """Return the stretches without which the template's file means what it meant."""
    if not stretches:
        return []
    meaning = syntax.meaning("\n".join(theirs))

    def free(chosen: Sequence[Change]) -> bool:
        return _means(syntax, _reverted(base, theirs, chosen)) == meaning

    if free(stretches):
        return list(stretches)
    alone = [one for one in stretches[:_MOST] if free([one])]
    return alone if free(alone) else []


def _means(syntax: Syntax, lines: Sequence[str]) -> Hashable:
    try:
        return syntax.meaning("\n".join(lines))
    except Exception:  # as a parser says that it is broken
        return None


def _reverted(base: Sequence[str], theirs: Sequence[str], chosen: Sequence[Change]) -> list[str]:
    found, at = [], 0
    for one in chosen:
        found += [*theirs[at : one.low], *base[one.start : one.stop]]
        at = one.high
    return [*found, *theirs[at:]]


def _joined(stretches: Sequence[Change]) -> list[list[Change]]:
    """Put stretches together that have nothing in between: a reader sees one change."""
    found: list[list[Change]] = []
    for one in stretches:
        if found and found[-1][-1].stop == one.start and found[-1][-1].high == one.low:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _decision(
    reasons: Mapping[Change, NoticeReason],
    stretches: Sequence[Change],
    base: Sequence[str],
    theirs: Sequence[str],
) -> Decision:
    given_up = list(theirs[stretches[0].low : stretches[-1].high])
    taken = list(base[stretches[0].start : stretches[-1].stop])
    while given_up and taken and given_up[0] == taken[0]:
        del given_up[0], taken[0]
    while given_up and taken and given_up[-1] == taken[-1]:
        del given_up[-1], taken[-1]
    about = next((line.strip() for line in given_up or taken if line.strip()), "")
    reason = min((reasons[one] for one in stretches), key=_WHY.index)
    return Decision(reason, Owner.TEMPLATE, tuple(given_up), tuple(taken), about)
