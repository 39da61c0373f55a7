"""Finds what stands at a key of a TOML, YAML or JSON file, as pieces of its source."""

import functools
from collections.abc import Iterator
from pathlib import PurePosixPath

from modelyard.update.structured import faults, text, toml_file
from modelyard.update.structured.formats import FORMATS, Format
from modelyard.update.structured.pieces import Piece

Key = tuple[str, ...]
SUFFIXES = (".json", ".toml", ".yaml", ".yml")


class NotCut(ValueError):
    """A file cannot be cut at a key: nobody may say what is in it and what is beside it."""


def find_format(path: str) -> Format:
    """Return the format of a file that has keys.

    Raises:
        NotCut: It has none that is known.
    """
    suffix = PurePosixPath(path).suffix
    if suffix not in SUFFIXES:
        raise NotCut(f"keys are known in {', '.join(SUFFIXES)}")
    return FORMATS[suffix]


def lines_at(path: str, content: bytes, key: Key) -> tuple[str, ...]:
    """Return the lines that stand at a key, with the comments above; none where nothing does.

    Raises:
        NotCut: The file cannot be cut.
    """
    found = find_format(path)
    try:
        _, root = cut(found, content)
    except Exception as error:  # parsers raise what they like; whatever it is, it is not cut
        raise NotCut(str(error)) from None
    return tuple(line for piece in pieces_at(root, key, found) for line in piece.text.splitlines())


@functools.lru_cache(maxsize=32)  # Each key asks for the same few versions of a file.
def cut(found: Format, content: bytes) -> tuple[str, Piece]:
    """Return the text of a file, and its pieces.

    Raises:
        NotCut: It is too large, or has several documents.
        Exception: What parsers raise.
    """
    if len(content) > faults.LARGEST:
        raise NotCut("it is too large")
    decoded = text.decode(content)
    found.value(decoded)
    root = found.split(decoded)
    if root.text != decoded:
        raise NotCut("it was cut badly")
    if found.ROOT and len(root.children or ()) > 1:
        raise NotCut("it has several documents")
    return decoded, root


def pieces_at(piece: Piece, key: Key, found: Format, at: Key = ()) -> Iterator[Piece]:
    """Yield the pieces that a key is: in TOML a table may stand in several.

    Args:
        piece: What they are in, which stands at `at`.
        key: The parts of the key.
        found: The format of the file.
        at: A part of the key, from its beginning.
    """
    for one in piece.children or ():
        inner = at + names(one, found)
        if is_below(inner, key):
            yield one
        elif leads(inner, key, one):
            yield from pieces_at(one, key, found, inner)


def names(piece: Piece, found: Format) -> Key:
    """Return the parts of a key that a piece adds; a document of YAML adds none."""
    key = piece.key
    if key is None:
        return ()
    if not isinstance(key, tuple):
        return (str(key),)
    # A key of YAML that is no text has its tag in front.
    return key if found is toml_file else (str(key[1]),)


def is_below(path: Key, key: Key) -> bool:
    """Tell whether what stands at a path is all of it a part of the key."""
    return path[: len(key)] == key


def leads(path: Key, key: Key, piece: Piece) -> bool:
    """Tell whether the key goes on inside of the piece at a path."""
    is_inside = len(path) < len(key) and key[: len(path)] == path
    return is_inside and piece.children is not None and (piece.named or not path)
