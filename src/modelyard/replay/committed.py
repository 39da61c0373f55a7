"""Holds what a tool made of a past update against what people committed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from modelyard.gitrepo.trees import Tree
from modelyard.merged import Stage
from modelyard.replay.result import Decision
from modelyard.update.lockfiles import NAMES

_OURS, _THEIRS = 2, 3


@dataclass(frozen=True)
class Compared:
    """What became of the files that a tool changed without a conflict.

    Attributes:
        equal: Those that are just what was committed.
        differs: Those that are not.
    """

    equal: tuple[str, ...]
    differs: tuple[str, ...]


def compared(before: Tree, after: Tree, committed: Tree, apart: Collection[str]) -> Compared:
    """Compare the files that a tool changed with those of the commit.

    Args:
        before: What the repo had.
        after: What the tool made of it.
        committed: What people made of it.
        apart: Files that do not count: those in conflict, and answers files. Locks do not either:
            the packages of that day are not those of today.
    """
    changed = [
        path
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
        and path not in apart
        and PurePosixPath(path).name not in NAMES
    ]
    equal = tuple(path for path in changed if after.get(path) == committed.get(path))
    return Compared(equal, tuple(path for path in changed if path not in set(equal)))


def decision(
    path: str, before: Tree, committed: Tree, stages: Mapping[tuple[str, int], Stage]
) -> Decision:
    """Tell what people made of a file that a tool leaves in conflict."""
    file = committed.get(path)
    if file is None:
        return Decision.DELETED
    mine, theirs = stages.get((path, _OURS)), stages.get((path, _THEIRS))
    if file.oid == (mine.oid if mine else before[path].oid if path in before else None):
        return Decision.YOURS
    if theirs and file.oid == theirs.oid:
        return Decision.TEMPLATE
    return Decision.MIXTURE


def by_place(stages: Collection[Stage]) -> dict[tuple[str, int], Stage]:
    """Return the sides of conflicts by path and number."""
    return {(one.path, one.stage): one for one in stages}
