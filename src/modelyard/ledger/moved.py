"""Finds lines that one side removed and the other moved within a file: a merge has them again."""

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import accumulate

from modelyard.gitrepo.trees import SUBMODULE, File, Read
from modelyard.ledger.files import Versions, shown
from modelyard.ledger.texts import is_binary, lines_of
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason

# Shorter lines, brackets and blanks, are everywhere; which of them was removed cannot be told.
_DISTINCTIVE = 4


def notices(file: Versions, result: File, place: str, read: Read) -> list[Notice]:
    """Name the lines of a merged text that one side removed and the other moved."""
    if None in file or any(one.mode == SUBMODULE for one in (*file, result) if one):
        return []
    contents = [read(one.oid) for one in (*file, result) if one]
    if any(map(is_binary, contents)):
        return []
    old, mine, yours, new = map(lines_of, contents)
    base, ours, theirs, now = map(Counter, (old, mine, yours, new))
    found = []
    for reason, gone, other, text in (
        (NoticeReason.LINES_ARE_BACK, ours, theirs, yours),
        (NoticeReason.LINES_ARE_KEPT, theirs, ours, mine),
    ):
        lines = [
            line
            for line, times in base.items()
            if gone[line] < times == other[line] and now[line] > gone[line]
            if len(line.strip()) >= _DISTINCTIVE
        ]
        stayed = _stayed(old, text) if lines else ()
        lines = [line for line in lines if line not in stayed]
        if lines:
            found.append(Notice(place, reason, lines=shown(lines)))
    return found


def _stayed(base: Sequence[Hashable], side: Sequence[Hashable]) -> set[Hashable]:
    """Return the lines that nobody can have moved: they stand behind the same ones as before.

    Where a merge has such a line again, it was written anew: the first one of a list, say, which
    one side has put into one line.
    """
    counts = Counter(base), Counter(side)
    where = {line: at for at, line in enumerate(side)}
    lines = [line for line in base if counts[0][line] == counts[1][line] == 1]
    places = [where[line] for line in lines]
    highest = accumulate(places, max)
    lowest = [*accumulate(reversed(places), min)][::-1]
    rows = zip(lines, places, highest, lowest, strict=True)
    return {line for line, at, high, low in rows if high == at == low}
