"""Which pins of three versions of a file are the same pin, where both sides changed its line."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modelyard.update.resolution.pin_search import Pin, Pins
from modelyard.update.structured.sequences import opcodes


@dataclass(frozen=True)
class At:
    """A pin and the number of its line."""

    line: int
    pin: Pin


class Place(NamedTuple):
    """One pin of the base, and what each side made of it: None where that is not known."""

    base: At
    ours: At | None
    theirs: At | None


def contested(base: Pins, ours: Pins, theirs: Pins) -> Iterator[list[Place]]:
    """Yield the pins of each line of the base that both sides changed, from the first one.

    Raises:
        Disagreement: Too many lines are equal to too many others.
    """
    mine, yours = _matches(base, ours), _matches(base, theirs)
    touched = _touched(base.lines, ours.lines) & _touched(base.lines, theirs.lines)
    for at in sorted(touched & base.found.keys()):
        yield [
            Place(At(at, pin), mine.get((at, number)), yours.get((at, number)))
            for number, pin in enumerate(base.found[at])
        ]


def _touched(base: Sequence[str], side: Sequence[str]) -> set[int]:
    return {
        at
        for kind, start, end, _, _ in opcodes(base, side)
        if kind != "equal"
        for at in range(start, end)
    }


def _matches(base: Pins, side: Pins) -> dict[tuple[int, int], At]:
    """Match pins by the line in which they stand, and in a stretch that differs by their name."""
    found: dict[tuple[int, int], At] = {}
    unclear = _unclear(base, side)
    for kind, start, end, low, high in opcodes(base.masked, side.masked):
        if kind == "equal":
            for at in range(start, end):
                if base.masked[at] in unclear:
                    continue
                into = low + at - start
                for number, pin in enumerate(side.found.get(into, ())):
                    found[at, number] = At(into, pin)
        elif kind == "replace":
            found |= _by_name(base, range(start, end), side, range(low, high))
    return found


def _unclear(base: Pins, side: Pins) -> set[str]:
    """Return the lines that the base has with several versions, and the side more or less often.

    Which of them is which cannot be told.
    """
    counts = [Counter(pins.masked[at] for at in pins.found) for pins in (base, side)]
    versions: dict[str, set[object]] = {}
    for at, pins in base.found.items():
        versions.setdefault(base.masked[at], set()).add(tuple(pin.texts for pin in pins))
    return {
        line
        for line, different in versions.items()
        if len(different) > 1 and counts[0][line] != counts[1][line]
    }


def _by_name(base: Pins, old: range, side: Pins, new: range) -> dict[tuple[int, int], At]:
    """Match the pins of two stretches whose name each of them has once."""
    names = []
    for pins, stretch in ((base, old), (side, new)):
        here = [
            (pin.identity, (at, number))
            for at in stretch
            for number, pin in enumerate(pins.found.get(at, ()))
        ]
        counts = Counter(name for name, _ in here)
        names.append({name: where for name, where in here if counts[name] == 1})
    return {
        names[0][name]: At(at, side.found[at][number])
        for name, (at, number) in names[1].items()
        if name in names[0]
    }
