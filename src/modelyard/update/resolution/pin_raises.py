"""What becomes of one pin: which side takes the other's, or that a person has to decide."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason
from modelyard.update.resolution.pin_places import At, Place
from modelyard.update.resolution.pin_search import Pin, Pins
from modelyard.update.resolution.pin_versions import forward, stands

_COMMENT = re.compile(r"\s*#")


@dataclass(frozen=True)
class Sides:
    """The three versions of a file."""

    base: Pins
    ours: Pins
    theirs: Pins

    def of(self, owner: Owner) -> Pins:
        """Return the version of one side."""
        return self.ours if owner is Owner.USER else self.theirs


@dataclass(frozen=True)
class Raise:
    """One pin that a side takes from the other.

    Attributes:
        loser: The side that takes it.
        old: Its own.
        new: The other's.
        both: Whether both sides had changed it.
    """

    loser: Owner
    old: At
    new: Pin
    both: bool

    @property
    def reason(self) -> NoticeReason:
        """What the report says of it."""
        if not self.both:
            return NoticeReason.PIN_IN_CHANGED_LINE
        if self.old.pin.stated.digest and not self.new.stated.digest:
            return NoticeReason.PIN_WITHOUT_HASH
        kept = self.loser is Owner.TEMPLATE
        return NoticeReason.PIN_KEPT if kept else NoticeReason.PIN_RAISED

    @property
    def about(self) -> str:
        """What stands, whose it is, and instead of what."""
        whose = "yours" if self.loser is Owner.TEMPLATE else "the template's"
        old, new = self.old.pin.stated.text, self.new.stated.text
        return f"{self.new.name or 'version'}: {new} ({whose}) instead of {old}"


def find(sides: Sides, place: Place) -> Raise | None:
    """Return which side takes the other's pin; None where neither does."""
    old, mine, yours = place
    if mine is None or yours is None:
        return None
    both = old.pin.texts not in (mine.pin.texts, yours.pin.texts)
    if both:
        winner = stands(old.pin.stated, mine.pin.stated, yours.pin.stated)
    else:
        winner = Owner.TEMPLATE if mine.pin.texts == old.pin.texts else Owner.USER
        raised = yours if winner is Owner.TEMPLATE else mine
        if not forward(old.pin.stated, raised.pin.stated):
            return None
    if winner is None or mine.pin.texts == yours.pin.texts:
        return None
    loser, lost, won = (
        (Owner.TEMPLATE, yours, mine) if winner is Owner.USER else (Owner.USER, mine, yours)
    )
    # A comment that a side wrote beside its version may be the reason why it is no higher.
    if lost.pin.remark != old.pin.remark or (lost.pin.remark and won.pin.texts[-1]):
        return None
    above = comments_above(sides.of(loser).lines, lost.line)
    if above and above != comments_above(sides.base.lines, old.line):
        return None
    return Raise(loser, lost, won.pin, both)


def comments_above(lines: Sequence[str], at: int) -> list[str]:
    """Return the comments in the lines right above one."""
    start = at
    while start and _COMMENT.match(lines[start - 1]):
        start -= 1
    return [line.strip() for line in lines[start:at]]
