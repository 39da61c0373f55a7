"""Reads the lines of a requirements lock: pins, and distributions by path."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from modelyard.lockfiles.path_sources import normal


@dataclass(frozen=True)
class Line:
    """One package of a lock.

    Attributes:
        name: The package in its normal form; "" where a path tells none.
        path: The distribution, where the line names one; else "".
        has_marker: The line counts only in some environments.
        text: The whole line, with the lines of its hashes and comments.
    """

    name: str
    path: str
    has_marker: bool
    text: str


def parse(lock: str, sources: Mapping[str, str]) -> list[Line]:
    """Return the packages of a lock in their order.

    Args:
        lock: The text of a requirements.lock.
        sources: The packages by the path of their distributions.
    """
    # The pattern, and those of `_line`, take time in proportion to the text, whatever it is.
    blocks = re.findall(r"^[^\s#-].*(?:\n[ \t].*)*(?:\n|\Z)", lock, flags=re.M)
    return [_line(block, sources) for block in blocks]


def _line(block: str, sources: Mapping[str, str]) -> Line:
    requirement, _, rest = block.partition("\n")[0].partition(" ;")
    what = requirement.split(" --hash=")[0].rstrip(" \\").split(" #")[0].strip()
    pin = re.fullmatch(r"([A-Za-z0-9][\w.-]*)\s*(?:(\[[^\[\]]*\])\s*)?(===?.*|@.*)", what)
    if pin:
        url = pin[3].removeprefix("@").strip() if pin[3].startswith("@") else ""
        path = str(PurePosixPath(url.removeprefix("file:"))) if url else ""
        return Line(normal(pin[1]), path, bool(rest), block)
    path = str(PurePosixPath(re.sub(r"\[[^\[\]]*\]$", "", what)))
    # A wheel says its name; a distribution of another kind is known from the sources only.
    named = normal(PurePosixPath(path).name.partition("-")[0]) if path.endswith(".whl") else ""
    return Line(sources.get(path, named), path, bool(rest), block)


def names(lines: Iterable[Line]) -> set[str]:
    """Return the packages that a lock names."""
    return {line.name for line in lines} - {""}
