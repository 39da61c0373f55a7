"""Judges the merge of a file by counting words, and knows nothing of how it was merged.

What a side changed is told by how often it has each word: with what it gave up by decisions put
back, the merged file must have each word as often as both changes together say.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import ndiff
from typing import NamedTuple

from modelyard.merged import Decision, Owner

_WORD = re.compile(r"[\w.@/+*$~^<>=!&|%?-]+")
_OPENS, _BASE, _CLOSES = (re.compile(rf"{re.escape(sign)}{{7,}} ") for sign in "<|>")
_MIDDLE = re.compile(r"={7,}$")
Words = Counter[str]


class Hunk(NamedTuple):
    """What stands between the markers of one conflict."""

    ours: tuple[str, ...]
    base: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """A merged file as a person reads it.

    Attributes:
        hunks: Its conflicts.
        ours: The file, settled for ours; and so for theirs, and for the base.
        common: What is outside of the markers.
    """

    hunks: tuple[Hunk, ...]
    ours: str
    base: str
    theirs: str
    common: str


def read(text: str) -> Read:
    """Read a file with markers, or without."""
    parts: dict[str, list[str]] = {"ours": [], "base": [], "theirs": [], "common": []}
    hunk: dict[str, list[str]] = {}
    hunks, now = [], ""
    for line in text.splitlines():
        if not now and _OPENS.match(line):
            hunk, now = {"ours": [], "base": [], "theirs": []}, "ours"
        elif now == "ours" and _BASE.match(line):
            now = "base"
        elif now == "base" and _MIDDLE.match(line):
            now = "theirs"
        elif now == "theirs" and _CLOSES.match(line):
            hunks.append(Hunk(*(tuple(hunk[side]) for side in Hunk._fields)))
            now = ""
        elif now:
            hunk[now].append(line)
            parts[now].append(line)
        else:
            for part in parts.values():
                part.append(line)
    assert not now, "a marker is not closed"
    files = ("".join(f"{line}\n" for line in part) for part in parts.values())
    return Read(tuple(hunks), *files)


def words(text: str | Iterable[str]) -> Words:
    """Count the words of a text; a version is one word, and so is an operator."""
    return Counter(_WORD.findall(text if isinstance(text, str) else "\n".join(text)))


@dataclass(frozen=True)
class Case:
    """The three versions of a file, and what was given up of two by decisions.

    Attributes:
        shared: The base with what both sides did to it alike.
        has_moved: Whether a side put something elsewhere. Then another may have deleted it there,
            and only what is in no base is counted strictly.
    """

    base: str
    ours: str
    theirs: str
    shared: str
    has_moved: bool = False
    decisions: Sequence[Decision] = ()


@dataclass(frozen=True)
class _Side:
    """The words of one side: how often each is there, was added, and was taken away."""

    there: Words
    added: Words
    removed: Words


def _side(base: str, text: str, decisions: Iterable[Decision]) -> _Side:
    """Count the words of a side, with what it gave up put back."""
    lines = [line for line in ndiff(base.splitlines(), text.splitlines()) if line[0] in "+-"]
    side = _Side(
        words(text),
        words(line[2:] for line in lines if line[0] == "+"),
        words(line[2:] for line in lines if line[0] == "-"),
    )
    for one in decisions:
        given_up, taken = words(one.given_up), words(one.taken)
        assert given_up <= side.there, f"told as given up, and never there: {one.given_up}"
        side.there.subtract(given_up)
        side.there.update(taken)
        side.added.update(taken)
        side.removed.update(given_up)
    return side


def faults(case: Case, merged: str) -> list[str]:
    """Return what is lost or doubled in a merged file, and what is wrong with its markers.

    With what stands in markers cut out of each version, the rest is merged without a conflict. What
    one side adds is there once more, and what it takes away once less; only what both did may be
    one change of both, or two.
    """
    seen = read(merged)
    base, shared, common = words(case.base), words(case.shared), words(seen.common)
    ours, theirs = (
        _side(case.base, text, [one for one in case.decisions if one.owner is owner])
        for text, owner in ((case.ours, Owner.USER), (case.theirs, Owner.TEMPLATE))
    )
    cut = [words(line for hunk in seen.hunks for line in hunk[at]) for at in range(3)]
    found = []
    for word in {*base, *ours.there, *theirs.there, *common, *cut[0], *cut[1], *cut[2]}:
        was = base[word] - cut[1][word]
        mine, other = ours.there[word] - cut[0][word], theirs.there[word] - cut[2][word]
        low = high = mine + other - was
        low -= min(ours.added[word] + cut[0][word], theirs.added[word] + cut[2][word])
        high += min(ours.removed[word] + cut[0][word], theirs.removed[word] + cut[2][word])
        high += cut[1][word]
        low -= max(shared[word] - base[word], 0)
        high += max(base[word] - shared[word], 0)
        if case.has_moved and base[word]:
            low, high = min(low, was, mine, other), max(high, was, mine, other)
        if not low <= common[word] <= high:
            found.append(
                f"{word!r} is there {common[word]} times, not {low} to {high}: "
                f"{was} in the base, {mine} in ours, {other} in theirs"
            )
    return found + _wrong_hunks(case, seen)


def _wrong_hunks(case: Case, seen: Read) -> list[str]:
    found = []
    of_base = words(case.base)
    for hunk in seen.hunks:
        if len({hunk.ours, hunk.base, hunk.theirs}) < 3:
            found.append(f"markers about nothing: {hunk}")
        if not words(hunk.base) <= of_base:
            found.append(f"not in the base: {[*(words(hunk.base) - of_base)]}")
    return found
