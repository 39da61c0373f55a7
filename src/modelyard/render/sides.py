"""Renders the recorded and the wanted version of a repo."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from modelyard.errors import BadTemplate
from modelyard.gitrepo.history import last_change
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render import kept_record, timed_lines, told, unanswered
from modelyard.render.clock import Instant
from modelyard.render.given_secrets import rendered_base
from modelyard.render.paths import not_refused
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template import config
from modelyard.template.step import Step


@dataclass(frozen=True)
class _Both:
    """Both renders, the answers that were given for the second, and what is to be told."""

    base: Rendered
    theirs: Rendered
    given: Mapping[str, Any]
    notices: tuple[Notice, ...]


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
    moves = step.answers_path != step.recorded.path and step.answers_path not in repo.tree
    place = step.answers_path if moves else step.recorded.path
    new = replace(common, answers_path=place, destination=repo.project, before=step.before)
    both = _at_one_instant(repo, scratch, step, old, new)
    now = scratch.read(repo.tree[step.recorded.path].oid)
    theirs, kept = kept_record.kept(both.theirs, step.after, now)
    notices = [
        *told.of_identity(step),
        *both.notices,
        *told.of_answers(step, both.base, theirs, both.given),
        *kept,
    ]
    if moves:
        notices.append(Notice(step.recorded.path, NoticeReason.RECORD_MOVED, place))
    return both.base, theirs, notices


def _at_one_instant(
    repo: Repo, scratch: Scratch, step: Step, old: RenderRequest, new: RenderRequest
) -> _Both:
    """Render both versions so that nothing differs by the clock or by chance.

    Where the recorded version asks for the time, it was that of the record for the repo; a new
    version that begins to ask is told today's.
    """

    def both_at(at: Instant) -> _Both:
        base, notices = _base(repo, scratch, step, replace(old, instant=at))
        unanswered.refuse(step.before, base, step)
        theirs, given = _theirs(step, base, replace(new, instant=at))
        return _Both(base, theirs, given, notices)

    instant = Instant()
    both = both_at(instant)
    if not both.base.timed:
        return both
    instant = instant.at(last_change(repo, step.recorded.path) or instant.seconds)
    both = both_at(instant)
    another, _ = _base(repo, scratch, step, replace(old, instant=instant.another))

    def ours(path: str) -> bytes | None:
        file = repo.tree.get(path)
        return scratch.read(file.oid) if file and file.mode in {PLAIN, EXECUTABLE} else None

    base, theirs = timed_lines.as_in_repo(both.base, another, both.theirs, ours)
    return replace(both, base=base, theirs=theirs)


def _theirs(
    step: Step, base: Rendered, wanted: RenderRequest
) -> tuple[Rendered, Mapping[str, Any]]:
    """Render the wanted version, and return it with the answers that were given for it."""
    known = config.read(step.after).questions - step.recorded.values.keys()
    given = {**{name: v for name, v in step.usual.items() if name in known}, **step.given}
    with unanswered.all_named(step, given):
        theirs = render(step.after, replace(wanted, given=given))
        if again := {name: step.usual[name] for name in theirs.refused.keys() & step.usual.keys()}:
            given = {**again, **given}
            theirs = render(step.after, replace(wanted, given=given))
    unanswered.refuse(
        step.after,
        theirs,
        step,
        lambda more: render(step.after, replace(wanted, given={**given, **more})),
    )
    with unanswered.all_named(step, given):
        if judged := unanswered.to_judge(step, base, theirs):
            render(step.after, replace(wanted, given={**judged, **given}))
    return theirs, given


def _base(
    repo: Repo, scratch: Scratch, step: Step, wanted: RenderRequest
) -> tuple[Rendered, tuple[Notice, ...]]:
    try:
        base, notices = rendered_base(repo, scratch, step, wanted)
        if base.refused:
            # The repo is what it was rendered from, with whatever answers are on record.
            unchecked = replace(wanted, unchecked=True)
            base, notices = rendered_base(repo, scratch, step, unchecked)
        return base, notices
    except BadTemplate as error:
        raise BadTemplate(
            f"the version that this repo is on does not render any more: {error.message}",
            "repair that version in the template, under a tag, and name the tag as _commit in "
            f"{step.recorded.path}",
        ) from None


def _external(repo: Repo, scratch: Scratch, step: Step) -> dict[str, bytes]:
    paths = {path for v in (step.before, step.after) for path in config.read(v).external}
    there = not_refused(paths & repo.tree.keys())
    return {path: scratch.read(repo.tree[path].oid) for path in there}
