"""From which version of the template to which one, with which answers, and what each renders."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from modelyard import redaction
from modelyard.errors import BadAnswer, Unreachable
from modelyard.gitrepo.repo import Repo
from modelyard.template import answers, config, places, projects, refusals
from modelyard.template.answers import Answers
from modelyard.template.source import Template, Templates, Version


@dataclass(frozen=True)
class Step:
    """One step of a repo along its template.

    Attributes:
        before: The recorded version.
        after: The wanted version.
        recorded: The answers file of the repo.
        given: Answers that change.
        trusted: Code of the template may run.
        usual: Answers for where a repo has none on record, or one that is not valid any more.
        moved_to: The commit that the recorded name stands for today, where that is another one.
        is_lasting: Whether it is known which commit was rendered: the recorded name does not move,
            or its commit is on record.
        answers_path: Where the new version is to record its answers.
    """

    before: Version
    after: Version
    recorded: Answers
    given: Mapping[str, Any]
    trusted: bool = False
    usual: Mapping[str, Any] = field(default_factory=dict)
    moved_to: str = ""
    is_lasting: bool = True
    answers_path: str = ""

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
    template.begin(rendered(template, recorded))
    return template


def rendered(template: Template, recorded: Answers) -> str:
    """Return the name of the version that a repo was rendered from, or the id of its commit.

    A tag that was moved since stands for another commit: the one on record counts.

    Raises:
        Unreachable: That commit is gone, and its tag stands for another one.
    """
    now = template.tags.commits.get(recorded.version)
    if recorded.commit in {"", now}:
        return recorded.version
    if template.has(recorded.commit):
        return recorded.commit
    if now is None:
        return recorded.version
    raise Unreachable(
        f"{template.source} does not have the commit {recorded.commit[:12]}, which is on record in "
        f"{recorded.path} as {recorded.version}; its {recorded.version} is {now[:12]}",
        "if this is another repository than the one that it was made from, such as a fork, name "
        "that one: --template URL_OR_PATH. If the tag was moved, put that commit back. If both "
        f"render the same, delete {answers.COMMIT_KEY} from {recorded.path}, and commit",
    )


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
    usual: Mapping[str, Any] | None = None,
) -> Step:
    """Find the two versions of an update.

    Args:
        template: The template.
        recorded: The answers file of the repo.
        to: The wanted version; the newest release where it is None.
        given: Answers that change.
        trusted: Code of the template may run.
        usual: Answers for where a repo has none on record, or one that is not valid any more.

    Raises:
        Unreachable: One of the versions is not available.
        BadAnswer: An answer is given to no question.
        Refused: The template cannot be rendered without code of its own; whether its tasks and
            migrations have anything to do is known only after that.
    """
    before = _before(template, recorded)
    after = template.version(to or _newest(template, recorded, before))
    refusals.refuse_unknown(after, given.keys(), BadAnswer)
    for version in (before, after):
        for name in config.read(version).secrets & given.keys():
            redaction.remember(str(given[name]))
    if not trusted:
        refusals.refuse_extensions(before, after)
    now = template.tags.commits.get(recorded.version, "") if recorded.commit else ""
    return Step(
        before,
        after,
        recorded,
        given,
        trusted,
        usual or {},
        now if now != before.commit else "",
        bool(recorded.commit) or template.is_lasting(recorded.version),
        _answers_path(recorded, before, after),
    )


def _answers_path(recorded: Answers, before: Version, after: Version) -> str:
    """Return where a version records its answers: where it says, if the repo goes by that.

    A repo whose file has a name of its own keeps that name. So does one whose file no later update
    would find where the new version wants it.
    """
    now, new = config.read(before).answers_file, config.read(after).answers_file
    if now == recorded.path != new and projects.is_name(new) and "{" not in new:
        return new
    return recorded.path


def _before(template: Template, recorded: Answers) -> Version:
    """Return the version that a repo was rendered from, by the name that it has on record."""
    name = rendered(template, recorded)
    before = template.version(name)
    if name == recorded.version or before.name == recorded.version:
        return before
    # What is kept for renders has the name that the template has for the commit today.
    return replace(before, name=recorded.version, shared={})


def _newest(template: Template, recorded: Answers, before: Version) -> str:
    """Return the newest release, but none before the recorded one: that is asked for by name."""
    # The name on record may be of a tag that is gone.
    name = template.version(before.commit).name
    is_older = template.tags.is_older(template.newest, name)
    # A tag that was moved may stand for an older commit now, and is the newest all the same.
    return before.commit if is_older and recorded.version != template.newest else template.newest
