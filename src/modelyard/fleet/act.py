"""Carries out what was decided in one repo: a branch, a commit, a request, each where it is due.

A run that was killed is continued by the next one, on this machine or another: nothing is lost,
and nothing is done twice.
"""

from dataclasses import replace
from functools import partial

from modelyard.fleet import (
    clones,
    commits,
    merging,
    others,
    pr_metadata,
    pr_section,
    request_words,
    reviewers,
    verify,
)
from modelyard.fleet.config import Ready
from modelyard.fleet.context import Context
from modelyard.fleet.decide import Row
from modelyard.fleet.merge_project import Workspace
from modelyard.fleet.model import Member, Observation, Result
from modelyard.fleet.states import Action, Outcome, RepoState
from modelyard.fleet.verify import Verification
from modelyard.forges.edits import EditedMeanwhile
from modelyard.forges.forge import PullRequest

_NO_ROOM = "what somebody wrote into its text leaves no room for the fleet's part: shorten it"


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
    if seen.state is RepoState.EXEMPT:
        return merging.stop_exempt(context, member, done)
    if action in {Action.LEAVE, Action.BUILD_ON} and seen.open_request:
        # What somebody has worked on is not what the forge was asked to merge.
        merging.stop(context, member, seen.open_request)
    if action in {Action.OPEN, Action.UPDATE, Action.BUILD_ON} and work:
        return _propose(context, member, seen, done, work, verify_with)
    if action is Action.LEAVE:
        return replace(done, outcome=Outcome.LEFT_ALONE)
    if action is Action.MAKE_READY and seen.request:
        return _make_ready(context, member, seen, seen.request, done)
    if action is Action.MERGE and seen.request:
        done = merging.merge(context, member, seen.request, done)
        return _close_others(context, member, seen, seen.request, done)
    if action is Action.TAKE_BACK and seen.request:
        return merging.take_back(context, member, seen.request, done)
    if action is Action.CLOSE_OTHERS:
        return _close_others(context, member, seen, None, done)
    if action is Action.WAIT:
        done = replace(done, outcome=Outcome.WAITS)
        if seen.request and seen.metadata and reviewers.is_due(seen):
            held = replace(seen.request, held=seen.metadata.held)
            _, told = reviewers.ask_and_note(context, member, held, seen.metadata)
            done = _told(done, told)
        elif seen.open_request:
            merging.note_if_due(context, member, seen.open_request)
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
    message = request_words.message(context, member, seen, work)
    made = commits.make(context, seen, done.action, work, message)
    if not made.commit:
        return replace(done, outcome=Outcome.LEFT_ALONE, detail=f"{done.detail}: {made.problem}")
    problem = verify.run(work.repo, made.commit, verify_with) if verify_with else ""
    if problem:
        return replace(done, outcome=Outcome.FAILED, detail=f"--verify: {problem}")
    if not made.merge:
        made = replace(made, commit=commits.signed(context, repository, seen, work, made.commit))
    done = replace(done, conflicts=made.conflicts)
    request: PullRequest | None = seen.request
    waits = _is_to_wait(context, seen, work)
    draft = waits or made.conflicts != () or _is_persons_draft(seen)
    if made.merge and request:
        # Whoever works there decides that; a conflict that was not there is for them to see.
        known = seen.metadata.conflicts if seen.metadata else ()
        draft = request.draft or not set(made.conflicts) <= set(known)
        waits = False
    if seen.request:
        request = merging.stop_before_push(context, member, seen.request)
    if request and draft and not request.draft:
        # Before the push: what a person has to decide must not be mergeable for a moment.
        title, body = request.title, request.body
        request = context.forge.edit(repository, request, title=title, body=body, draft=True)
    pushed = made.commit == seen.tip or clones.push(
        work.remote, work.repo.folder, made.commit, seen.branch, seen.tip
    )
    if not pushed:
        detail = (
            "another run, or somebody else, pushed to the branch just now; the next run goes on"
        )
        return replace(done, outcome=Outcome.LEFT_ALONE, detail=detail)
    if seen.request:
        merging.stop_after_push(context, member, seen.request)
    found = reviewers.find(context, seen, work)
    made, done = replace(made, people=found.people), _told(done, found.told)
    hold = _has_no_drafts(seen)
    held = draft and (request.held if request else hold)
    title, body = request_words.title_and_body(
        context, member, seen, work, made, waits, held, hold or held
    )
    if request and len(body) > context.forge.longest_text:
        body, done = request.body, _told(done, _NO_ROOM)
    if request:
        request = context.forge.edit(repository, request, title=title, body=body, draft=draft)
    else:
        label = context.fleet.request.label
        into, words = member.target, (title, body)
        how = partial(context.forge.open, draft=draft, hold=hold, head=made.commit)
        request = how(repository, seen.branch, *words, label=label, target=into)
        if not context.judge.is_own(request):
            detail = f"{request.url} was opened from its branch by {request.author}"
            return replace(done, outcome=Outcome.LEFT_ALONE, detail=detail)
    if request.held and not held:
        # Only now is it known: its text says so, and its mark for the next release.
        title, body = request_words.title_and_body(
            context, member, seen, work, made, waits, True, True
        )
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
        body = pr_section.with_mark(request, mark, context.forge.longest_text)
        context.forge.edit(repository, request, title=request.title, body=body, draft=False)
    done = _close_others(context, member, seen, request, done)
    return replace(done, outcome=Outcome.MADE_READY)


def _close_others(
    context: Context,
    member: Member,
    seen: Observation,
    by: PullRequest | None,
    done: Result,
) -> Result:
    return replace(done, left_open=others.close(context, member, seen, by))
