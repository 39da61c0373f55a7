"""The page of the files that past updates merged to something else than people committed."""

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from modelyard.fleet.request_text import cell

from .differences import File, Kind, Reason, differing
from .public_repos import PublicRepo
from .repos import SUITE

TARGET = SUITE / "docs" / "reference" / "past-updates.md"
HEAD = """\
<!-- Written by `python -m benchmarks.replay --write`. Edit benchmarks/differences.toml instead. -->

# Past updates, file by file

[{updates} past updates of {repos} public repos](figures.md#past-updates-of-public-repos), done
again by `modelyard replay`: of {merged} files that were merged without a conflict, {equal} are as
people committed them. These are the other {differ}, each with the reason: somebody has read base,
ours, theirs, the merged and the committed file. The benchmark fails where one has no reason, or a
reason no file. A repo without a table has no such file.

Answers files and locks are not compared: modelyard keeps a line of its own in the one, and the
packages of that day are not those of today. A file that the merge left as it was is not counted,
also where people took something of the template. *Seen* are repos at which somebody looked while
the rules of the merge were made. Faults of modelyard among the {differ}: {faults}; they come first.

"""
NEXT = """
[Measured figures](figures.md) · [Do it with a repo of your own](../how-to/replay.md)
"""


def page(found: Mapping[PublicRepo, Mapping[str, Any]], reasons: Mapping[File, Reason]) -> str:
    """Return the page; each file that differs has a reason."""
    files = list(differing(found))
    every = list(found.values())
    equal = sum(len(update["modelyard"]["equal"]) for one in every for update in one["updates"])
    head = HEAD.format(
        updates=sum(one["compared"] for one in every),
        repos=len(every),
        merged=equal + len(files),
        equal=equal,
        differ=len(files),
        faults=sum(reasons[file].kind.is_fault for file in files),
    )
    seen = frozenset(repo.name for repo in found if repo.seen)
    sections = [_section(repo, files, reasons) for repo in found]
    return head + _counts(files, reasons, seen) + "".join(sections) + NEXT


def write(text: str, path: Path = TARGET) -> None:
    """Write the page."""
    path.write_text(text, "utf-8")


def _counts(files: list[File], reasons: Mapping[File, Reason], seen: frozenset[str]) -> str:
    """Count files by kind; the faults come first, then what there is most of."""
    counted = Counter((reasons[file].kind, file.repo in seen) for file in files)
    total = {kind: counted[kind, True] + counted[kind, False] for kind in Kind}
    kinds = sorted(Kind, key=lambda kind: (not kind.is_fault, -total[kind]))
    rows = [
        f"| {kind.label} | {kind.meaning} | {counted[kind, True]} | {counted[kind, False]} |\n"
        for kind in kinds
        if total[kind] or kind.is_fault
    ]
    sums = [sum(counted[kind, half] for kind in Kind) for half in (True, False)]
    rows.append(f"| **all** |  | {sums[0]} | {sums[1]} |\n")
    return "| reason | what it means | seen | unseen |\n|---|---|---:|---:|\n" + "".join(rows)


def _section(repo: PublicRepo, files: list[File], reasons: Mapping[File, Reason]) -> str:
    """Return the table of a repo: a row for what has one reason in one commit."""
    own = [file for file in files if file.repo == repo.name]
    if not own:
        return ""
    rows = ""
    for (commit, reason), same in groupby(own, key=lambda file: (file.commit, reasons[file])):
        names = ", ".join(cell(file.path) for file in same)
        label = f"**{reason.kind.label}**" if reason.kind.is_fault else reason.kind.label
        said = f"{label}: {reason.note}" if reason.note else label
        link = f"[{commit[:10]}](https://github.com/{repo.name}/commit/{commit})"
        rows += f"| {link} | {names} | {said} |\n"
    half = "seen" if repo.seen else "unseen"
    return (
        f"\n## {repo.name}, {half}: {len(own)}\n\n| commit | file | reason |\n|---|---|---|\n{rows}"
    )
