"""Brings a repo that was not made from a template under it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from modelyard.adopt.plan import make_plan
from modelyard.adopt.result import AdoptResult
from modelyard.adopt.target import AdoptOptions
from modelyard.errors import NotReady
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo, open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged
from modelyard.template.source import Templates
from modelyard.update import apply, work_tree
from modelyard.update.result import Status


def adopt(
    path: Path | str,
    template: str | None = None,
    *,
    to: str | None = None,
    data: Mapping[str, Any] | None = None,
    branch: str = "modelyard/adopt",
    dry_run: bool = False,
    conflicts: Sequence[str] = (),
    full: bool = False,
    interactive: bool = False,
    answers_file: str | None = None,
    templates: Templates | None = None,
) -> AdoptResult:
    """Bring a repo under a template, on a new branch.

    Without a conflict the result is a commit on the branch, and the work tree is not touched.
    With one, the work tree is switched to the branch and left to decide in.

    Args:
        path: The repo, or a folder of it; bare or not.
        template: A URL or a path; where it is None, what the repo has recorded, else our own suite.
        to: A version by name; the newest release where it is None.
        data: Answers that go before what is found.
        branch: The branch to make.
        dry_run: Make the plan, and write nothing.
        conflicts: Patterns, as in a .gitignore, of files that differ and are shown beside.
        full: Bring also what the repo's build, tests, linters and CI pick up by themselves.
        interactive: Copier asks a person, on the terminal, for what could not be found.
        answers_file: Which record is meant, where there are several, or that of a further template.
        templates: The templates that this process has open.

    Raises:
        NotReady: The repo is under a template already, and neither `full` nor `conflicts` is given.
        ModelyardError: Nothing was written; its `code` is the exit code.
    """
    options = AdoptOptions(template, to, data or {}, conflicts, full, interactive, answers_file)
    with ExitStack() as stack:
        repo = open_repo(Path(path))
        if not dry_run:
            _refuse_bare_conflict(repo, conflicts)
            repo = stack.enter_context(apply.claimed(repo, needs_clean_tree=bool(conflicts)))
            apply.refuse_branch(repo, branch)
        scratch = stack.enter_context(Scratch(repo))
        known = templates or stack.enter_context(Templates())
        result, merged = make_plan(repo, scratch, known, options)
        if dry_run or result.status is Status.UNCHANGED:
            return result
        if merged.conflicts:
            _to_work_tree(repo, scratch, merged, branch)
            return replace(result, branch=branch)
        name = PurePosixPath(result.plan.template.rstrip("/")).name.removesuffix(".git")
        message = f"Adopt {name} {result.plan.version}"
        commit = apply.to_branch(repo, scratch, merged, branch, message)
        return replace(result, branch=branch, commit=commit)


def _refuse_bare_conflict(repo: Repo, conflicts: Sequence[str]) -> None:
    if repo.bare and conflicts:
        raise NotReady(
            f"{repo.folder} has no work tree to decide a conflict in", "leave out --conflict"
        )


def _to_work_tree(repo: Repo, scratch: Scratch, merged: Merged, branch: str) -> None:
    """Leave the conflicts to decide in the work tree, on the new branch."""
    code, name = git.run(repo.folder, "symbolic-ref", "--quiet", "--short", "HEAD", codes=(0, 1))
    came_from = repo.head if code else name.decode().strip()
    work_tree.write(repo, scratch, merged)
    ref = f"refs/heads/{branch}"
    git.run(repo.folder, "update-ref", ref, repo.head, "0" * len(repo.head))
    # In the words of git, so that `git switch -` goes back.
    words = f"checkout: moving from {came_from} to {branch}"
    git.run(repo.folder, "symbolic-ref", "-m", words, "HEAD", ref)
