"""Finds files in conflict that an earlier update had in conflict too, and that stayed as they were.

Settled wholly in favour of one's own means: a commit moved the recorded version, the template
changed the file between these two versions, the file is the same before and after that commit, to
the last byte, and it is not what the new version renders. Whoever decides so again may decide it
once and for all.
"""

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from modelyard.errors import ModelyardError
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.merged import Conflict, Notice
from modelyard.reasons import NoticeReason
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template import answers
from modelyard.template.answers import Answers
from modelyard.template.source import Template
from modelyard.template.step import Step, rendered

LOOK_BACK = 2
"""Earlier updates that are looked at: each costs an update up to two renders more."""
_MOST_COMMITS = 20
_MOST_PATHS = 100
_TEXT = {PLAIN, EXECUTABLE}


@dataclass(frozen=True)
class _Move:
    """A commit that moved the recorded version, by what is on record before and after it."""

    before: Answers
    after: Answers
    kept: Tree


def suggestions(
    repo: Repo,
    scratch: Scratch,
    template: Template,
    step: Step,
    base: Rendered,
    conflicts: Sequence[Conflict],
) -> list[Notice]:
    """Return a suggestion for each file in conflict that was settled wholly as one's own before.

    Args:
        repo: The repo; of a clone without its history nothing is known.
        scratch: Where blobs are.
        template: The template.
        step: The versions of this update.
        base: The render of the recorded version.
        conflicts: What is to be decided now.
    """
    paths = [path for path in dict.fromkeys(one.path for one in conflicts) if path in repo.tree]
    found: dict[str, str] = {}
    if not paths:
        return []
    with suppress(ModelyardError):  # a version that is gone, or renders no more, says nothing
        renders = {(step.recorded.version, step.recorded.commit): base}
        for move in _moves(repo, scratch, step.recorded.path, paths[:_MOST_PATHS]):
            new = _render(repo, template, step, move.after, renders)
            theirs = {
                path: new.files.get(path)
                for path, file in move.kept.items()
                if path not in found and new.files.get(path) != (file.mode, scratch.read(file.oid))
            }
            if not theirs:
                continue
            old = _render(repo, template, step, move.before, renders)
            found.update(
                (path, move.after.version)
                for path, shipped in theirs.items()
                if old.files.get(path) != shipped
            )
            if len(found) == len(paths):
                break
    return [
        Notice(
            path,
            NoticeReason.KEEP_SUGGESTED,
            version,
            command=f"modelyard keep {shlex.quote(path)}",
        )
        for path, version in found.items()
    ]


def _moves(repo: Repo, scratch: Scratch, record: str, paths: Sequence[str]) -> Iterator[_Move]:
    """Yield the last commits that moved the version and left some of the paths as they were.

    A merge counts as what it brings to its first parent: the update of a branch, settled there.
    """
    log = ["rev-list", "--first-parent", "-n", str(_MOST_COMMITS), repo.head, "--"]
    _, out = git.run(repo.folder, *log, repo.prefix + record, codes=(0, 128))
    left = LOOK_BACK
    for commit in out.decode().split():
        now, then = (_files(repo, name, [record, *paths]) for name in (commit, f"{commit}^"))
        if record not in now or record not in then or not left:
            return
        kept = {p: now[p] for p in paths if p in now and now[p] == then.get(p)}
        kept = {path: file for path, file in kept.items() if file.mode in _TEXT}
        after, before = (
            answers.parse(scratch.read(side[record].oid), record) for side in (now, then)
        )
        if kept and (after.version, after.commit) != (before.version, before.commit):
            left -= 1
            yield _Move(before, after, kept)


def _files(repo: Repo, commit: str, paths: Sequence[str]) -> dict[str, File]:
    """Return some files of a commit; none where the clone does not have it."""
    asked = [repo.prefix + path for path in paths]
    words = ("ls-tree", "-z", "--full-tree", commit, "--")
    _, out = git.run(repo.folder, *words, *asked, codes=(0, 128))
    found = {}
    for line in out.split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        mode, _, oid = about.decode().split(" ")
        found[os.fsdecode(path).removeprefix(repo.prefix)] = File(mode, oid)
    return found


def _render(
    repo: Repo,
    template: Template,
    step: Step,
    recorded: Answers,
    known: dict[tuple[str, str], Rendered],
) -> Rendered:
    key = recorded.version, recorded.commit
    if key not in known:
        wanted = RenderRequest(
            recorded.values,
            answers_path=recorded.path,
            folder=repo.name,
            trusted=step.trusted,
            operation="update",
            unchecked=True,
        )
        known[key] = render(template.version(rendered(template, recorded)), wanted)
    return known[key]
