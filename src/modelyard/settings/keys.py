"""Dotted keys, written as TOML writes them: `tool.ruff.lint`, `jobs."unit tests".steps`."""

import json
import re
import tomllib

from modelyard.foreign_text import is_shown

MOST_PARTS = 32
LONGEST = 1000
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PART = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')[ \t]*(\.|$)""")


def parse(text: str) -> tuple[str, ...]:
    """Return the parts of a dotted key.

    Raises:
        ValueError: It is none, or has too many parts; the message says which.
    """
    if len(text) > LONGEST or "\n" in text:
        raise ValueError(f"a key has one line of at most {LONGEST} characters")
    parts, at = [], 0
    while True:
        found = _PART.match(text, at)
        if not found:
            raise ValueError(
                "no dotted key: a part that is more than letters, digits, _ and - is quoted, as "
                'in jobs."unit tests".steps'
            )
        parts.append(_plain(found[1]))
        if len(parts) > MOST_PARTS:
            raise ValueError(f"a key has at most {MOST_PARTS} parts")
        at = found.end()
        if not found[2]:
            return tuple(parts)


def written(parts: tuple[str, ...]) -> str:
    """Return a dotted key as `parse` reads it."""
    quoted = (json.dumps(part, ensure_ascii=False) for part in parts)
    return ".".join(p if _BARE.fullmatch(p) else q for p, q in zip(parts, quoted, strict=True))


def _plain(part: str) -> str:
    if part[0] not in "\"'":
        return part
    found = str(tomllib.loads(f"part = {part}")["part"])
    if not is_shown(found):
        raise ValueError("a part of the key has a control character")
    return found
