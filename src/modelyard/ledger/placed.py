"""Proves that each word of a merge by meaning is below the keys where a side has it.

Lines may then stand elsewhere, so their order proves less: a key in a wrong table, or a statement
in a wrong function, is a line like any other. Here a file is the words of its values and
statements, each with the keys, or the names of functions and classes, that it is below.
"""

import ast
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

_SIGNS = re.compile(r"[\[\](),]")

Place = tuple[str, ...]
Words = Counter[Hashable]

_LARGEST = 150_000
"""Bytes of a file that is still read: a parser written in Python takes seconds for more."""
_ITEM, _COMPLEX = "[]", "?"


def is_placed(path: str, versions: Sequence[bytes], result: bytes) -> bool:
    """Tell whether each word is as often below its keys as three-way merging allows. Never raises.

    Args:
        path: The name of the file, which tells what kind it is.
        versions: The base, ours and theirs.
        result: What was made of them.

    Returns:
        True, too, where nobody can tell: it is of another kind, or a version of it is not readable.
    """
    reader = _READERS.get(PurePosixPath(path).suffix)
    if reader is None or max(map(len, (*versions, result))) > _LARGEST:
        return True
    sides = [_read(reader, side) for side in versions]
    base, ours, theirs = sides
    if base is None or ours is None or theirs is None:
        return True
    found = _read(reader, result)
    return found is not None and all(
        _is_possible(base[word], ours[word], theirs[word], found[word])
        for word in {*base, *ours, *theirs, *found}
    )


def _is_possible(base: int, ours: int, theirs: int, found: int) -> bool:
    """Tell whether a merge can have something so often; where both changed it, it has a choice."""
    if base in (ours, theirs):
        return found == ours + theirs - base
    both = ours + theirs - base
    return min(ours, theirs, both) <= found <= max(ours, theirs, both)


def _read(reader: Callable[[str], Iterator[tuple[Place, str]]], content: bytes) -> Words | None:
    try:
        said = reader(content.decode())
        return Counter((place, word) for place, text in said for word in text.split() or [""])
    except Exception:  # parsers raise what they like; what cannot be read has no places
        return None


def _values(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield each value of TOML or JSON; the pairs of an object of JSON are a tuple."""
    if isinstance(value, dict):
        value = tuple(value.items())
    if isinstance(value, tuple):
        yield place, "{}"
        for key, inner in value:
            yield from _values(inner, (*place, key))
    elif isinstance(value, list):
        yield place, _ITEM
        for inner in value:
            yield from _values(inner, (*place, _ITEM))
    else:
        yield place, f"{type(value).__name__} {value}"


def _toml(text: str) -> Iterator[tuple[Place, str]]:
    return _values(tomllib.loads(text))


def _json(text: str) -> Iterator[tuple[Place, str]]:
    return _values(json.loads(text, object_pairs_hook=tuple, parse_int=str, parse_float=str))


def _yaml(text: str) -> Iterator[tuple[Place, str]]:
    """Yield each scalar and alias; an alias is its name, for what it stands for has no end."""
    import yaml

    # Of each collection that is open: where it is, whether it has keys, and the key that waits.
    opened: list[tuple[Place, bool]] = []
    keys: list[str | None] = []
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
            keys.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        place: Place = ()
        if opened:
            place, has_keys = opened[-1]
            if has_keys and keys[-1] is None:
                keys[-1] = getattr(event, "value", None) or event.anchor or _COMPLEX
                if not isinstance(event, yaml.CollectionStartEvent):
                    continue
                place = (*place, _COMPLEX)
            else:
                place = (*place, keys[-1] or _ITEM)
                keys[-1] = None
        tag = getattr(event, "tag", None) or ""
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append((place, isinstance(event, yaml.MappingStartEvent)))
            keys.append(None)
            yield place, f"{type(event).__name__} {tag}"
        else:
            yield place, f"{tag} {getattr(event, 'value', None) or event.anchor or ''}"


def _python(text: str) -> Iterator[tuple[Place, str]]:
    """Yield what each statement says, without those below it."""
    waiting: list[tuple[Place, ast.AST]] = [((), node) for node in ast.parse(text).body]
    while waiting:
        place, node = waiting.pop()
        name = getattr(node, "name", None) or type(node).__name__
        for field, value in ast.iter_fields(node):
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, ast.stmt | ast.ExceptHandler | ast.match_case):
                    waiting.append(((*place, f"{name}.{field}"), one))
                elif isinstance(one, ast.AST):
                    yield place, _SIGNS.sub(r" \g<0> ", ast.dump(one))
                elif one is not None:
                    yield place, str(one)


_READERS: Mapping[str, Callable[[str], Iterator[tuple[Place, str]]]] = {
    ".json": _json,
    ".py": _python,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
}
