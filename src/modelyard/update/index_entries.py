"""What an index is to hold after an update beside the files of a tree, as git takes it."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from modelyard.errors import NotReady
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import SUBMODULE, Tree
from modelyard.merged import Merged


def deliver_stages(repo: Repo, scratch: Scratch, merged: Merged) -> None:
    """Copy the sides of conflicts, which no tree refers to."""
    present = {file.oid for file in repo.tree.values()}
    for stage in merged.stages:
        if stage.oid not in present and stage.mode != SUBMODULE:
            words = ("hash-object", "-w", "--stdin")
            git.run(repo.folder, *words, data=scratch.read(stage.oid))


@contextmanager
def written(repo: Repo, merged: Merged, there: Tree) -> Iterator[list[str]]:
    """Write lists for git, and return where they are.

    First what stands in the work tree already, then the conflicts that have to be seen, then the
    sides of conflicts.

    Args:
        repo: The repo.
        merged: What is about to be written.
        there: Files of it that stand in the work tree, untracked, with the same bytes.
    """
    taken = (f"{file.mode} {file.oid} 0\t{repo.prefix}{path}" for path, file in there.items())
    lists = (taken, _hidden_conflicts(repo, merged), _stages(repo, merged))
    with tempfile.TemporaryDirectory(prefix="modelyard-index-") as folder:
        places = [Path(folder, str(number)) for number in range(len(lists))]
        for place, entries in zip(places, lists, strict=True):
            place.write_bytes(b"".join(os.fsencode(entry) + b"\0" for entry in entries))
        yield [str(place) for place in places]


def _stages(repo: Repo, merged: Merged) -> Iterable[str]:
    for path in dict.fromkeys(stage.path for stage in merged.stages):
        yield f"0 {'0' * len(repo.head)}\t{repo.prefix}{path}"
    for stage in merged.stages:
        yield f"{stage.mode} {stage.oid} {stage.stage}\t{repo.prefix}{stage.path}"


def _hidden_conflicts(repo: Repo, merged: Merged) -> Iterable[str]:
    """Return the conflicts that a sparse checkout could hide: who decides one has to see it.

    Raises:
        NotReady: Something untracked is in the way of one.
    """
    if not os.path.lexists(repo.git_dir / "info" / "sparse-checkout"):
        return []
    paths = dict.fromkeys(stage.path for stage in merged.stages if stage.path in merged.tree)
    for path in paths:
        for above in list(Path(path).parents)[:-1]:
            place = repo.project / above
            tracked = above.as_posix() in repo.tree
            if not tracked and (place.is_symlink() or place.is_file()):
                raise NotReady(
                    f"{path} is in conflict, and {above} stands in the place of its folder",
                    f"mv {above} to somewhere else, then run it again",
                )
    return [repo.prefix + path for path in paths]
