"""Finds lines that one side removed and the other moved within a file: a merge has them again."""

from collections import Counter

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
    base, ours, theirs, now = (Counter(lines_of(content)) for content in contents)
    found = []
    for reason, gone, other in (
        (NoticeReason.LINES_ARE_BACK, ours, theirs),
        (NoticeReason.LINES_ARE_KEPT, theirs, ours),
    ):
        lines = [
            line
            for line, times in base.items()
            if gone[line] < times == other[line] and now[line] > gone[line]
            if len(line.strip()) >= _DISTINCTIVE
        ]
        if lines:
            found.append(Notice(place, reason, lines=shown(lines)))
    return found
