"""An update by Copier itself, for a template that runs code and is trusted.

Copier works on a clone; what it made is judged by the ledger like any other merge, and is written
only then.
"""

import os
import tempfile
import warnings
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from modelyard.gitrepo import git
from modelyard.gitrepo.blobs import Blobs
from modelyard.gitrepo.environment import Reach
from modelyard.gitrepo.repo import Repo, read_tree
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import SUBMODULE, File
from modelyard.merged import Conflict, Merged, Notice, Stage
from modelyard.reasons import ConflictReason
from modelyard.render.errors import translated
from modelyard.template.step import Step

About = TypeVar("About", Conflict, Stage, Notice)


def merge(repo: Repo, scratch: Scratch, step: Step) -> Merged:
    """Let Copier update a clone, code of the template included, and return what it made.

    Raises:
        ModelyardError: Copier, or what it ran, failed; the repo is as it was.
    """
    with tempfile.TemporaryDirectory(prefix="modelyard-trusted-") as folder:
        clone = Path(folder, repo.name)
        words = ["clone", "--quiet", "--shared", "--no-checkout", "--", str(repo.folder)]
        git.run(None, *words, str(clone), reach=Reach.FOLDER)
        git.run(clone, "checkout", "--quiet", "--detach", repo.head)
        _run_copier(clone / repo.prefix, step)
        return _result(repo, scratch, clone)


def with_files_of(own: Merged, merged: Merged, paths: Collection[str]) -> Merged:
    """Return what Copier made, with some files, and their conflicts, of another merge."""
    tree = {path: file for path, file in merged.tree.items() if path not in paths}
    tree.update((path, own.tree[path]) for path in paths if path in own.tree)
    return Merged(
        tree,
        _chosen(merged.conflicts, own.conflicts, paths),
        _chosen(merged.stages, own.stages, paths),
        _chosen(merged.notices, own.notices, paths),
    )


def _chosen(
    copiers: tuple[About, ...], own: tuple[About, ...], paths: Collection[str]
) -> tuple[About, ...]:
    kept = [one for one in copiers if one.path not in paths]
    kept += [one for one in own if one.path in paths]
    return tuple(kept)


def _run_copier(project: Path, step: Step) -> None:
    import copier

    given: Mapping[str, Any] = dict(step.given)
    with translated(step.after), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        copier.run_update(
            project,
            data=dict(given),
            answers_file=step.recorded.path,
            vcs_ref=step.after.name,
            settings=copier.Settings(),
            defaults=True,
            overwrite=True,
            quiet=True,
            unsafe=True,
        )


def _result(repo: Repo, scratch: Scratch, clone: Path) -> Merged:
    _, listed = git.run(clone, "ls-files", "--unmerged", "-z", "--", repo.prefix or ".")
    stages = [_stage(os.fsdecode(line), repo.prefix) for line in listed.split(b"\0")[:-1]]
    git.run(clone, "add", "--all")
    tree = git.text(clone, "write-tree")
    blobs = Blobs(clone)
    try:
        files = {
            path: File(mode, oid if mode == SUBMODULE else scratch.put(blobs.read(oid)))
            for path, (mode, oid) in read_tree(clone, f"{tree}:{repo.prefix}").items()
        }
        for stage in stages:
            scratch.put(blobs.read(stage.oid))
    finally:
        blobs.close()
    paths = dict.fromkeys(stage.path for stage in stages)
    disputed = tuple(Conflict(path, ConflictReason.CONTENT) for path in paths)
    return Merged(files, disputed, tuple(stages))


def _stage(line: str, prefix: str) -> Stage:
    about, _, path = line.partition("\t")
    mode, oid, number = about.split(" ")
    return Stage(path.removeprefix(prefix), int(number), mode, oid)
