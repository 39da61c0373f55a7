"""JSON, cut into pieces."""

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
_BLANK = re.compile(r"\s*")


def value(text: str) -> Any:
    """Return what the text means.

    Raises:
        ValueError: It is not JSON, or a key stands twice in one object.
    """
    return json.loads(text, object_pairs_hook=_unique)


def comments(text: str) -> list[str]:
    """Return nothing: JSON has no comments."""
    return []


def split(text: str) -> Piece:
    """Cut a document.

    Raises:
        Disagreement: It cannot be read.
        ValueError: It is not JSON.
    """
    found = _BLANK.match(text)
    at = found.end() if found else 0
    piece, end = flow.scan(text, at, _JSON)
    if text[end:].strip():
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
    re.compile(rf"{_STRING}\s*:\s*"), re.compile(rf"{_STRING}|[^\s,\]}}\[{{\"]+"), _name, value
)
