"""Leaves files exactly as the user has them: what a release changes in one is not applied.

It is the way on where an update cannot account for a file: the rest is updated all the same.
"""

import shlex
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from modelyard.errors import Usage
from modelyard.gitrepo.trees import File, Tree
from modelyard.merged import Merged
from modelyard.reasons import NoticeReason
from modelyard.update.lockfiles import NAMES
from modelyard.update.ownership import Sides

_SHOWN = 10


def leave(paths: Iterable[str], sides: Sides, ours: Tree, records: Collection[str]) -> Sides:
    """Return the sides with the same file in all three at each path, or with none.

    A path that the user does not have stays absent. A lock stays with its pyproject.toml.

    Args:
        paths: Files, from the folder of the project.
        sides: The sides, made comparable.
        ours: The files as they are committed.
        records: The answers file, of the recorded version and of the new one.

    Raises:
        Usage: A path cannot be left, or names no file.
    """
    named = list(dict.fromkeys(str(PurePosixPath(path)) for path in paths))
    if not named:
        return sides
    for path in named:
        _refuse(path, sides, ours, records)
    left = dict.fromkeys([*named, *locks_beside(named, ours)])
    base, theirs, mine = dict(sides.base), dict(sides.theirs), dict(sides.ours)
    reasons = dict(sides.named)
    for path in left:
        for other in [p for p in theirs if _in_the_way(p, path)] if path in ours else ():
            # It is a folder here and a file there: both cannot be.
            reasons[other] = NoticeReason.LEFT_OUT
            del theirs[other]
        for side in (base, theirs, mine):
            side.pop(path, None)
            if path in ours:
                side[path] = ours[path]
        reasons[path] = NoticeReason.LEFT
    return replace(sides, base=base, ours=mine, theirs=theirs, named=reasons, left=frozenset(left))


def untouched(merged: Merged, ours: Tree, left: Collection[str]) -> Merged:
    """Return a merge with these paths as the user has them, whoever made it."""
    if not left:
        return merged
    tree: dict[str, File] = {path: f for path, f in merged.tree.items() if path not in left}
    tree.update((path, ours[path]) for path in left if path in ours)
    return replace(
        merged,
        tree=tree,
        conflicts=tuple(one for one in merged.conflicts if one.path not in left),
        stages=tuple(one for one in merged.stages if one.path not in left),
    )


def options(paths: Sequence[str]) -> str:
    """Return the options that leave these files."""
    return " ".join(f"--leave {shlex.quote(path)}" for path in paths)


def _refuse(path: str, sides: Sides, ours: Tree, records: Collection[str]) -> None:
    if path in records:
        raise Usage(
            f"--leave {path}: the answers file has to record the new version",
            "an answer is changed with --data",
        )
    if path in ours or path in sides.base or path in sides.theirs:
        return
    known = dict.fromkeys([*ours, *sides.theirs])
    inside = [p for p in known if path == "." or p.startswith(f"{path}/")]
    changed = [p for p in inside if sides.base.get(p) != sides.theirs.get(p) and p not in records]
    if inside:
        raise Usage(
            f"--leave {path}: a folder, and only files can be left",
            options(changed[:_SHOWN]) or "the update changes nothing in it",
        )
    raise Usage(
        f"--leave {path}: neither you nor the template have such a file",
        "git ls-files    # paths count from the folder of the project",
    )


def _in_the_way(other: str, path: str) -> bool:
    return other.startswith(f"{path}/") or path.startswith(f"{other}/")


def locks_beside(paths: Iterable[str], ours: Tree) -> dict[str, str]:
    """Return the locks of the projects that are left, for theirs would not fit, by lock."""
    projects = [PurePosixPath(p) for p in paths if PurePosixPath(p).name == "pyproject.toml"]
    locks = {str(project.with_name(name)): str(project) for project in projects for name in NAMES}
    return {lock: project for lock, project in locks.items() if lock in ours}
