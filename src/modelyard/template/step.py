"""From which version of the template to which one, with which answers, and what each renders."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from modelyard.errors import BadAnswer, Unreachable
from modelyard.gitrepo.repo import Repo
from modelyard.template import config, places
from modelyard.template.answers import Answers
from modelyard.template.source import Template, Templates, Version
from modelyard.template.versions import as_release


@dataclass(frozen=True)
class Step:
    """One step of a repo along its template.

    Attributes:
        before: The recorded version.
        after: The wanted version.
        recorded: The answers file of the repo.
        given: Answers that change.
        trusted: Code of the template may run.
    """

    before: Version
    after: Version
    recorded: Answers
    given: Mapping[str, Any]
    trusted: bool = False

    @property
    def nothing_to_do(self) -> bool:
        """Same version, same answers, same address."""
        values = self.recorded.values
        changed = any(name not in values or values[name] != v for name, v in self.given.items())
        moved = self.after.source != self.recorded.source
        return self.before.commit == self.after.commit and not changed and not moved

    @property
    def title(self) -> str:
        """The step in a few words, for a commit."""
        name = PurePosixPath(self.after.source.rstrip("/")).name.removesuffix(".git")
        if self.before.commit == self.after.commit:
            return f"{name} {self.after.name}: {', '.join(sorted(self.given))}"
        return f"{name} {self.after.name}"


def open_template(
    repo: Repo, recorded: Answers, templates: Templates, source: str | None
) -> Template:
    """Open the template of a repo, and begin to check the recorded version out.

    Raises:
        Unreachable: The template or that version is not available.
    """
    template = open_source(repo, templates, recorded.source, source)
    template.begin(recorded.version)
    return template


def open_source(
    repo: Repo, templates: Templates, recorded: str, named: str | None = None
) -> Template:
    """Open a template that a repo records, or that somebody names for it.

    Raises:
        Unreachable: It is not available, is a part of the repo, or is recorded as a relative path
            in a repo that is beside nothing.
    """
    alone = repo.bare and named is None and not templates.is_setting(recorded)
    if alone and places.is_relative(places.expanded(recorded)):
        raise Unreachable(
            f"the template {recorded} is a relative path, and {repo.project} is a bare "
            "repository, which may be anywhere",
            "name it: --template URL_OR_PATH",
        )
    return templates.open(named or recorded, repo.project, apart_from=repo.places)


def find_step(
    template: Template,
    recorded: Answers,
    to: str | None,
    given: Mapping[str, Any],
    trusted: bool = False,
    *,
    only_renders: bool = False,
) -> Step:
    """Find the two versions of an update.

    Args:
        template: The template.
        recorded: The answers file of the repo.
        to: The wanted version; the newest release where it is None.
        given: Answers that change.
        trusted: Code of the template may run.
        only_renders: Tasks and migrations are not run in any case, so they are not refused.

    Raises:
        Unreachable: One of the versions is not available.
        BadAnswer: An answer is given to no question.
        Refused: The template wants to run code, whatever the renders give; whether its tasks have
            anything to do is known only then.
    """
    before = template.version(recorded.version)
    after = template.version(to or _newest(template, before))
    config.refuse_unknown(after, given.keys(), BadAnswer)
    if not trusted:
        config.refuse_extensions(before, after)
        if not only_renders:
            config.refuse_migrations(before, after)
    return Step(before, after, recorded, given, trusted)


def _newest(template: Template, before: Version) -> str:
    """Return the newest release, but none before the recorded one: that is asked for by name."""
    newest, known = as_release(template.newest), as_release(before.name)
    return before.commit if newest and known and newest < known else template.newest
