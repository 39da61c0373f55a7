"""The words of a request: what its title, commit and text are made from, and its mark."""

from dataclasses import replace
from pathlib import PurePosixPath

from modelyard.fleet import merging, pr_body, pr_section, request_templates
from modelyard.fleet.commits import Made
from modelyard.fleet.context import Context
from modelyard.fleet.merge_project import Workspace
from modelyard.fleet.model import Member, Observation
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.request_templates import Values
from modelyard.update.result import UpdateResult


def values(context: Context, member: Member, seen: Observation, work: Workspace) -> Values:
    """Return what can stand in the words of a request."""
    step, names = work.plan.step, (member.repository.name, member.within)
    template = PurePosixPath(step.after.source.rstrip("/")).name.removesuffix(".git")
    verb = "Back" if _goes_back(context, work.plan.result) else "Update"
    return Values(work.plan.result.after, seen.version, template, step.title, *names, verb)


def message(context: Context, member: Member, seen: Observation, work: Workspace) -> str:
    """Return the message of the commit."""
    words, bot = context.fleet.request, context.fleet.bot
    found = values(context, member, seen, work)
    return request_templates.commit(words.commit, found, bot.name, bot.email)


def _goes_back(context: Context, update: UpdateResult) -> bool:
    return context.template.tags.is_older(update.after, update.before)


def title_and_body(
    context: Context,
    member: Member,
    seen: Observation,
    work: Workspace,
    made: Made,
    waits: bool,
    held: bool,
    no_drafts: bool,
) -> tuple[str, str]:
    """Return title and body of a request, with the mark that it needs in later runs.

    Args:
        context: The fleet.
        member: The member.
        seen: What was found there; with the request as it is, whose words by people are kept.
        work: Its merge.
        made: What is pushed.
        waits: It waits for CI.
        held: It is blocked by a label and a status, in place of being a draft.
        no_drafts: The forge has no drafts in this repo.
    """
    update = work.plan.result
    undecided = tuple(one for one in update.conflicts if one.path in made.conflicts)
    update = replace(update, conflicts=undecided)
    words, found = context.fleet.request, values(context, member, seen, work)
    back = _goes_back(context, update)
    usual = request_templates.title(request_templates.TITLE, found)
    title = request_templates.title(words.title, found)
    title, wrote = pr_section.title(seen.request, title, usual)
    metadata = replace(
        _metadata(context, member, seen, work, made),
        waits_for_ci=waits,
        held=held,
        no_drafts=no_drafts,
        title=wrote,
    )
    metadata = merging.marked(context, seen, metadata, update)
    before, after = seen.version, context.version
    span = (after, before) if back else (before, after)
    if span not in context.notes:
        context.notes[span] = pr_body.release_notes(context.template.folder, *span)
    notes = context.notes[span]
    mark = context.judge.line(member.repository.name, seen.branch, metadata)
    own = request_templates.text(words.body, found)
    around = pr_section.kept(seen.request)
    longest = max(pr_body.LONGEST - around.size, 0)
    told = (waits, member, held, own, longest, back, work.joined or ())
    body = pr_body.body(update, notes, mark, seen.branch, *told)
    return title, pr_section.composed(body, around)


def _metadata(
    context: Context, member: Member, seen: Observation, work: Workspace, made: Made
) -> Metadata:
    """Return what a request is, for its mark, apart from how it stands on the forge."""
    return Metadata(
        context.version,
        seen.version,
        work.repo.head,
        made.commit,
        seen.wave,
        made.conflicts,
        target=member.goes_into,
        projects=work.projects,
        merge=made.merge,
        reach=seen.reach,
        joined=_joined_paths(work),
        stopped=seen.stopped,
        reviewers=tuple(made.people.reviewers),
        assignees=tuple(made.people.assignees),
    )


def _joined_paths(work: Workspace) -> tuple[str, ...] | None:
    """Return the answers files of the projects in a joint request, for its mark."""
    if work.joined is None:
        return None
    return tuple(one.member.answers_file for one in work.joined if one.is_in)
