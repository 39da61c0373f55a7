"""Pins that both sides added at one place, of something that the base does not pin."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from modelyard.ledger.loss import Owner
from modelyard.update.resolution.pin_lines import Line, each
from modelyard.update.resolution.pin_places import At
from modelyard.update.resolution.pin_raises import Raise, Sides, comments_above
from modelyard.update.resolution.pin_search import Pins
from modelyard.update.resolution.pin_versions import stands
from modelyard.update.structured.line_changes import Change, changes, meetings

_ITEM = re.compile(r"\s*(?:-\s+)*")
_HEAD = re.compile(r"\s*\[[^\]]*\]+\s*(?:#|$)|FROM\b", re.IGNORECASE)
"""A table of TOML, a section, a stage of an image: what follows is in it, however it is indented."""


def added(sides: Sides) -> Iterator[Line]:
    """Yield the lines that change, where both added the same line but for the version in it.

    Raises:
        Disagreement: Too many lines are equal to too many others.
    """
    mine, yours = _once(sides.ours), _once(sides.theirs)
    both = mine.keys() & yours.keys()
    if not both:
        return
    together = meetings(
        changes(sides.base.lines, sides.ours.lines), changes(sides.base.lines, sides.theirs.lines)
    )
    for what in sorted(both):
        left, right = mine[what], yours[what]
        if not any(_has(m.ours, left) and _has(m.theirs, right) for m in together):
            continue
        if _is_named(left.pin.name, sides.base.lines):
            continue
        found = _raised(sides, left, right)
        if not found or _bare(sides.ours, left) != _bare(sides.theirs, right):
            continue
        if [*_around(sides.ours, left.line)] == [*_around(sides.theirs, right.line)]:
            yield from each(sides, [found])


def _is_named(name: str, lines: Sequence[str]) -> bool:
    """Tell whether some lines have a name: what both made of it is more than a pin, then."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    return not name or any(map(word.search, lines))


def _once(pins: Pins) -> dict[tuple[str, ...], At]:
    """Return the pins that are alone in their line, and there once, by what they are."""
    every = [(pin.identity, At(at, pin)) for at, line in pins.found.items() for pin in line]
    counts = Counter(what for what, _ in every)
    return {
        what: one for what, one in every if counts[what] == 1 and len(pins.found[one.line]) == 1
    }


def _has(changes: tuple[Change, ...], one: At) -> bool:
    return any(change.low <= one.line < change.high for change in changes)


def _bare(pins: Pins, one: At) -> str:
    return pins.masked[one.line].replace(",\0", "\0").strip()


def _around(pins: Pins, at: int) -> Iterator[str]:
    """Yield what a line belongs to, from the inside: a pin of your job is not that of another."""
    column = _column(pins.lines[at])
    for number in reversed(range(at)):
        line = pins.lines[number]
        if line.strip() and (_column(line) < column or (not column and _HEAD.match(line))):
            yield pins.masked[number].strip()
            if _HEAD.match(line):
                return
            column = _column(line)


def _column(line: str) -> int:
    """Return where a line begins, behind the dash of an item."""
    found = _ITEM.match(line)
    return found.end() if found else 0


def _raised(sides: Sides, mine: At, yours: At) -> Raise | None:
    ours, theirs = mine.pin.stated, yours.pin.stated
    winner = stands(ours, ours, theirs) or stands(theirs, ours, theirs)
    if winner is None:
        return None
    lost, won, loser = (
        (yours, mine, Owner.TEMPLATE) if winner is Owner.USER else (mine, yours, Owner.USER)
    )
    # A comment beside a version may be the reason why it is no higher.
    if lost.pin.remark or comments_above(sides.of(loser).lines, lost.line):
        return None
    return Raise(loser, lost, won.pin, True)
