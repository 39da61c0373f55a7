"""Carries out what was decided in one repo: a branch, a commit, a request, each where it is due.

A run that was killed is continued by the next one, on this machine or another: nothing is lost,
and nothing is done twice.
"""

from dataclasses import replace
from pathlib import PurePosixPath

from modelyard.fleet import (
    clones,
    pr_body,
    pr_metadata,
    request_templates,
    signed_commits,
    verify,
)
from modelyard.fleet.config import Ready
from modelyard.fleet.context import Context
from modelyard.fleet.decide import Row
from modelyard.fleet.model import Action, Member, Observation, Outcome, Result
from modelyard.fleet.observe import Workspace
from modelyard.fleet.request_templates import Values
from modelyard.fleet.signed_commits import Sign
from modelyard.fleet.verify import Verification
from modelyard.forges.forge import PullRequest, PullRequestState, Repository
from modelyard.gitrepo import git, lfs
from modelyard.gitrepo.repo import Repo
from modelyard.merged import Merged
from modelyard.update.apply import commit_tree, new_objects


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
    if row.action in {Action.OPEN, Action.UPDATE} and work:
        return _propose(context, member, seen, done, work, verify_with)
    if row.action is Action.LEAVE:
        return replace(done, outcome=Outcome.LEFT_ALONE)
    if row.action is Action.MAKE_READY and seen.request:
        return _make_ready(context, member.repository, seen, seen.request, done)
    if row.action is Action.CLOSE_OTHERS:
        _close_others(context, member.repository, seen, None)
    if row.action is Action.WAIT:
        _close_others(context, member.repository, seen, seen.request)
        return replace(done, outcome=Outcome.WAITS)
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
    values = _values(member, seen, work)
    commit = _commit(context, work, values)
    problem = verify.run(work.repo, commit, verify_with) if verify_with else ""
    if problem:
        return replace(done, outcome=Outcome.FAILED, detail=f"--verify: {problem}")
    commit = _signed(context, repository, seen, work, commit)
    request: PullRequest | None = seen.request
    waits = _is_to_wait(context, seen, work)
    draft = waits or work.plan.merged.conflicts != () or _is_persons_draft(seen)
    if request and draft and not request.draft:
        # Before the push: what a person has to decide must not be mergeable for a moment.
        title, body = request.title, request.body
        request = context.forge.edit(repository, request, title=title, body=body, draft=True)
    pushed = commit == seen.tip or clones.push(
        work.remote, work.repo.folder, commit, seen.branch, seen.tip
    )
    if not pushed:
        detail = "somebody else pushed to the branch just now"
        return replace(done, outcome=Outcome.LEFT_ALONE, detail=detail)
    hold = _has_no_drafts(seen)
    held = draft and (request.held if request else hold)
    title, body = _text(context, member, seen, work, commit, waits, held, hold or held)
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
        title, body = _text(context, member, seen, work, commit, waits, True, True)
        request = context.forge.edit(repository, request, title=title, body=body, draft=draft)
    _close_others(context, repository, seen, request)
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
    context: Context, repository: Repository, seen: Observation, request: PullRequest, done: Result
) -> Result:
    """Offer a request to its reviewers; its text says from then on that it does not wait."""
    if seen.metadata:
        request = replace(request, held=seen.metadata.held)
        metadata = replace(seen.metadata, waits_for_ci=False, held=False)
        mark = context.judge.line(repository.name, seen.branch, metadata)
        body = pr_metadata.replaced(request.body, mark)
        context.forge.edit(repository, request, title=request.title, body=body, draft=False)
    _close_others(context, repository, seen, request)
    return replace(done, outcome=Outcome.MADE_READY)


def _values(member: Member, seen: Observation, work: Workspace) -> Values:
    """Return what can stand in the words of a request."""
    step, names = work.plan.step, (member.repository.name, member.within)
    template = PurePosixPath(step.after.source.rstrip("/")).name.removesuffix(".git")
    return Values(work.plan.result.after, seen.version, template, step.title, *names)


def _commit(context: Context, work: Workspace, values: Values) -> str:
    """Make the commit; the same merge is the same commit, whoever makes it."""
    bot = context.fleet.bot
    merged = _without_markers(work.repo, work.plan.merged)
    lfs.refuse_unsent(work.scratch, new_objects(work.repo, merged))
    template, who = context.fleet.request.commit, bot.identity_as_of(work.repo)
    message = request_templates.commit(template, values, bot.name, bot.email)
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


def _text(
    context: Context,
    member: Member,
    seen: Observation,
    work: Workspace,
    commit: str,
    waits: bool,
    held: bool,
    no_drafts: bool,
) -> tuple[str, str]:
    """Return title and body of the request."""
    update, before, after = work.plan.result, seen.version, context.version
    metadata = pr_metadata.Metadata(
        after,
        before,
        work.repo.head,
        commit,
        seen.wave,
        seen.conflicts,
        waits,
        member.goes_into,
        work.projects,
        held,
        no_drafts,
    )
    notes = pr_body.release_notes(context.template.folder, before, after)
    mark = context.judge.line(member.repository.name, seen.branch, metadata)
    words, values = context.fleet.request, _values(member, seen, work)
    own = request_templates.text(words.body, values)
    body = pr_body.body(update, notes, mark, seen.branch, waits, member, held, own)
    return request_templates.title(words.title, values), body


def _close_others(
    context: Context, repository: Repository, seen: Observation, by: PullRequest | None
) -> None:
    """Close open requests of the fleet for other versions, never one that it did not write."""
    for one in seen.requests:
        if one.state is PullRequestState.OPEN and one.marked and one.branch != seen.branch:
            comment = pr_body.superseded(by.url) if by else pr_body.not_needed(seen.version)
            context.forge.close(repository, one, comment)
