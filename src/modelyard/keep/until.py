"""Refuses an end of an entry that never comes, or that is over by now."""

from collections.abc import Sequence

from modelyard.errors import ModelyardError, Usage
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.template.projects import Project
from modelyard.template.records import read_answers
from modelyard.template.source import Template, Templates
from modelyard.template.step import open_source, rendered


def refuse_until(
    repo: Repo, scratch: Scratch, templates: Templates, projects: Sequence[Project], until: str
) -> None:
    """Refuse a version that no template of a repo can reach, or that all have reached.

    Of a template that is not within reach nothing is known, and nothing is refused.

    Raises:
        Usage: It is such a version.
    """
    try:
        found = [_opened(repo, scratch, templates, one) for one in projects]
    except ModelyardError:
        return
    able = [(template, version) for template, version in found if template.tags.can_reach(until)]
    if found and not able:
        template, _ = found[0]
        newest = template.releases[-1] if template.releases else ""
        raise Usage(
            f"--until {until}: {template.source} has no versions of such a name, so it would never "
            "end",
            f"its newest is {newest}: name one like it" if newest else "leave --until out",
        )
    if able and all(template.tags.has_reached(version, until) for template, version in able):
        raise Usage(
            f"--until {until}: the repo is on {able[0][1]}, so it would be over already",
            "name a version that is still to come, or leave --until out",
        )


def _opened(
    repo: Repo, scratch: Scratch, templates: Templates, project: Project
) -> tuple[Template, str]:
    """Return a template, and the name of the version of it that is on record."""
    recorded = read_answers(repo, scratch, project.path)
    template = open_source(repo, templates, recorded.source)
    commit = template.resolve(rendered(template, recorded))
    return template, template.tags.name_of(commit)
