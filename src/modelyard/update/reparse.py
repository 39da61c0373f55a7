"""Finds files that merged cleanly but no longer parse.

Both sides may add the same key of a TOML table in different places: git merges the lines, and the
file is broken.
"""

from dataclasses import replace

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File, Tree
from modelyard.merged import Conflict, Merged, Stage
from modelyard.reasons import ConflictReason
from modelyard.update.structured.by_meaning import merge, reads


def keep_readable(
    scratch: Scratch, base: Tree, ours: Tree, theirs: Tree, merged: Merged, by_meaning: bool
) -> Merged:
    """Merge by meaning, or leave to a person, each file that both changed and nobody can read."""
    undecided = {stage.path for stage in merged.stages}
    for path in sorted(base.keys() & ours.keys() & theirs.keys() & merged.tree.keys() - undecided):
        sides = (base[path], ours[path], theirs[path])
        if merged.tree[path] in sides or len({side.oid for side in sides}) < 3:
            continue
        contents = [scratch.read(side.oid) for side in sides]
        result = scratch.read(merged.tree[path].oid)
        if reads(path, result) or not all(reads(path, c) for c in contents):
            continue
        better = merge(path, *contents) if by_meaning else None
        if better is not None:
            file = File(merged.tree[path].mode, scratch.put(better))
            merged = replace(merged, tree={**merged.tree, path: file})
        else:
            merged = _undecided(merged, path, sides)
    return merged


def _undecided(merged: Merged, path: str, sides: tuple[File, File, File]) -> Merged:
    stages = tuple(Stage(path, number, *side) for number, side in enumerate(sides, start=1))
    return replace(
        merged,
        conflicts=(*merged.conflicts, Conflict(path, ConflictReason.UNREADABLE_TOGETHER)),
        stages=(*merged.stages, *stages),
    )
