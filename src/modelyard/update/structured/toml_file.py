"""TOML, cut into pieces: tables one after the other, in each its keys."""

import re
import tomllib
from dataclasses import replace
from typing import Any

from modelyard.update.structured import flow
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.values import Disagreement

ROOT: tuple[str, ...] = ()
ORDERED = False  # a table may be written before or after its siblings without a change of meaning
_PART = r"""(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\w-]+)"""
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_STRING = (
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})|' + r"'''.*?'''(?:'{0,2})|"
    r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'"
)
_HEADER = re.compile(rf"([ \t]*)(\[\[?)[ \t]*({_KEY})[ \t]*\]\]?[ \t]*(?:\#[^\n]*)?\n")
_BLANK = re.compile(r"(?:[ \t]*(?:\#[^\n]*)?\n)*")
_REST = re.compile(r"[ \t]*(?:\#[^\n]*)?\n")
_TOKEN = re.compile(rf"{_STRING}|(\#[^\n]*)", re.S)


def value(text: str) -> Any:
    """Return what the text means.

    Raises:
        ValueError: It is not TOML.
    """
    return tomllib.loads(text)


def comments(text: str) -> list[str]:
    """Return the comments in a text that is TOML."""
    return [text[start:end] for start, end in comment_spans(text)]


def comment_spans(text: str) -> list[tuple[int, int]]:
    """Return where the comments stand in a text that is TOML."""
    return [found.span(1) for found in _TOKEN.finditer(text) if found[1]]


def split(text: str) -> Piece:
    """Cut a document.

    Raises:
        Disagreement: It cannot be read.
        ValueError: It is not TOML.
    """
    keys, at = _keys(text, 0)
    tables: list[tuple[tuple[str, ...], bool, Piece]] = []
    while True:
        blank = _BLANK.match(text, at)
        start = blank.end() if blank else at
        header = _HEADER.match(text, start)
        if not header:
            break
        path, many = _name(header[3]), header[2] == "[["
        children, end = _keys(text, header.end())
        meaning: Any = tomllib.loads(text[start:end])
        for name in path:
            meaning = meaning[name]
        table = Piece(path, meaning[0] if many else meaning, named=True, children=children)
        lead, head = text[at:start] + header[1], text[header.end(1) : header.end()]
        tables.append((path, many, replace(table, lead=lead, head=head, indent=len(header[1]))))
        at = end
    if start != len(text):
        raise Disagreement("cannot be read")
    children = (*keys, *_nest(tables, 0))
    return Piece(None, value(text), tail=text[at:], children=children, named=True)


def _keys(text: str, at: int) -> tuple[tuple[Piece, ...], int]:
    """Cut the `key = value` lines that begin at `at`."""
    found: list[Piece] = []
    while True:
        blank = _BLANK.match(text, at)
        spaces = re.compile(r"[ \t]*").match(text, blank.end() if blank else at)
        start = spaces.end() if spaces else at
        key = _TOML.key.match(text, start)
        if not key:
            return tuple(found), at
        piece, end = flow.scan(text, key.end(), _TOML)
        rest = _REST.match(text, end)
        if not rest:
            raise Disagreement("cannot be read")
        piece = replace(piece, key=_name(key[0]), head=key[0] + piece.head, after=rest[0])
        indent = start - text.rfind("\n", 0, start) - 1
        found.append(replace(piece, lead=text[at:start], indent=indent))
        at = rest.end()


def _nest(tables: list[tuple[tuple[str, ...], bool, Piece]], depth: int) -> list[Piece]:
    """Put the entries of an array of tables, each with its own sub-tables, into one list."""
    found: list[Piece] = []
    at = 0
    while at < len(tables):
        path, many, table = tables[at]
        end = at + 1
        if many:
            while end < len(tables) and tables[end][0][: len(path)] == path:
                end += 1
            entries = _entries(tables[at:end], depth)
            meaning = [entry.value for entry in entries]
            table = Piece(None, meaning, children=tuple(entries))
        found.append(replace(table, key=path[depth:]))
        at = end
    return found


def _entries(tables: list[tuple[tuple[str, ...], bool, Piece]], depth: int) -> list[Piece]:
    path = tables[0][0]
    starts = [at for at, (name, _, _) in enumerate(tables) if name == path]
    entries = []
    for start, end in zip(starts, [*starts[1:], len(tables)], strict=True):
        entry, below = tables[start][2], _nest(tables[start + 1 : end], len(path))
        source = "".join(table.text for _, _, table in tables[start:end])
        meaning: Any = tomllib.loads(source)
        for name in path:
            meaning = meaning[name]
        children = (*(entry.children or ()), *below)
        entries.append(replace(entry, key=None, value=meaning[0], children=children))
    return entries


def _name(key: str) -> tuple[str, ...]:
    found: Any = tomllib.loads(key.rstrip().removesuffix("=") + "= 0")
    parts = []
    while isinstance(found, dict):
        ((part, found),) = found.items()
        parts.append(part)
    return tuple(parts)


_TOML = flow.Dialect(
    re.compile(rf"{_KEY}[ \t]*=[ \t]*"),
    re.compile(rf"{_STRING}|[^\s,\]}}\[{{\"'\#]+", re.S),
    _name,
    lambda text: tomllib.loads("v = " + text)["v"],
)
