"""What becomes of one line with pins that both sides changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason
from modelyard.update.resolution.decision import Decision
from modelyard.update.resolution.pin_places import Place
from modelyard.update.resolution.pin_raises import Raise, Sides, find

_OTHER = {Owner.USER: Owner.TEMPLATE, Owner.TEMPLATE: Owner.USER}


class Line(NamedTuple):
    """One line of a side, as it is to be merged, and why."""

    at: int
    text: str
    decision: Decision


def decide(sides: Sides, places: Sequence[Place]) -> Iterator[Line]:
    """Yield the lines that change; none where a person has to decide.

    Where one side changed nothing but pins, the other side's line stands for both, with the pins
    that stand. Else each side keeps its line, and only takes the pins that both had changed.

    Args:
        sides: The file.
        places: The pins of one line of the base.
    """
    raises = [find(sides, place) for place in places]
    made = [one for one in raises if one]
    at = _single_lines(places)
    settled = all(map(_settled, places, raises))
    side = _pins_alone(sides, places, at) if settled and at else None
    if side is None:
        yield from each(sides, [one for one in made if one.both])
        return
    text = _rewritten(sides, _OTHER[side], at[_OTHER[side]], made)
    for owner in (Owner.USER, Owner.TEMPLATE):
        old = sides.of(owner).lines[at[owner]]
        if old != text:
            own = [one for one in made if one.loser is owner]
            yield Line(at[owner], text, _decision(owner, old, text, own or made, bool(own)))


def each(sides: Sides, raises: Sequence[Raise]) -> Iterator[Line]:
    """Yield the lines in which each side takes the pins that stand; it keeps all else of them."""
    lines: dict[tuple[Owner, int], list[Raise]] = {}
    for one in raises:
        lines.setdefault((one.loser, one.old.line), []).append(one)
    for (owner, at), own in lines.items():
        old, text = sides.of(owner).lines[at], _rewritten(sides, owner, at, own)
        yield Line(at, text, _decision(owner, old, text, own, True))


def _single_lines(places: Sequence[Place]) -> Mapping[Owner, int]:
    """Return the one line of each side in which all of the pins are; empty where they are not."""
    mine = {place.ours.line if place.ours else None for place in places}
    yours = {place.theirs.line if place.theirs else None for place in places}
    if len(mine) != 1 or len(yours) != 1:
        return {}
    one, other = mine.pop(), yours.pop()
    return {} if one is None or other is None else {Owner.USER: one, Owner.TEMPLATE: other}


def _settled(place: Place, made: Raise | None) -> bool:
    same = place.ours and place.theirs and place.ours.pin.texts == place.theirs.pin.texts
    return bool(made or same)


def _pins_alone(sides: Sides, places: Sequence[Place], at: Mapping[Owner, int]) -> Owner | None:
    """Return the side that changed nothing in the line but pins; None where none did."""
    old = places[0].base.line
    for owner in (Owner.TEMPLATE, Owner.USER):
        side = sides.of(owner)
        changed = side.lines[at[owner]] != sides.base.lines[old]
        if changed and side.masked[at[owner]] == sides.base.masked[old]:
            return owner
    return None


def _rewritten(sides: Sides, owner: Owner, at: int, raises: Sequence[Raise]) -> str:
    """Return a line of a side with the pins that it takes."""
    line = sides.of(owner).lines[at]
    edits = [
        (span, text)
        for one in raises
        if one.loser is owner
        for span, text in zip(one.old.pin.spans, one.new.texts, strict=True)
    ]
    for (start, end), text in sorted(edits, reverse=True):
        line = line[:start] + text + line[end:]
    return line


def _decision(owner: Owner, old: str, new: str, raises: Sequence[Raise], own: bool) -> Decision:
    reasons = [one.reason for one in raises] if own else [NoticeReason.PIN_IN_CHANGED_LINE]
    hashless = NoticeReason.PIN_WITHOUT_HASH
    reason = hashless if hashless in reasons else reasons[0]
    about = "; ".join(one.about for one in raises) or new.strip()
    return Decision(reason, owner, (old,), (new,), about)
