"""Refuses to update a work tree in which somebody is in the middle of something else."""

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from modelyard.errors import NotReady
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.update import index_lock

# What git keeps while it waits for a person: the next commit would be of that work too.
_UNFINISHED = {
    "MERGE_HEAD": ("a merge", "git merge --continue    # or git merge --abort"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick --continue    # or --abort"),
    "REVERT_HEAD": ("a revert", "git revert --continue    # or --abort"),
    "rebase-merge": ("a rebase", "git rebase --continue    # or git rebase --abort"),
    "rebase-apply": ("a rebase, or git am,", "git status    # it says how to go on, or to abort"),
    "BISECT_LOG": ("a bisect", "git bisect reset"),
}
_BRANCH = "modelyard update --branch NAME"
_UNMERGED = {b"DD", b"AU", b"UD", b"UA", b"DU", b"AA", b"UU"}


def refuse_unready(repo: Repo) -> None:
    """Refuse a work tree in which something else is under way.

    Raises:
        NotReady: There are changes that are not committed, or git waits for a person.
        Busy: Another git is at work.
    """
    if repo.bare:
        raise NotReady(f"{repo.folder} has no work tree", _BRANCH)
    index_lock.refuse_locked(repo.git_dir)
    _refuse_dirty(repo)
    for name, (what, command) in _UNFINISHED.items():
        if os.path.lexists(repo.git_dir / name) and not _runs_us(repo.git_dir / name):
            raise NotReady(f"{what} is not finished in {repo.folder}", command)


def _runs_us(rebase: Path) -> bool:
    """Tell whether a rebase has come to a command of `--exec`, and goes on by itself after it."""
    try:
        done = (rebase / "done").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return bool(done) and done[-1].startswith("exec ")


def _refuse_dirty(repo: Repo) -> None:
    # What is edited in a submodule no update touches, and its own settings would be read for it.
    words = ("--untracked-files=normal", "--ignore-submodules=dirty")
    # Of a rename a line without a state would follow, with the old name.
    asked = ("status", "--porcelain", "-z", "--no-renames", *words)
    try:
        _, out = git.run(repo.folder, *asked, settings=repo.settings)
    except git.GitError as error:
        if not repo.tree:
            raise
        raise NotReady(
            f"git cannot compare {repo.folder} with its last commit: {error.words}",
            f"git -C {shlex.quote(str(repo.folder))} status    # says the same; or: git fsck",
        ) from None
    entries = [entry for entry in out.split(b"\0") if entry[2:3] == b" "]
    unmerged = _shown([entry for entry in entries if entry[:2] in _UNMERGED])
    if unmerged:
        raise NotReady(
            f"{repo.folder} has conflicts that are not decided yet: {unmerged}",
            "git status    # decide them, git add, git commit; git reset --hard gives them up",
        )
    if entries:
        raise NotReady(
            f"{repo.folder} has changes that are not committed: {_shown(entries)}",
            "git stash --include-untracked    # or commit them",
        )


def _shown(entries: list[bytes]) -> str:
    paths = [os.fsdecode(entry[3:]) for entry in entries]
    return ", ".join(paths[:5]) + (", …" if len(paths) > 5 else "")


def hidden(repo: Repo) -> dict[str, str]:
    """Return the paths, from the top, that git was told not to look at, with how to undo that.

    `--skip-worktree` and `--assume-unchanged`: what stands there is its person's, and not git's.
    """
    _, listed = git.run(repo.folder, "ls-files", "-v", "-z", settings=repo.settings)
    entries = [os.fsdecode(entry) for entry in listed.split(b"\0")[:-1]]
    found = {entry[2:]: "--no-assume-unchanged" for entry in entries if entry[0].islower()}
    return found | {entry[2:]: "--no-skip-worktree" for entry in entries if entry[0] in "Ss"}


def refuse_hidden(repo: Repo, paths: Iterable[str]) -> None:
    """Say that paths are edited on disk where git was told not to look, if some are.

    Raises:
        NotReady: There are some.
    """
    options = hidden(repo)
    for path in sorted(set(paths) & options.keys()):
        if os.path.lexists(repo.folder / path):
            option = options[path]
            raise NotReady(
                f"{path} is hidden from git ({option.replace('no-', '')}) and edited, and the "
                "update has to write there; everything is as it was",
                f"git update-index {option} {shlex.quote(path)}, then commit or stash it; or "
                f"{_BRANCH}, which writes no file",
            )


def refusal_without_record(path: str) -> NotReady:
    """Return the error where something that git does not track has the place of the answers file.

    Without that file no later update would be possible.
    """
    return NotReady(
        f"this version has its answers file at {path}, where something stands that git does not "
        "track, so nothing was written",
        f"mv {shlex.quote(path)} {shlex.quote(path)}.mine    # then update again",
    )
