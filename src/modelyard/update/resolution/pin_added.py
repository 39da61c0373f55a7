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
_HEAD = re.compile(r"\[[^\]]*\]+\s*(?:#|$)|FROM\b", re.IGNORECASE)
"""A table, a section, a stage of an image: what follows is in it, however it is indented."""


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
    parents = [_parents(side.lines) for side in (sides.ours, sides.theirs)]
    for what in sorted(both):
        left, right = mine[what], yours[what]
        if not any(_has(m.ours, left) and _has(m.theirs, right) for m in together):
            continue
        if _is_named(left.pin.name, sides.base.lines):
            continue
        found = _raised(sides, left, right)
        if not found or _bare(sides.ours, left) != _bare(sides.theirs, right):
            continue
        around = [
            [*_around(side, of, one.line)]
            for side, of, one in zip(
                (sides.ours, sides.theirs), parents, (left, right), strict=True
            )
        ]
        if around[0] == around[1]:
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


def _parents(lines: Sequence[str]) -> list[int]:
    """Return for each line the one that it belongs to, -1 where that is the file."""
    found, around = [], [-1]
    columns = [*map(_column, lines), -1]
    for at, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith("#"):
            found.append(-1)
            continue
        is_head = _HEAD.match(line) is not None
        while around[-1] >= 0 and (
            is_head or (columns[around[-1]] >= columns[at] and not _HEAD.match(lines[around[-1]]))
        ):
            around.pop()
        found.append(around[-1])
        around.append(at)
    return found


def _around(pins: Pins, parents: Sequence[int], at: int) -> Iterator[str]:
    """Yield what a line belongs to, from the inside: a pin of your job is not that of another."""
    while (at := parents[at]) >= 0:
        yield pins.masked[at].strip()


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
