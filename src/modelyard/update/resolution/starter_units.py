"""Cuts a text into the units that somebody rewrites as one: a paragraph, an item, a statement."""

import ast
import re
import warnings
from collections.abc import Sequence
from typing import NamedTuple

from modelyard.update.resolution.starter_files import StarterKind

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
# Each of these begins a unit of its own, though no empty line is before it.
_STARTS = re.compile(r"[ \t>]*(#{1,6}\s|[-*+]\s|\d+[.)]\s|\||\.\. |\[?!\[|\[[^\]]+\]:|<!--|:\w+:)")


class Units(NamedTuple):
    """The units of a text, each as the range of its lines, in their order.

    Attributes:
        text: What somebody may have rewritten.
        settings: What stands in such a file, and a program reads: front matter, imports.
    """

    text: list[range]
    settings: list[range]


def cut(kind: StarterKind, lines: Sequence[str]) -> Units | None:
    """Return the units of a text, or None where it cannot be read as what it is."""
    return _prose(lines) if kind is StarterKind.PROSE else _python(lines)


def _prose(lines: Sequence[str]) -> Units:
    """Cut Markdown or reStructuredText.

    A fenced block, a heading, an item, a row, a badge, a link's or a directive's definition each is
    a unit, and so is a paragraph. Empty lines are in none.
    """
    first = _front_matter(lines)
    units: list[range] = []
    start, fence = first, ""
    for at in range(first, len(lines)):
        line = lines[at]
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and line.strip(" \t>") == mark[1]:
                units.append(range(start, at + 1))
                start, fence = at + 1, ""
            continue
        if not line.strip() or mark or _STARTS.match(line):
            units.append(range(start, at))
            start = at if line.strip() else at + 1
        fence = mark[1] if mark else ""
    units.append(range(start, len(lines)))
    return Units([unit for unit in units if unit], [range(first)] if first else [])


def _front_matter(lines: Sequence[str]) -> int:
    """Return how many lines of settings are before the text."""
    if not lines or lines[0].rstrip() not in ("---", "+++"):
        return 0
    ends = (at for at, line in enumerate(lines) if at and line.rstrip() == lines[0].rstrip())
    return next(ends, -1) + 1


def _python(lines: Sequence[str]) -> Units | None:
    """Cut a module into its top-level statements, each with the comments before it."""
    try:
        with warnings.catch_warnings(action="ignore"):
            body = ast.parse("\n".join([*lines, ""])).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    units = Units([], [])
    end = 0
    for node in body:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        start = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
        if start < end:  # two statements in one line
            return None
        while start > end and lines[start - 1].lstrip().startswith("#"):
            start -= 1
        end = node.end_lineno or node.lineno
        imports = isinstance(node, ast.Import | ast.ImportFrom)
        (units.settings if imports else units.text).append(range(start, end))
    return units
