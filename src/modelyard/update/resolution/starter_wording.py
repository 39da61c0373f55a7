"""Measures whether a text is gone from a file, and whether another one is a rewording of it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from modelyard.update.resolution.starter_units import Units
from modelyard.update.structured.sequences import opcodes

# A character of a script that puts no spaces between words is a word.
_WORD = re.compile(r"[^\W\u0e00-\U0010ffff]+|[\u0e00-\U0010ffff]")
_PHRASE = 3  # words

Words = tuple[str, ...]


def _words(lines: Iterable[str]) -> Words:
    return tuple(word for line in lines for word in _WORD.findall(line.casefold()))


def _phrases(words: Words) -> list[Words]:
    """Return each three words that follow each other; of fewer words, these."""
    size = min(_PHRASE, len(words))
    return [words[at : at + size] for at in range(len(words) - size + 1)] if words else []


class Wording:
    """What a text says: its words, whatever its line breaks and its markup.

    Args:
        lines: The text.
        units: How it is cut.
    """

    def __init__(self, lines: Sequence[str], units: Units) -> None:
        self.lines, self.units = lines, units

    @cached_property
    def all_words(self) -> Words:
        """Its words in their order."""
        return _words(self.lines)

    @cached_property
    def names(self) -> frozenset[str]:
        """Each word of it."""
        return frozenset(self.all_words)

    @cached_property
    def _said(self) -> frozenset[Words]:
        ends = range(1, len(self.all_words) + 1)
        spans = ((max(0, end - size), end) for end in ends for size in range(1, _PHRASE + 1))
        return frozenset(self.all_words[start:end] for start, end in spans)

    @cached_property
    def _by_unit(self) -> list[Words]:
        return [_words(self.lines[unit.start : unit.stop]) for unit in self.units.text]

    @cached_property
    def _counts(self) -> list[Counter[str]]:
        return [Counter(words) for words in self._by_unit]

    def touched(self, low: int, high: int) -> list[Words] | None:
        """Return the units with words that have a line between two, or between whose lines it is.

        Args:
            low: The first line.
            high: The line behind the last one; where it is `low`, the place before that line.

        Returns:
            None where settings are there.
        """
        if any(_touches(unit, low, high) for unit in self.units.settings):
            return None
        pairs = zip(self.units.text, self._by_unit, strict=True)
        return [words for unit, words in pairs if words and _touches(unit, low, high)]

    def divides(self, at: int) -> bool:
        """Tell whether a unit has lines on both sides of the place before a line."""
        return any(unit.start < at < unit.stop for unit in self.units.text)

    def kept_phrases(self, words: Words) -> float:
        """Return which share of the phrases of a text is said here, wherever, however wrapped."""
        phrases = _phrases(words)
        return sum(phrase in self._said for phrase in phrases) / len(phrases)

    def likeness(self, words: Words) -> float:
        """Return how like a unit the likest one here is: 1 has the same words, 0 no word of it."""
        own = Counter(words)
        pairs = ((2 * (own & unit).total(), own.total() + unit.total()) for unit in self._counts)
        return max((shared / length for shared, length in pairs), default=0.0)

    def says_any(self, phrases: Iterable[Words]) -> bool:
        """Tell whether one of some phrases is said here."""
        return not self._said.isdisjoint(phrases)


def _touches(unit: range, low: int, high: int) -> bool:
    return unit.start < max(high, low) and low < unit.stop and (low < high or unit.start < low)


def joined(units: Iterable[Words]) -> Words:
    """Return the words of some units as one text."""
    return tuple(word for unit in units for word in unit)


def changed_phrases(old: Words, new: Words) -> Iterator[Words]:
    """Yield the phrases of a text that are not in another version of it as they were.

    Raises:
        Disagreement: They are too long to compare.
    """
    for kind, start, end, _, _ in opcodes(old, new):
        if kind != "equal":
            yield from _phrases(old[max(0, start - _PHRASE + 1) : end + _PHRASE - 1])


def least_share(new: Sequence[Words], old: Words) -> float:
    """Return which share of its words each of some units has from an older text, at least."""
    pool = Counter(old)
    return min(((Counter(unit) & pool).total() / len(unit) for unit in new), default=1.0)
