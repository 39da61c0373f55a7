"""Tells of all projects and templates of one repo where each stands."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from modelyard.check.check import check_project
from modelyard.check.result import CheckResult
from modelyard.errors import ModelyardError, Usage
from modelyard.gitrepo.repo import open_repo, part_of
from modelyard.gitrepo.scratch import Scratch
from modelyard.template.source import Templates
from modelyard.update.options import UpdateOptions
from modelyard.update.refused import refuse_mixed
from modelyard.update.several import find_all


@dataclass(frozen=True)
class ProjectCheck:
    """Where one project of a repo stands.

    Attributes:
        folder: What it was rendered into, below PATH; "" for PATH itself.
        answers_file: Its answers file, relative to its folder, as are all paths of the check.
        check: What was found there.
    """

    folder: str
    answers_file: str
    check: CheckResult


@dataclass(frozen=True)
class SeveralChecks:
    """Where all projects of a repo stand.

    Attributes:
        projects: Each, the top first, then folders by name.
    """

    projects: tuple[ProjectCheck, ...]

    def ok(self, strict: bool) -> bool:
        """Nothing is to be done in any project."""
        return all(one.check.ok(strict) for one in self.projects)


def check_all(
    path: Path | str,
    template: str | None = None,
    answers_file: str | None = None,
    *,
    trust: bool = False,
    templates: Templates | None = None,
) -> SeveralChecks:
    """Hold all projects of a repo, as committed, against their templates.

    Args:
        path: The repo, or a folder of it: what is in it is checked.
        template: Where the template is now; all projects must be of one.
        answers_file: Nothing: it takes one project, and this takes all.
        trust: The templates may load Jinja extensions, and read this machine while they render.
        templates: The templates that this process has open.

    Raises:
        ModelyardError: One of them cannot be checked; the message says which.
    """
    if answers_file:
        raise Usage("--all takes all answers files, --answers-file one", "leave out one of both")
    with ExitStack() as stack:
        repo = open_repo(Path(path))
        scratch = stack.enter_context(Scratch(repo))
        known = templates or stack.enter_context(Templates())
        found = find_all(repo, scratch)
        refuse_mixed(repo, scratch, UpdateOptions(template=template), found)
        done = []
        for one in found:
            part = part_of(repo, one.folder, repo.tree)
            try:
                told = check_project(part, scratch, known, template, one.answers_file, trust)
            except ModelyardError as error:
                raise error.told_of(one.path) from None
            done.append(ProjectCheck(one.folder, one.answers_file, replace(told, others=())))
        return SeveralChecks(tuple(done))
