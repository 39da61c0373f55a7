"""Finds the lines of a repo that differ from a render by the clock or by chance alone.

Such a line is the repo's own: base and theirs get it, so that it is neither an edit nor a change.
Only where the new version has the line as it was; where it changes it too, a person decides.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from modelyard.render.request import Rendered

_TOKENS = re.compile(r"\w+|\W")
_FEWEST_FIXED = 3

Files = Mapping[str, tuple[str, bytes]]


def as_in_repo(
    base: Rendered, another: Rendered, theirs: Rendered, read: Callable[[str], bytes | None]
) -> tuple[Rendered, Rendered]:
    """Return base and theirs with the repo's lines where only the clock tells them apart.

    Args:
        base: The recorded version.
        another: The same at another instant: what differs there is of the clock or of chance.
        theirs: The wanted version.
        read: Returns what the repo has at a path, where it has a file there.
    """
    old, new = dict(base.files), dict(theirs.files)
    for path, (mode, content) in base.files.items():
        twin = another.files.get(path)
        if twin is None or twin[1] == content or path not in new:
            continue
        ours = read(path)
        if ours is None or b"\0" in content:
            continue
        theirs_mode, theirs_content = new[path]
        for was, line in _pairs(_lines(content), _lines(twin[1]), _lines(ours)):
            if _lines(theirs_content).count(was) == 1:
                content = _replaced(content, was, line)
                theirs_content = _replaced(theirs_content, was, line)
        old[path], new[path] = (mode, content), (theirs_mode, theirs_content)
    return replace(base, files=old), replace(theirs, files=new)


def _pairs(base: list[str], twin: list[str], ours: list[str]) -> list[tuple[str, str]]:
    """Return the lines of the clock's, as rendered and as the repo has them.

    Only where both stand once, for else it cannot be told which one is meant.
    """
    if len(base) != len(twin):
        return []
    found = []
    for line, other in zip(base, twin, strict=True):
        shape = _shape(line, other) if line != other else None
        if shape is None or base.count(line) != 1:
            continue
        alike = [mine for mine in ours if shape.fullmatch(mine)]
        same_shape = [one for one in base if shape.fullmatch(one)]
        if len(alike) == 1 and len(same_shape) == 1 and alike[0] != line:
            found.append((line, alike[0]))
    return found


def _shape(line: str, other: str) -> re.Pattern[str] | None:
    """Return what a line looks like at any time; None where hardly anything of it is fixed."""
    mine, others = _TOKENS.findall(line), _TOKENS.findall(other)
    if len(mine) != len(others):
        return None
    fixed = sum(len(one) for one, two in zip(mine, others, strict=True) if one == two)
    if fixed < _FEWEST_FIXED:
        return None
    parts = []
    for one, two in zip(mine, others, strict=True):
        number = one.isdigit() and two.isdigit()
        parts.append(re.escape(one) if one == two else r"\d+" if number else r"\w+")
    return re.compile("".join(parts))


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "surrogateescape").splitlines(keepends=True)


def _replaced(content: bytes, was: str, line: str) -> bytes:
    lines = [line if one == was else one for one in _lines(content)]
    return "".join(lines).encode("utf-8", "surrogateescape")
