"""Carries out what was decided in one repo: a branch, a commit, a request, each where it is due.

A run that was killed is continued by the next one, on this machine or another: nothing is lost,
and nothing is done twice.
"""

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from modelyard.fleet import (
    clones,
    on_top,
    others,
    pr_body,
    pr_metadata,
    pr_section,
    request_templates,
    reviewers,
    signed_commits,
    verify,
)
from modelyard.fleet.config import Ready
from modelyard.fleet.context import Context
from modelyard.fleet.decide import Row
from modelyard.fleet.merge_project import Workspace
from modelyard.fleet.model import Action, Member, Observation, Outcome, Result
from modelyard.fleet.request_templates import Values
from modelyard.fleet.signed_commits import Sign
from modelyard.fleet.verify import Verification
from modelyard.forges.edits import EditedMeanwhile
from modelyard.forges.forge import PullRequest, Repository
from modelyard.forges.people import People
from modelyard.gitrepo import git, lfs
from modelyard.gitrepo.repo import Repo
from modelyard.merged import Merged
from modelyard.update.apply import commit_tree, new_objects
from modelyard.update.result import UpdateResult


def carry_out(
    context: Context,
    member: Member,
    seen: Observation,
    row: Row,
    work: Workspace | None,
    verify_with: Verification | None,
) -> Result:
    """Do what a row of the table says.

    Args:
        context: The fleet.
        member: The repo.
        seen: What was found there.
        row: The row that fits it.
        work: The repo, merged, where it was.
        verify_with: What must succeed before anything is pushed.
    """
    done = Result.of(seen, row.action, detail=row.detail)
    try:
        done = _acted(context, member, seen, done, work, verify_with)
    except EditedMeanwhile as error:
        # What they wrote is in the next text; a branch that is pushed already waits for it.
        detail = f"{error.message}; the next run goes on"
        return replace(done, outcome=Outcome.LEFT_ALONE, detail=detail)
    if problem := others.delete_branches(context, member.repository, seen):
        done = _told(done, problem)
    return done


def _told(done: Result, more: str) -> Result:
    """Return a result that says something more."""
    return replace(done, detail="; ".join(filter(None, (done.detail, more))))


def _acted(
    context: Context,
    member: Member,
    seen: Observation,
    done: Result,
    work: Workspace | None,
    verify_with: Verification | None,
) -> Result:
    action = done.action
    if action in {Action.OPEN, Action.UPDATE, Action.BUILD_ON} and work:
        return _propose(context, member, seen, done, work, verify_with)
    if action is Action.LEAVE:
        return replace(done, outcome=Outcome.LEFT_ALONE)
    if action is Action.MAKE_READY and seen.request:
        return _make_ready(context, member, seen, seen.request, done)
    if action is Action.CLOSE_OTHERS:
        return _close_others(context, member, seen, None, done)
    if action is Action.WAIT:
        done = replace(done, outcome=Outcome.WAITS)
        if seen.request and seen.metadata and reviewers.is_due(seen):
            held = replace(seen.request, held=seen.metadata.held)
            _, told = reviewers.ask_and_note(context, member, held, seen.metadata)
            done = _told(done, told)
        return _close_others(context, member, seen, seen.request, done)
    return done


def _propose(
    context: Context,
    member: Member,
    seen: Observation,
    done: Result,
    work: Workspace,
    verify_with: Verification | None,
) -> Result:
    """Push the merge, and open or edit its request."""
    repository = member.repository
    made = _made(context, member, seen, done, work)
    if not made.commit:
        return replace(done, outcome=Outcome.LEFT_ALONE, detail=f"{done.detail}: {made.problem}")
    problem = verify.run(work.repo, made.commit, verify_with) if verify_with else ""
    if problem:
        return replace(done, outcome=Outcome.FAILED, detail=f"--verify: {problem}")
    if not made.merge:
        made = replace(made, commit=_signed(context, repository, seen, work, made.commit))
    done = replace(done, conflicts=made.conflicts)
    request: PullRequest | None = seen.request
    waits = _is_to_wait(context, seen, work)
    draft = waits or made.conflicts != () or _is_persons_draft(seen)
    if made.merge and request:
        # Whoever works there decides that; a conflict that was not there is for them to see.
        known = seen.metadata.conflicts if seen.metadata else ()
        draft = request.draft or not set(made.conflicts) <= set(known)
    if request and draft and not request.draft:
        # Before the push: what a person has to decide must not be mergeable for a moment.
        title, body = request.title, request.body
        request = context.forge.edit(repository, request, title=title, body=body, draft=True)
    pushed = made.commit == seen.tip or clones.push(
        work.remote, work.repo.folder, made.commit, seen.branch, seen.tip
    )
    if not pushed:
        detail = "somebody else pushed to the branch just now"
        return replace(done, outcome=Outcome.LEFT_ALONE, detail=detail)
    found = reviewers.find(context, seen, work)
    made, done = replace(made, people=found.people), _told(done, found.told)
    hold = _has_no_drafts(seen)
    held = draft and (request.held if request else hold)
    title, body = _text(context, member, seen, work, made, waits, held, hold or held)
    if request:
        request = context.forge.edit(repository, request, title=title, body=body, draft=draft)
    else:
        label = context.fleet.request.label
        into, words = member.target, (title, body)
        request = context.forge.open(
            repository, seen.branch, *words, draft=draft, label=label, target=into, hold=hold
        )
        if not context.judge.is_own(request):
            detail = f"{request.url} was opened from its branch by {request.author}"
            return replace(done, outcome=Outcome.LEFT_ALONE, detail=detail)
    if request.held and not held:
        # Only now is it known: its text says so, and its mark for the next release.
        title, body = _text(context, member, seen, work, made, waits, True, True)
        request = context.forge.edit(repository, request, title=title, body=body, draft=draft)
    written = pr_metadata.find(body)
    if written and not waits:
        request, told = reviewers.ask_and_note(context, member, request, written.metadata)
        done = _told(done, told)
    done = _close_others(context, member, seen, request, done)
    outcome = Outcome.UPDATED if seen.request else Outcome.OPENED
    return replace(done, outcome=outcome, url=request.url)


def _has_no_drafts(seen: Observation) -> bool:
    """Tell whether an earlier request there found that the forge has none in this repo."""
    return any(one.metadata and one.metadata.no_drafts for one in seen.requests)


@dataclass(frozen=True)
class _Made:
    """What is pushed, and what is left to decide there.

    Attributes:
        commit: The commit; "" where there can be none.
        conflicts: Files that a person has to decide.
        merge: The bot's own merge, where the commit puts it on top of somebody's commits.
        problem: Why there is none.
        people: Who is to be asked for a review, and whom the request is assigned to.
    """

    commit: str
    conflicts: tuple[str, ...]
    merge: str = ""
    problem: str = ""
    people: People = field(default_factory=People)


def _made(
    context: Context, member: Member, seen: Observation, done: Result, work: Workspace
) -> _Made:
    """Make what is pushed: the merge, or one on top of what somebody has committed there."""
    bot = context.fleet.bot
    message = _message(context, member, seen, work)
    merge = _commit(context, work, message)
    if done.action is not Action.BUILD_ON or seen.metadata is None:
        return _Made(merge, seen.conflicts)
    if bot.sign is Sign.API:
        return _Made("", seen.conflicts, problem="GitHub's API, which signs, puts none on top")
    ends = {"base": seen.metadata.last_merge, "tip": seen.tip, "merge": merge}
    found = on_top.put(work.remote, work.repo, bot, **ends, message=message)
    # Who has changed a file there has decided it.
    left = tuple(path for path in seen.conflicts if path not in found.touched)
    return _Made(found.commit, left, merge, found.problem)


def _is_to_wait(context: Context, seen: Observation, work: Workspace) -> bool:
    """Tell whether the request is to be a draft until CI is green; not once it was ready."""
    asked = context.fleet.request.ready is Ready.GREEN and context.forge.has_ci
    was_ready = seen.request is not None and not seen.request.draft
    in_conflict = work.plan.merged.conflicts != ()
    return asked and not (in_conflict or was_ready or _is_persons_draft(seen))


def _is_persons_draft(seen: Observation) -> bool:
    """Tell whether a person made the open request a draft: the bot's have a reason on record."""
    known = seen.metadata
    of_bot = known is None or known.waits_for_ci or known.conflicts
    return seen.open_request is not None and seen.open_request.draft and not of_bot


def _make_ready(
    context: Context, member: Member, seen: Observation, request: PullRequest, done: Result
) -> Result:
    """Offer a request to its reviewers; its text says from then on that it does not wait."""
    repository = member.repository
    if seen.metadata:
        request = replace(request, held=seen.metadata.held)
        metadata, told = reviewers.ask(context, member, request, seen.metadata)
        done = _told(done, told)
        metadata = replace(metadata, waits_for_ci=False, held=False)
        mark = context.judge.line(repository.name, seen.branch, metadata)
        body = pr_metadata.replaced(request.body, mark)
        context.forge.edit(repository, request, title=request.title, body=body, draft=False)
    done = _close_others(context, member, seen, request, done)
    return replace(done, outcome=Outcome.MADE_READY)


def _values(context: Context, member: Member, seen: Observation, work: Workspace) -> Values:
    """Return what can stand in the words of a request."""
    step, names = work.plan.step, (member.repository.name, member.within)
    template = PurePosixPath(step.after.source.rstrip("/")).name.removesuffix(".git")
    verb = "Back" if _goes_back(context, work.plan.result) else "Update"
    return Values(work.plan.result.after, seen.version, template, step.title, *names, verb)


def _message(context: Context, member: Member, seen: Observation, work: Workspace) -> str:
    words, bot = context.fleet.request, context.fleet.bot
    values = _values(context, member, seen, work)
    return request_templates.commit(words.commit, values, bot.name, bot.email)


def _commit(context: Context, work: Workspace, message: str) -> str:
    """Make the commit; the same merge is the same commit, whoever makes it."""
    bot = context.fleet.bot
    merged = _without_markers(work.repo, work.plan.merged)
    lfs.refuse_unsent(work.scratch, new_objects(work.repo, merged))
    who = bot.identity_as_of(work.repo)
    if bot.sign is not Sign.GIT:
        return commit_tree(work.repo, work.scratch, merged, message, who)
    who |= signed_commits.environment()
    try:
        return commit_tree(work.repo, work.scratch, merged, message, who, sign=True)
    except git.GitError as error:
        raise signed_commits.not_signed(error) from None


def _signed(
    context: Context, repository: Repository, seen: Observation, work: Workspace, commit: str
) -> str:
    """Return the commit to push: signed where that is asked for, else as it is.

    A signature may be another one each time: the same merge on the branch stays as it is.
    """
    sign = context.fleet.bot.sign
    if sign is Sign.NO or commit == seen.tip:
        return commit
    if there := signed_commits.kept(work.remote, work.repo, seen.tip, commit):
        return there
    if sign is Sign.GIT:
        return commit
    aside = signed_commits.branch_for(context.fleet.request.branch, seen.branch)
    return signed_commits.by_api(context.forge, repository, work.repo, work.remote, commit, aside)


def _without_markers(repo: Repo, merged: Merged) -> Merged:
    """Leave files in conflict as they were: a request that can be merged has no markers in it."""
    undecided = {stage.path for stage in merged.stages} | {c.path for c in merged.conflicts}
    tree = {path: file for path, file in merged.tree.items() if path not in undecided}
    tree |= {path: file for path, file in repo.tree.items() if path in undecided}
    return replace(merged, tree=tree, conflicts=(), stages=())


def _goes_back(context: Context, update: UpdateResult) -> bool:
    return context.template.tags.is_older(update.after, update.before)


def _text(
    context: Context,
    member: Member,
    seen: Observation,
    work: Workspace,
    made: _Made,
    waits: bool,
    held: bool,
    no_drafts: bool,
) -> tuple[str, str]:
    """Return title and body of the request."""
    update, before, after = work.plan.result, seen.version, context.version
    undecided = tuple(one for one in update.conflicts if one.path in made.conflicts)
    update = replace(update, conflicts=undecided)
    words, values = context.fleet.request, _values(context, member, seen, work)
    back = _goes_back(context, update)
    usual = request_templates.title(request_templates.TITLE, values)
    title = request_templates.title(words.title, values)
    title, wrote = pr_section.title(seen.request, title, usual)
    metadata = pr_metadata.Metadata(
        after,
        before,
        work.repo.head,
        made.commit,
        seen.wave,
        made.conflicts,
        waits,
        member.goes_into,
        work.projects,
        held,
        no_drafts,
        merge=made.merge,
        title=wrote,
        reach=seen.reach,
        joined=_joined_paths(work),
        stopped=seen.stopped,
        reviewers=tuple(made.people.reviewers),
        assignees=tuple(made.people.assignees),
    )
    span = (after, before) if back else (before, after)
    if span not in context.notes:
        context.notes[span] = pr_body.release_notes(context.template.folder, *span)
    notes = context.notes[span]
    mark = context.judge.line(member.repository.name, seen.branch, metadata)
    own = request_templates.text(words.body, values)
    around = pr_section.kept(seen.request)
    longest = max(pr_body.LONGEST - around.size, 0)
    told = (waits, member, held, own, longest, back, work.joined or ())
    body = pr_body.body(update, notes, mark, seen.branch, *told)
    return title, pr_section.composed(body, around)


def _joined_paths(work: Workspace) -> tuple[str, ...] | None:
    """Return the answers files of the projects in a joint request, for its mark."""
    if work.joined is None:
        return None
    return tuple(one.member.answers_file for one in work.joined if one.is_in)


def _close_others(
    context: Context,
    member: Member,
    seen: Observation,
    by: PullRequest | None,
    done: Result,
) -> Result:
    return replace(done, left_open=others.close(context, member, seen, by))
