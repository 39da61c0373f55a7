"""Puts the merge of one project on top of those of the projects before it."""

from collections.abc import Mapping
from dataclasses import replace

from modelyard.gitrepo.trees import File, Tree
from modelyard.merged import Merged


def decided_twice(
    undecided: set[str], folder: str, before: Tree, merged: Merged
) -> tuple[str, ...]:
    """Return the files to decide that a merge on top of them touches, too."""
    mine = {path.removeprefix(folder) for path in undecided if path.startswith(folder)}
    touched = {stage.path for stage in merged.stages} | {one.path for one in merged.conflicts}
    touched |= {path for path in mine if merged.tree.get(path) != before.get(path)}
    return tuple(sorted(mine & touched))


def on_top(whole: Merged, folder: str, part: Merged) -> Merged:
    """Return a merge of a repo with that of a folder in the place of what was there."""
    around: Mapping[str, File] = {
        path: file for path, file in whole.tree.items() if not path.startswith(folder)
    }
    return Merged(
        {**around, **{folder + path: file for path, file in part.tree.items()}},
        (*whole.conflicts, *(replace(one, path=folder + one.path) for one in part.conflicts)),
        (*whole.stages, *(replace(one, path=folder + one.path) for one in part.stages)),
    )
