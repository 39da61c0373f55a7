"""Proves that a formatter changed the form of a file and not what it means.

What a formatter made of a render may stand for the render in an audit only where this holds. It
shares no code with the merge, and believes no formatter.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from modelyard.ledger import rewritten_python


def means_the_same(path: str, before: bytes, after: bytes) -> bool:
    """Tell whether two contents of a file mean the same, comments included. Never raises.

    Args:
        path: Its name, which tells what kind of file it is.
        before: The content as it was rendered.
        after: What a formatter made of it.
    """
    if before == after:
        return True
    try:
        return bool(_meaning(path)(before) == _meaning(path)(after))
    except Exception:  # parsers raise what they like; what cannot be read proves nothing
        return False


def is_readable(path: str, content: bytes) -> bool:
    """Tell whether a file can be read as what its name says. Never raises."""
    try:
        _meaning(path)(content)
    except Exception:  # parsers raise what they like
        return False
    return True


def _meaning(path: str) -> Callable[[bytes], Any]:
    return _MEANINGS.get(PurePosixPath(path).suffix, _text)


def _text(content: bytes) -> Any:
    """Return the lines without blanks at their ends, and without empty lines at the end."""
    if b"\0" in content:
        raise ValueError("not a text")
    return [line.rstrip() for line in content.rstrip().split(b"\n")]


def _json(content: bytes) -> Any:
    return json.loads(content, object_pairs_hook=_keys, parse_int=_number, parse_float=_number)


def _keys(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _number(digits: str) -> tuple[str, str]:
    # As it is written: to Python 1, 1.0 and true are equal.
    return "number", digits


def _toml(content: bytes) -> Any:
    return repr(tomllib.loads(content.decode())), _text(content)


def _yaml(content: bytes) -> Any:
    import yaml

    # What tells where an event stands is not part of what it says.
    said = [
        {name: value for name, value in vars(event).items() if not name.endswith("_mark")}
        for event in yaml.parse(content.decode(), Loader=yaml.SafeLoader)
    ]
    return said, _text(content)


_MEANINGS: Mapping[str, Callable[[bytes], Any]] = {
    ".json": _json,
    ".py": rewritten_python.meaning,
    ".pyi": rewritten_python.meaning,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
}
