"""Writes what a person has to decide into a text: markers around whole pieces, in whole lines."""

import re
from collections.abc import Mapping, Sequence

from modelyard.update.line_merge import Labels
from modelyard.update.structured.disputes import MARK, Dispute
from modelyard.update.structured.text import lines as lines_of

_MARK = re.compile(f"{MARK}\\d+{MARK}")
_LONG = 12
"""Lines of a piece of which what all versions have at its begin and end is left out."""
BASE, OURS, THEIRS = range(3)


def filled(text: str, disputes: Mapping[str, Dispute], version: int) -> str:
    """Return a text with marks as it is where each dispute is settled for one version."""
    return "".join(_lines_of(line, disputes, version) for line in lines_of(text))


def lines_at(text: str, disputes: Mapping[str, Dispute], one: Dispute, version: int) -> str:
    """Return what stands, settled for one version, where a text has the line of a mark."""
    lines = lines_of(text)
    return "".join(_lines_of(line, disputes, version) for line in lines if one.mark in line)


def is_alone(text: str, one: Dispute) -> bool:
    """Tell whether no other mark stands in the line of a mark."""
    return all(len(_MARK.findall(line)) == 1 for line in lines_of(text) if one.mark in line)


def replaced(text: str, dispute: Dispute, by: str) -> str:
    """Return a text with some lines in the place of the line of a mark."""
    lines = lines_of(text)
    return "".join(by if dispute.mark in line else line for line in lines)


def written(text: str, disputes: Mapping[str, Dispute], labels: Labels) -> str:
    """Return a text with marks as a person gets it.

    Args:
        text: The merged text, with marks.
        disputes: What the marks stand for.
        labels: What the markers are like.
    """
    size = labels.size
    found = []
    for line in lines_of(text):
        if not _MARK.search(line):
            found.append(line)
            continue
        three = [lines_of(_lines_of(line, disputes, version)) for version in range(3)]
        start, end = _alike(three)
        found += three[OURS][:start]
        inner = [lines[start : len(lines) - end] for lines in three]
        for sign, label, version in zip("<|=", labels, (OURS, BASE, THEIRS), strict=False):
            found.append(f"{sign * size} {label}\n" if sign != "=" else f"{sign * size}\n")
            found += inner[version]
        found.append(f"{'>' * size} {labels[2]}\n")
        found += three[OURS][len(three[OURS]) - end :]
    return "".join(found)


def _lines_of(line: str, disputes: Mapping[str, Dispute], version: int) -> str:
    """Return a line with the text of one version in the place of each mark; "" if it is gone."""
    mark = _MARK.search(line)
    if not mark:
        return line
    one = disputes[mark[0]]
    if not one.in_line:
        return (line[: mark.start()] if one.is_inline else "") + one.text(version, mark.start())
    if not one.runs[version] and line.strip().removesuffix(",") == mark[0]:
        return ""
    return _MARK.sub(lambda found: disputes[found[0]].text(version, 0), line)


def _alike(three: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return how many lines all versions begin with, and end with, that need not be shown twice.

    Blank lines and comments above a piece are about it, but are not disputed; of a long piece that
    holds for all lines.
    """
    shortest = min(map(len, three))
    is_long = max(map(len, three)) > _LONG
    start = 0
    while start < shortest and len({lines[start] for lines in three}) == 1:
        if (
            not is_long
            and three[0][start].strip()
            and not three[0][start].lstrip().startswith(("#", "//"))
        ):
            break
        start += 1
    end = 0
    while is_long and end < shortest - start and len({lines[-1 - end] for lines in three}) == 1:
        end += 1
    return start, end
