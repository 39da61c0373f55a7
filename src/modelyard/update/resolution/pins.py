"""Where both sides moved one pin forward, the higher version stands, as its side wrote it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason
from modelyard.update.resolution.decision import Decision, Resolved
from modelyard.update.resolution.pin_places import At, contested
from modelyard.update.resolution.pin_search import Pin, Pins
from modelyard.update.resolution.pin_versions import stands
from modelyard.update.structured.values import Disagreement

_LARGEST = 150_000
"""Characters of a file that is still looked at."""
_COMMENT = re.compile(r"\s*#")


@dataclass(frozen=True)
class _Raise:
    """One pin that a side gives up for the other's."""

    loser: Owner
    line: int
    old: Pin
    new: Pin

    @property
    def reason(self) -> NoticeReason:
        """What the report says of it."""
        if self.old.stated.digest and not self.new.stated.digest:
            return NoticeReason.PIN_WITHOUT_HASH
        kept = self.loser is Owner.TEMPLATE
        return NoticeReason.PIN_KEPT if kept else NoticeReason.PIN_RAISED

    @property
    def about(self) -> str:
        """What stands, whose it is, and instead of what."""
        whose = "yours" if self.loser is Owner.TEMPLATE else "the template's"
        old, new = self.old.stated.text, self.new.stated.text
        return f"{self.old.name or 'version'}: {new} ({whose}) instead of {old}"


def resolve(
    path: str, base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Resolved | None:
    """Give each side the other's version of a pin where that is higher, or equal and says more.

    A pin that one side took back, that cannot be compared, or beside which its side wrote a comment
    of its own stays as it is: a conflict.

    Args:
        path: The name of the file, which tells the forms of its pins.
        base: The lines that both sides began with, without line ends.
        ours: The owner's.
        theirs: The template's.

    Returns:
        Both sides, which differ from what was given in the versions of pins alone, and a decision
        for each line; None where there is nothing to decide. Never raises.
    """
    sides = (base, ours, theirs)
    if any(sum(map(len, side)) + len(side) > _LARGEST for side in sides):
        return None
    pins = [Pins(path, side) for side in sides]
    if not all(side.found for side in pins):
        return None
    try:
        raises = [
            found
            for places in contested(pins[0], pins[1], pins[2])
            if (found := _raise(pins, *places))
        ]
    except Disagreement:
        return None
    return _resolved(ours, theirs, raises) if raises else None


def _raise(pins: Sequence[Pins], old: At, mine: At, yours: At) -> _Raise | None:
    winner = stands(old.pin.stated, mine.pin.stated, yours.pin.stated)
    if winner is None:
        return None
    loser = Owner.TEMPLATE if winner is Owner.USER else Owner.USER
    side, lost, won = (pins[2], yours, mine) if winner is Owner.USER else (pins[1], mine, yours)
    # A comment that was written for a version may be the reason why it is no higher.
    if lost.pin.remark != old.pin.remark or (lost.pin.remark and won.pin.texts[2]):
        return None
    above = _comments_above(side.lines, lost.line)
    if above and above != _comments_above(pins[0].lines, old.line):
        return None
    return _Raise(loser, lost.line, lost.pin, won.pin)


def _comments_above(lines: Sequence[str], at: int) -> list[str]:
    start = at
    while start and _COMMENT.match(lines[start - 1]):
        start -= 1
    return [line.strip() for line in lines[start:at]]


def _resolved(ours: Sequence[str], theirs: Sequence[str], raises: Sequence[_Raise]) -> Resolved:
    sides = {Owner.USER: list(ours), Owner.TEMPLATE: list(theirs)}
    lines: dict[tuple[Owner, int], list[_Raise]] = {}
    for each in raises:
        lines.setdefault((each.loser, each.line), []).append(each)
    decisions = []
    for (loser, at), here in lines.items():
        old = sides[loser][at]
        new = sides[loser][at] = _rewritten(old, here)
        reasons = {each.reason for each in here}
        hashless = NoticeReason.PIN_WITHOUT_HASH
        reason = hashless if hashless in reasons else here[0].reason
        about = "; ".join(each.about for each in here)
        decisions.append(Decision(reason, loser, (old,), (new,), about))
    return Resolved(sides[Owner.USER], sides[Owner.TEMPLATE], tuple(decisions))


def _rewritten(line: str, raises: Sequence[_Raise]) -> str:
    edits = [
        (span, text)
        for each in raises
        for span, text in zip(each.old.spans, each.new.texts, strict=True)
    ]
    for (start, end), text in sorted(edits, reverse=True):
        line = line[:start] + text + line[end:]
    return line
