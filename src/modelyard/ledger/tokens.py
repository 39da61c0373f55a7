"""Judges a place that both sides changed by its words: a list that both extended on one line."""

import re
from collections.abc import Sequence
from typing import Any

from modelyard.ledger.align import align
from modelyard.ledger.lines import Threeway, faults

# A string, a version or a name is one word: half of a pin from each side would be a third pin.
WORD = re.compile(
    rb'"(?:\\.|[^"\\])*"' rb"|'(?:\\.|[^'\\])*'" rb"|[\w.+\-\x80-\xff]+" rb"|\S",
)
COMMA = frozenset({b","})
# What a reformatted list may gain or lose: a flow list of YAML that became a block list.
BRACKETS = frozenset({b",", b"[", b"]", b"(", b")", b"-"})
WAYS = ((0, 0), (1, 1))


def words(lines: Sequence[bytes], free: frozenset[bytes]) -> list[bytes]:
    """Return the words of some lines, without those that are `free`; quotes are all alike."""
    found = [word for line in lines for word in WORD.findall(line) if word not in free]
    return [b'"' + word[1:-1] if word[:1] in b"'\"" and len(word) > 1 else word for word in found]


def agree(
    base: Sequence[bytes],
    ours: Sequence[bytes],
    theirs: Sequence[bytes],
    result: Sequence[bytes],
    structured: bool,
) -> bool:
    """Say whether a place that both sides changed holds the words of both changes."""
    for free in (COMMA, BRACKETS) if structured else (COMMA,):
        old, mine, other, new = (words(part, free) for part in (base, ours, theirs, result))
        if any(not faults(Threeway(old, mine, other, *way), new) for way in WAYS):
            return True
    return False


def mask_agreed(
    merge: Threeway, result: Sequence[bytes], structured: bool
) -> tuple[Threeway, list] | None:
    """Replace the places that both changed, and whose words agree, by one mark in all versions.

    Returns:
        The four versions with the marks, or None where no such place is found.

    """
    stable = [merge.base[i] for i in merge.stable]
    places = align(stable, result)
    if -1 in places:
        return None
    base: list = []
    ours: list = []
    theirs: list = []
    new: list = []
    start, masked = 0, False
    for number, (gap, end) in enumerate(zip(merge.gaps(), [*places, len(result)], strict=True)):
        b: Any = merge.base[gap[0]]
        o: Any = merge.ours[gap[1]]
        t: Any = merge.theirs[gap[2]]
        r: Any = result[start:end]
        if o != b and t != b and o != t and agree(b, o, t, r, structured):
            b = o = t = r = [("masked", number)]
            masked = True
        anchor = stable[number : number + 1]
        base += [*b, *anchor]
        ours += [*o, *anchor]
        theirs += [*t, *anchor]
        new += [*r, *anchor]
        start = end + 1
    if not masked:
        return None
    return Threeway(base, ours, theirs, merge.ours_way, merge.theirs_way), new
