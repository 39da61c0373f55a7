"""Items between brackets, as JSON, TOML, YAML and Python all have them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.values import Disagreement

_BLANK = r"(?:[ \t\n]|{0}[^\n]*(?=\n))*"


class _Between:
    """What stands between items, where a comment begins with a sign."""

    def __init__(self, sign: str) -> None:
        blank = _BLANK.format(re.escape(sign))
        self.skip = re.compile(blank)
        self.between = re.compile(rf"(,?)([ \t]*{re.escape(sign)}[^\n]*(?=\n))?({blank})")


_BETWEEN = {sign: _Between(sign) for sign in ("#", "//")}


def assemble(
    text: str, start: int, items: list[tuple[Piece, int, int]], stop: int, comment: str = "#"
) -> Piece:
    """Put items that stand between two brackets together.

    Args:
        text: The source.
        start: Where the opening bracket ends.
        items: Each with the place where it begins and ends.
        stop: Where the closing bracket begins.
        comment: What a comment begins with.

    Returns:
        A piece without value, key and brackets.

    Raises:
        Disagreement: Something else than a comma, white space and comments stands between them.
    """
    spots = [*((begin, end) for _, begin, end in items), (stop, stop)]
    lead, comma = text[start : spots[0][0]], False
    if not _BETWEEN[comment].skip.fullmatch(lead):
        raise Disagreement("cannot be read")
    children = []
    for (piece, _, end), (following, _) in zip(items, spots[1:], strict=True):
        found = _BETWEEN[comment].between.fullmatch(text, end, following)
        comma = bool(found and found[1])
        if not found or (not comma and following != stop):
            raise Disagreement("cannot be read")
        children.append(replace(piece, lead=lead, after=found[2] or ""))
        lead = found[3]
    return Piece(None, None, tail=lead, children=tuple(children), flow=True, comma=comma)


@dataclass(frozen=True)
class Dialect:
    """How JSON or TOML write what stands in brackets.

    Attributes:
        key: Matches a key with what separates it from its value.
        scalar: Matches everything that is not in brackets.
        name: Gives the key that a matched text stands for.
        parse: Gives the plain value of a text.
        comment: What a comment begins with.
    """

    key: re.Pattern[str]
    scalar: re.Pattern[str]
    name: Callable[[str], Any]
    parse: Callable[[str], Any]
    comment: str = "#"


def scan(text: str, at: int, dialect: Dialect) -> tuple[Piece, int]:
    """Cut the value that begins at `at`; return it with the place where it ends.

    Raises:
        Disagreement: The text cannot be read.
    """
    closer = {"[": "]", "{": "}"}.get(text[at : at + 1])
    if closer is None:
        found = dialect.scalar.match(text, at)
        if not found:
            raise Disagreement("cannot be read")
        return Piece(None, dialect.parse(found[0]), tail=found[0]), found.end()
    items: list[tuple[Piece, int, int]] = []
    place = _skip(text, at + 1, dialect.comment)
    while text[place : place + 1] != closer:
        begin, key, head = place, None, ""
        if closer == "}":
            match = dialect.key.match(text, place)
            if not match:
                raise Disagreement("cannot be read")
            place, head = match.end(), match[0]
            key = dialect.name(head)
        item, place = scan(text, place, dialect)
        items.append((replace(item, key=key, head=head + item.head), begin, place))
        place = _skip(text, place, dialect.comment)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1, dialect.comment)
        elif text[place : place + 1] != closer:
            raise Disagreement("cannot be read")
    inside = assemble(text, at + 1, items, place, dialect.comment)
    value = dialect.parse(text[at : place + 1])
    tail = inside.tail + closer
    piece = replace(inside, value=value, head=text[at], tail=tail, named=closer == "}")
    return piece, place + 1


def _skip(text: str, at: int, comment: str = "#") -> int:
    found = _BETWEEN[comment].skip.match(text, at)
    return found.end() if found else at


def closer(text: str, at: int) -> int:
    """Return where the closing bracket stands behind the last item, which ends at `at`."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at : at + 1] == "," else at
