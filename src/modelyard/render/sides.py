"""Renders the recorded and the wanted version of a repo."""

from dataclasses import replace

from modelyard.errors import BadAnswer, BadTemplate
from modelyard.gitrepo.history import last_change
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render import timed_lines
from modelyard.render.clock import Instant
from modelyard.render.paths import not_refused
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template import config
from modelyard.template.source import Version
from modelyard.template.step import Step


def renders(repo: Repo, scratch: Scratch, step: Step) -> tuple[Rendered, Rendered, list[Notice]]:
    """Render the recorded and the wanted version, and return warnings about the answers.

    Raises:
        BadAnswer: A recorded answer is no longer valid, or one is missing.
        BadTemplate: A version does not render.
    """
    settings = config.read(step.before)
    hidden = {name: v for name, v in step.given.items() if name in settings.secrets}
    common = RenderRequest(
        step.recorded.values,
        answers_path=step.recorded.path,
        folder=repo.name,
        files=_external(repo, scratch, step),
        trusted=step.trusted,
        operation="update",
    )
    # What the new version leaves out counts as never shipped, so it is not deleted from a repo.
    old = replace(common, given=hidden, exclude=config.read(step.after).exclude)
    new = replace(common, given=step.given, destination=repo.project)
    base, theirs = _at_one_instant(repo, scratch, step, old, new)
    for version, rendered in ((step.before, base), (step.after, theirs)):
        _refuse(version, rendered, step)
    notices = [
        Notice(step.recorded.path, NoticeReason.UNKNOWN_ANSWER, name)
        for name in sorted(step.recorded.values.keys() - settings.questions)
    ]
    return base, theirs, notices


def _at_one_instant(
    repo: Repo, scratch: Scratch, step: Step, old: RenderRequest, new: RenderRequest
) -> tuple[Rendered, Rendered]:
    """Render both versions so that nothing differs by the clock or by chance.

    Where the recorded version asks for the time, it was that of the record for the repo; a new
    version that begins to ask is told today's.
    """
    instant = Instant()

    def both(at: Instant) -> tuple[Rendered, Rendered]:
        return _base(step, replace(old, instant=at)), render(step.after, replace(new, instant=at))

    base, theirs = both(instant)
    if not base.timed:
        return base, theirs
    instant = instant.at(last_change(repo, step.recorded.path) or instant.seconds)
    base, theirs = both(instant)
    another = _base(step, replace(old, instant=instant.another))

    def ours(path: str) -> bytes | None:
        file = repo.tree.get(path)
        return scratch.read(file.oid) if file and file.mode in {PLAIN, EXECUTABLE} else None

    return timed_lines.as_in_repo(base, another, theirs, ours)


def _base(step: Step, wanted: RenderRequest) -> Rendered:
    try:
        return render(step.before, wanted)
    except BadTemplate as error:
        raise BadTemplate(
            f"the version that this repo is on does not render any more: {error.message}",
            "repair that version in the template, under a tag, and name the tag as _commit in "
            f"{step.recorded.path}",
        ) from None


def _refuse(version: Version, rendered: Rendered, step: Step) -> None:
    refused = {k: words for k, words in rendered.refused.items() if k not in step.given}
    if refused:
        name, words = sorted(refused.items())[0]
        raise BadAnswer(
            f"{step.recorded.path} answers {name} with {step.recorded.values[name]!r}, "
            f"which {version.name} does not take: {words}",
            f"modelyard update --data {name}=…",
        )


def _external(repo: Repo, scratch: Scratch, step: Step) -> dict[str, bytes]:
    paths = {path for v in (step.before, step.after) for path in config.read(v).external}
    there = not_refused(paths & repo.tree.keys())
    return {path: scratch.read(repo.tree[path].oid) for path in there}
