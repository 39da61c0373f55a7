"""Reads what a repo records of its template, or of the one of several that somebody means."""

import shlex
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from modelyard.errors import NotReady
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, SYMLINK
from modelyard.template import answers, projects
from modelyard.template.answers import Answers, BrokenAnswers
from modelyard.template.projects import Project


class NoAnswers(NotReady):
    """A repo has no answers file at its top, so it was not made from a template as a whole.

    Attributes:
        projects: Those that folders of it have.
    """

    projects: Sequence[Project] = ()


class SeveralAnswers(NotReady):
    """A repo is under several templates, and which one is meant is not said."""


def find_answers(repo: Repo, scratch: Scratch, name: str | None) -> Answers:
    """Read the answers file at HEAD.

    Raises:
        NoAnswers: There is none; perhaps some in folders, which `projects` of the error names.
        SeveralAnswers: There are several, and none is named.
        NotReady: It cannot be read.
    """
    found = [name] if name else [one.path for one in projects.at_top(repo, scratch)]
    if len(found) > 1:
        raise SeveralAnswers(
            f"{repo.project} is under several templates, with an answers file each: "
            f"{', '.join(found)}",
            f"name one: --answers-file {found[-1]}    # or, of update and check: --all",
        )
    if not found or found[0] not in repo.tree:
        _refuse_folder(repo, name or answers.DEFAULT_NAME)
        raise _no_answers(repo, () if name else projects.find(repo, scratch), name)
    return read_answers(repo, scratch, found[0])


def read_answers(repo: Repo, scratch: Scratch, path: str) -> Answers:
    """Read an answers file that is there.

    Raises:
        BrokenAnswers: It cannot be read.
    """
    file = repo.tree[path]
    if file.mode not in {PLAIN, EXECUTABLE}:
        what = f"a link to {scratch.read(file.oid).decode(errors='replace')}"
        raise BrokenAnswers(
            f"{path} is {what if file.mode == SYMLINK else 'a repository'}, and no file",
            f"git log -- {path}    # and commit the file itself",
        )
    return answers.parse(scratch.read(file.oid), path)


def _refuse_folder(repo: Repo, path: str) -> None:
    """Refuse a folder in the place of an answers file.

    Raises:
        BrokenAnswers: There is one.
    """
    if any(each.startswith(f"{path}/") for each in repo.tree):
        repair = f"git log -- {path}    # and commit the file in its place"
        raise BrokenAnswers(f"{path} is a folder, and no file", repair)


def _no_answers(repo: Repo, below: Sequence[Project], name: str | None) -> NoAnswers:
    if not below and not name and (above := _above(repo)):
        return NoAnswers(
            f"{repo.project} has no answers file of its own; the project is {above}, around it",
            f"cd {shlex.quote(str(above))}    # and run it there",
        )
    if not below and not repo.bare and (repo.project / (name or answers.DEFAULT_NAME)).is_file():
        path = shlex.quote(name or answers.DEFAULT_NAME)
        return NoAnswers(
            f"{name or answers.DEFAULT_NAME} is in {repo.project}, but not committed: perhaps a "
            ".gitignore names it, and an update starts from what is committed",
            f"git add --force {path} && git commit -m 'Record the template'",
        )
    if not below:
        return NoAnswers(
            f"{repo.project} has no {name or answers.DEFAULT_NAME} at HEAD, "
            "so it was not made from a template, or the file is not committed",
            "modelyard adopt    # brings a repo under a template",
        )
    folders = list(dict.fromkeys(one.folder.rstrip("/") for one in below))
    shown = ", ".join(folders[:5]) + (f", and {len(folders) - 5} more" if folders[5:] else "")
    error = NoAnswers(
        f"{repo.project} has no answers file at its top, but projects in folders: {shown}",
        f"name the folder: {folders[0]}    # or, of update and check: --all",
    )
    error.projects = tuple(below)
    return error


def _above(repo: Repo) -> Path | None:
    """Return the nearest folder around a folder of a repo that has an answers file."""
    if not repo.prefix:
        return None
    folders = [repo.folder / one for one in PurePosixPath(repo.prefix).parents]
    return next((one for one in folders if (one / answers.DEFAULT_NAME).is_file()), None)
