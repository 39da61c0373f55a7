"""Files of requirements, one on a line: all of them hold at once, in whichever order."""

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.sets import LINES
from modelyard.update.structured.text import lines as lines_of
from modelyard.update.structured.values import Disagreement

ROOT: tuple[str, ...] = (LINES,)
ORDERED = True
_NAMES = ("requirements*.txt", "requirements*.in", "*requirements.txt")
_COMMENT = re.compile(r"(?:^|(?<!\s)\s+)#.*")


def is_one(path: str) -> bool:
    """Tell whether a file is one of requirements, by its name and its folder."""
    file = PurePosixPath(path)
    return any(file.match(pattern) for pattern in (*_NAMES, "requirements/*.txt"))


def value(text: str) -> Any:
    """Return the requirements in a text.

    Raises:
        Disagreement: It was compiled, with hashes, or goes on over several lines, or pip
            sees line ends in it that an editor does not show.
    """
    if "--hash" in text or "\\\n" in text or len(text.splitlines()) != len(lines_of(text)):
        raise Disagreement("not one requirement on a line")
    found = (_COMMENT.sub("", line).strip() for line in text.splitlines())
    return [line for line in found if line]


def comments(text: str) -> list[str]:
    """Return the comments in a text."""
    return [found[0].strip() for found in map(_COMMENT.search, text.splitlines()) if found]


def split(text: str) -> Piece:
    """Cut a file into its requirements, each with the comments above and behind it.

    The comments at its begin are about the file.
    """
    children, lead = [], ""
    for line in lines_of(text):
        found = _COMMENT.sub("", line.rstrip("\n")).rstrip()
        if found:
            after = line[len(found) :]
            children.append(Piece(None, found.strip(), lead=lead, tail=found, after=after))
            lead = ""
        else:
            lead += line
    head = children[0].lead if children else ""
    if head:
        children[0] = replace(children[0], lead="")
    return Piece(None, value(text), head=head, tail=lead, children=tuple(children))
