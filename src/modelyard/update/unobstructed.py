"""Merges so that nothing is written where something untracked stands; what gives way is named.

A path may come to such a place without being there on either side: a directory rename carries it
along, or git moves one side of a conflict aside.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import SUBMODULE, File, Tree
from modelyard.merged import Merged, Notice
from modelyard.reasons import NoticeReason
from modelyard.update.content import MergeOptions
from modelyard.update.merge import merge as merge_trees
from modelyard.update.obstacles import Obstacle, obstacles
from modelyard.update.ownership import Sides

_USUAL = MergeOptions()
# How git calls what it moves aside: `path~side`, and where that is taken `path~side_0`.
_ASIDE = re.compile(r"(.+~(?:yours|template))(?:_\d+)?", re.DOTALL)


def merge(
    repo: Repo, scratch: Scratch, sides: Sides, version: str, options: MergeOptions = _USUAL
) -> Merged:
    """Merge the sides; where something untracked is in the way, the merge is made without that.

    Args:
        repo: The repo whose work tree it is.
        scratch: Where blobs are.
        sides: What is merged; loses what the template cannot bring, which is named there.
        version: What the template's side is called in the markers of a conflict.
        options: How files in which git sees a conflict are merged.
    """
    while True:
        trees = (sides.base, sides.ours, sides.theirs)
        merged = _submodules_stay(repo, merge_trees(scratch, *trees, version, options))
        found = obstacles(repo, scratch, merged.tree)
        brought = {path: _brought_by(sides, merged.tree, path) for path in found}
        if not any(brought.values()):
            break
        for path, origin in brought.items():
            if origin:
                sides.obstructed += _without(sides, origin, path, found[path])
    for path in found:
        merged = _elsewhere(repo, merged, path)
    return replace(merged, notices=tuple(_not_deleted(repo, one) for one in merged.notices))


def leave_occupied(repo: Repo, scratch: Scratch, sides: Sides) -> None:
    """Take out of sides that are not merged what cannot be where something untracked stands."""
    for path, obstacle in obstacles(repo, scratch, sides.theirs).items():
        if _without(sides, path, path, obstacle):
            sides.named[path] = NoticeReason.OCCUPIED


def left_out(repo: Repo, scratch: Scratch, merged: Merged) -> Merged:
    """Take out of a merge that somebody else made what would be written over something untracked.

    What has content of the user's is not taken out, for then it would be nowhere.
    """
    users = {file.oid for file in repo.tree.values()}
    undecided = {stage.path for stage in merged.stages}
    found = {
        path: obstacle
        for path, obstacle in obstacles(repo, scratch, merged.tree).items()
        if path not in undecided and merged.tree[path].oid not in users
    }
    tree = {path: file for path, file in merged.tree.items() if path not in found}
    notices = tuple(Notice(path, one.reason, one.about) for path, one in found.items())
    return replace(merged, tree=tree, notices=(*merged.notices, *notices))


def _not_deleted(repo: Repo, notice: Notice) -> Notice:
    """Return a notice that does not call a file deleted which stands there, only not tracked."""
    is_tracked = repo.bare or notice.path in repo.tracked
    is_there = not is_tracked and os.path.lexists(repo.project / notice.path)
    if notice.reason is NoticeReason.STAYS_DELETED and is_there:
        return replace(notice, reason=NoticeReason.OCCUPIED)
    return notice


def _brought_by(sides: Sides, tree: Tree, path: str) -> str | None:
    """Return the path at which the template brings what a merge has at another one."""
    if path in sides.theirs:
        return path
    if _ASIDE.fullmatch(path):
        return None
    new = (one for one, file in sides.theirs.items() if file == tree[path])
    return _likeliest(path, [one for one in new if one not in sides.ours and one not in tree])


def _without(sides: Sides, origin: str, path: str, obstacle: Obstacle) -> list[Notice]:
    """Take a path out of the renders, and return what is to be told about it."""
    changed = sides.base.pop(origin, None) != sides.theirs.pop(origin)
    needed = sides.named.pop(origin, None) is NoticeReason.NEEDED
    if not changed and not needed:
        return []
    if origin != path:
        return [Notice(origin, NoticeReason.CARRIED_ONTO, path)]
    return [Notice(path, obstacle.reason, obstacle.about)]


def _elsewhere(repo: Repo, merged: Merged, path: str) -> Merged:
    """Put what a merge has moved to an obstructed path somewhere else, if it can be."""
    if aside := _ASIDE.fullmatch(path):
        return _renamed(merged, path, _free(repo, merged.tree, aside[1]))
    return _back(repo, merged, path, NoticeReason.NOT_MOVED)


def _back(repo: Repo, merged: Merged, path: str, reason: NoticeReason) -> Merged:
    """Leave a file of the user's where it was, instead of moving it along with its directory."""
    left = [
        one
        for one, file in repo.tree.items()
        if file == merged.tree[path] and one not in merged.tree
    ]
    origin = _likeliest(path, left)
    if origin is None or any(str(above) in merged.tree for above in PurePosixPath(origin).parents):
        return merged
    tree = _moved(merged.tree, path, origin)
    return replace(merged, tree=tree, notices=(*merged.notices, Notice(origin, reason, path)))


def _submodules_stay(repo: Repo, merged: Merged) -> Merged:
    """Leave submodules where they are: git moves the entry, and neither the folder nor its URL."""
    for path, file in merged.tree.items():
        if file.mode == SUBMODULE and path not in repo.tree and not _ASIDE.fullmatch(path):
            merged = _back(repo, merged, path, NoticeReason.SUBMODULE_STAYS)
    return merged


def _likeliest(path: str, origins: list[str]) -> str | None:
    name = PurePosixPath(path).name
    same_name = [one for one in origins if PurePosixPath(one).name == name]
    return next(iter(same_name or origins), None)


def _free(repo: Repo, tree: Mapping[str, File], name: str) -> str:
    number = 0
    while f"{name}_{number}" in tree or os.path.lexists(repo.project / f"{name}_{number}"):
        number += 1
    return f"{name}_{number}"


def _renamed(merged: Merged, old: str, new: str) -> Merged:
    def at(path: str) -> str:
        return new if path == old else path

    return replace(
        merged,
        tree=_moved(merged.tree, old, new),
        conflicts=tuple(replace(one, path=at(one.path)) for one in merged.conflicts),
        stages=tuple(replace(one, path=at(one.path)) for one in merged.stages),
        notices=tuple(replace(one, path=at(one.path)) for one in merged.notices),
    )


def _moved(tree: Tree, old: str, new: str) -> Tree:
    moved = dict(tree)
    moved[new] = moved.pop(old)
    return moved
