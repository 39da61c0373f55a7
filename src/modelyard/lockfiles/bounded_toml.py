"""Reads a TOML file that may be anybody's: of a size and a depth that nobody's own file reaches."""

import re
import tomllib
from typing import Any

LARGEST_PROJECT = 1 << 20
LARGEST_LOCK = 5 << 20
DEEPEST = 32
# Of a key with many parts, `tomllib` takes time in proportion to their number squared.
_LONG_KEY = re.compile(
    rb"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % DEEPEST
)


def read(content: bytes, largest: int = LARGEST_PROJECT) -> dict[str, Any]:
    """Return what a TOML file holds.

    A deep one would stop whoever compares, prints or copies it, long after it was read.

    Raises:
        ValueError: It is invalid, too large or too deep.
    """
    if len(content) > largest:
        raise ValueError("too large")
    if _LONG_KEY.search(content):
        raise ValueError("too deep")
    try:
        loaded = tomllib.loads(content.decode())
    except RecursionError:
        raise ValueError("too deep") from None
    level: list[Any] = [loaded]
    for _ in range(DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return loaded
    raise ValueError("too deep")


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
