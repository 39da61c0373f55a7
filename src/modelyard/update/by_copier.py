"""An update by Copier itself, for a template that runs code and is trusted.

Copier works on a clone; what it made is judged by the ledger like any other merge, and is written
only then.
"""

import os
import tempfile
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from modelyard.errors import NotReady
from modelyard.gitrepo import git
from modelyard.gitrepo.blobs import Blobs
from modelyard.gitrepo.environment import Reach
from modelyard.gitrepo.repo import Repo, read_tree
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import SUBMODULE, File
from modelyard.merged import Conflict, Merged, Notice, Stage
from modelyard.reasons import ConflictReason
from modelyard.render import copier5
from modelyard.render.errors import translated
from modelyard.render.surrounding_git import without_surrounding_git
from modelyard.template import answers
from modelyard.template.step import Step

_ROLES = ("AUTHOR", "COMMITTER")
About = TypeVar("About", Conflict, Stage, Notice)


def merge(repo: Repo, scratch: Scratch, step: Step) -> Merged:
    """Let Copier update a clone, code of the template included, and return what it made.

    Raises:
        ModelyardError: Copier, or what it ran, failed; the repo is as it was.
    """
    if step.moved_to:
        raise NotReady(
            f"the template has moved the tag {step.recorded.version}, and Copier, which runs its "
            "code, would take what it is now for what this repo was rendered from",
            f"record the commit: _commit: {step.recorded.commit} in {step.recorded.path}, and "
            "commit",
        )
    copier5.refuse(step.before, step.after)
    with tempfile.TemporaryDirectory(prefix="modelyard-trusted-") as folder:
        clone = Path(folder, repo.name)
        words = ["clone", "--quiet", "--shared", "--no-checkout", "--", str(repo.folder)]
        git.run(None, *words, str(clone), reach=Reach.FOLDER)
        git.run(clone, "checkout", "--quiet", "--detach", _start(repo, scratch, clone))
        with _modes_are_on_disk(clone):
            _run_copier(clone / repo.prefix, step)
        return _recorded(repo, scratch, step, _result(repo, scratch, clone))


def _recorded(repo: Repo, scratch: Scratch, step: Step, merged: Merged) -> Merged:
    """Record the version as we name it, and its commit; also where Copier left no answers file."""
    path, place = step.recorded.path, step.recorded.path
    if step.answers_path not in repo.tree:
        place = step.answers_path
    file = merged.tree.get(place) or merged.tree.get(path) or repo.tree[path]
    after = step.after
    content = answers.with_identity(scratch.read(file.oid), after.name, after.identity)
    tree = {one: there for one, there in merged.tree.items() if one != path}
    return replace(merged, tree={**tree, place: File(file.mode, scratch.put(content))})


@contextmanager
def _modes_are_on_disk(clone: Path) -> Iterator[None]:
    """Spare Copier a git process for each file in this block, by which it asks for `core.fileMode`.

    It asks whether it has to write modes into the index itself. In a clone of ours the answer is
    the same for all files; where it is yes, or this Copier asks in another way, nothing is changed.
    """
    try:
        from copier._main import Worker
    except ImportError:
        yield
        return
    name = "_sync_git_index_executable_bit"
    asked = ("config", "--type=bool", "--default=true", "--get", "core.fileMode")
    if not hasattr(Worker, name) or git.text(clone, *asked) == "false":
        yield
        return
    original = getattr(Worker, name)
    setattr(Worker, name, lambda *_: None)
    try:
        yield
    finally:
        setattr(Worker, name, original)


def _start(repo: Repo, scratch: Scratch, clone: Path) -> str:
    """Return the commit that Copier begins with: HEAD, or what was merged on top of it before."""
    if read_tree(repo.folder, f"{repo.head}:{repo.prefix}") == repo.tree:
        return repo.head
    tree = scratch.write_tree(repo, repo.tree)
    with (clone / ".git" / "objects" / "info" / "alternates").open("a") as file:
        file.write(f"{scratch.folder / 'objects'}\n")
    who = {f"GIT_{role}_{part}": "modelyard" for role in _ROLES for part in ("NAME", "EMAIL")}
    words = ("commit-tree", tree, "-p", repo.head, "-m", "What was merged before")
    return git.run(clone, *words, env=who)[1].decode().strip()


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
    with translated(step.after), without_surrounding_git(), warnings.catch_warnings():
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
    stages = unmerged(clone, repo.prefix)
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


def unmerged(clone: Path, prefix: str) -> list[Stage]:
    """Return the sides of conflicts that the index of a clone holds, below a folder of it."""
    _, listed = git.run(clone, "ls-files", "--unmerged", "-z", "--", prefix or ".")
    return [_stage(os.fsdecode(line), prefix) for line in listed.split(b"\0")[:-1]]


def _stage(line: str, prefix: str) -> Stage:
    about, _, path = line.partition("\t")
    mode, oid, number = about.split(" ")
    return Stage(path.removeprefix(prefix), int(number), mode, oid)
