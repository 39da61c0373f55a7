"""JSON, cut into pieces; also as editors write it, with comments and a comma at the end."""

import json
import re
from dataclasses import replace
from typing import Any

from modelyard.update.structured import flow
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.values import Disagreement

ROOT: tuple[str, ...] = ()
ORDERED = True
_STRING = r'"(?:\\.|[^"\\\n])*"'
_BLANK = re.compile(r"(?:\s|//[^\n]*)*")
_TOKEN = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?\*/|,(?=(?:\s|//[^\n]*)*[}}\]])", re.DOTALL)


def value(text: str) -> Any:
    """Return what the text means.

    Raises:
        ValueError: It is not JSON, or a key stands twice in one object.
    """
    plain = _TOKEN.sub(lambda found: found[0] if found[0][0] == '"' else "", text)
    return json.loads(plain, object_pairs_hook=_unique)


def comments(text: str) -> list[str]:
    """Return the comments in a text.

    Raises:
        Disagreement: One is not a line's: what it is about cannot be told.
    """
    found = [one for one in _TOKEN.findall(text) if one[0] == "/"]
    if any(one.startswith("/*") for one in found):
        raise Disagreement("a comment of several lines")
    return found


def split(text: str) -> Piece:
    """Cut a document.

    Raises:
        Disagreement: It cannot be read.
        ValueError: It is not JSON.
    """
    found = _BLANK.match(text)
    at = found.end() if found else 0
    piece, end = flow.scan(text, at, _JSON)
    rest = _BLANK.fullmatch(text, end)
    if rest is None:
        raise Disagreement("more than one value")
    return replace(piece, lead=text[:at], after=text[end:])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _name(head: str) -> str:
    return str(json.loads(head.rstrip().removesuffix(":")))


_JSON = flow.Dialect(
    re.compile(rf"{_STRING}\s*:\s*"),
    re.compile(rf"{_STRING}|[^\s,\]}}\[{{\"/]+"),
    _name,
    value,
    comment="//",
)
