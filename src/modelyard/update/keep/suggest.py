"""Finds files in conflict that the last update had in conflict too, and that stayed as they were.

Settled wholly in favour of one's own means: a commit moved the recorded version, the template
changed its file between these two versions, and not since; the file is the same before and after
that commit, to the last byte, and it is not what the template has. Whoever decides so again may
decide it once and for all. Nothing is rendered for that: a suggestion must not cost an update more
than a few questions to git.
"""

import os
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
from modelyard.render.request import Rendered
from modelyard.settings.repo_settings import argument
from modelyard.template import answers
from modelyard.template.answers import Answers
from modelyard.template.changed import changes
from modelyard.template.source import Template
from modelyard.template.step import Step, rendered

LOOK_BACK = 5
"""Earlier updates that are looked at."""
_MOST_COMMITS = 20
_MOST_PATHS = 100
_TEXT = {PLAIN, EXECUTABLE}


@dataclass(frozen=True)
class _Move:
    """A commit that moved the recorded version, by what is on record before and after it.

    Attributes:
        before: The record before it.
        after: The record it made.
        kept: The files that it left as they were.
    """

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
        base: The render of the recorded version, which is the one of the last update.
        conflicts: What is to be decided now.
    """
    left = [path for path in dict.fromkeys(one.path for one in conflicts) if path in repo.tree]
    left, found = left[:_MOST_PATHS], dict[str, str]()
    with suppress(ModelyardError):  # a version that is gone says nothing
        for move in _moves(repo, scratch, step.recorded.path, left):
            versions = (rendered(template, one) for one in (move.before, move.after))
            is_changed = changes(template, *versions)
            decided = [path for path in left if is_changed(path)]
            for path in decided:
                file = move.kept.get(path)
                if file and (file.mode, scratch.read(file.oid)) != base.files.get(path):
                    found[path] = move.after.version
            left = [path for path in left if path not in decided]
            if not left:
                break
    return [
        Notice(
            path,
            NoticeReason.KEEP_SUGGESTED,
            version,
            command=f"modelyard keep {argument(path)}",
        )
        for path, version in found.items()
    ]


def _moves(repo: Repo, scratch: Scratch, record: str, paths: Sequence[str]) -> Iterator[_Move]:
    """Yield the last commits that moved the version, the newest first.

    A merge counts as what it brings to its first parent: the update of a branch, settled there.
    """
    if not paths:
        return
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
        if (after.version, after.commit) != (before.version, before.commit):
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
