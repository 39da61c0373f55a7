"""What is refused of an update of several projects, before anything is written."""

from collections.abc import Iterable

from modelyard.errors import NotReady, Usage
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.template.projects import Project
from modelyard.template.records import read_answers
from modelyard.update.one_repo import Plan
from modelyard.update.options import UpdateOptions


def refuse_mixed(
    repo: Repo, scratch: Scratch, options: UpdateOptions, found: Iterable[Project]
) -> None:
    """Refuse what only means something for one template, where projects are of several.

    Raises:
        Usage: A version, answers or an address are given, and there are several templates.
    """
    given = {"--to": options.to, "--data": options.data, "--template": options.template}
    named = [name for name, value in given.items() if value]
    if not named:
        return
    sources = {read_answers(repo, scratch, one.path).source for one in found}
    if len(sources) > 1:
        raise Usage(
            f"{', '.join(named)}: of one template, and the projects are of {len(sources)}: "
            f"{', '.join(sorted(sources))}",
            "update them one by one: --answers-file, or name the folder",
        )


def refuse_moved(project: Project, part: Repo) -> None:
    """Refuse a project that the merge before it has moved elsewhere.

    Raises:
        NotReady: Its answers file is not where it was.
    """
    if project.answers_file not in part.tree:
        raise NotReady(
            "the update of a project before it moves or deletes this answers file",
            "update that one alone, commit it, and then run --all again",
        )


def refuse_elsewhere(project: Project, part: Repo, made: Plan) -> None:
    """Refuse an answers file in a folder into which its template has not rendered.

    Raises:
        NotReady: Nothing of what it renders is there, so the new files would land in a wrong place.
    """
    if not (made.shipped and (project.folder or "/" in project.answers_file)):
        return
    if made.shipped.isdisjoint(part.tree.keys()):
        place = project.folder or "the top"
        raise NotReady(
            f"nothing of what it renders is in {place}: it may be of another folder",
            f"modelyard update FOLDER --answers-file {project.path}    # below FOLDER",
        )
