"""What one repo of the fleet is found to be: settings, forge and git's server, then a merge."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from modelyard.check.deviations import deviations
from modelyard.check.kept import KeptEntry
from modelyard.errors import Unreachable
from modelyard.fleet import (
    asked,
    codeowners,
    joined,
    joint_requests,
    marks,
    merge_project,
    merging,
    others,
    owners,
    projects,
)
from modelyard.fleet.asked import Asked
from modelyard.fleet.context import Context
from modelyard.fleet.marks import Doubt, FleetRequest
from modelyard.fleet.merge_project import Workspace
from modelyard.fleet.model import Member, Observation
from modelyard.fleet.options import Mode
from modelyard.fleet.states import RepoState, Trait
from modelyard.forges.forge import Checks, PullRequestState, Remote, Repository
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.redaction import without_login
from modelyard.render.sides import renders

_OPEN = PullRequestState.OPEN


def ask_forge(context: Context, member: Member, mode: Mode, known: Asked | None) -> Observation:
    """Tell of a member what settings, forge and git's server say; nothing is cloned.

    Args:
        context: The fleet.
        member: The member.
        mode: How much is asked for.
        known: What was asked of its repo; None where the repo is left out.
    """
    repository, branch = member.repository, f"{context.branch}{member.suffix}"
    seen = Observation(member.name, member.wave, RepoState.UNKNOWN, context.version, branch=branch)
    seen = replace(seen, reach=member.reach, repository=repository.name, joined=member.joined)
    names = (repository.name, member.name)
    exempt = next(filter(None, (context.fleet.exemption(n, context.today) for n in names)), None)
    if repository.problem:
        state = RepoState.FAILED if repository.unreadable else RepoState.PROBLEM
        seen = replace(seen, state=state, detail=repository.problem)
        is_judged = state is RepoState.PROBLEM and not exempt and mode is not Mode.ROLLOUT
        return _with_requests(context, member, seen) if is_judged else seen
    if exempt or known is None:
        detail = f"{exempt.reason}, until {exempt.until}" if exempt else ""
        return replace(seen, state=RepoState.EXEMPT, detail=detail)
    seen = replace(seen, address=without_login(known.remote.url))
    which = (member.suffix, member.suffixes, member.first, member.joined)
    judged = marks.of_member(known.told.judged, *which)
    requests = tuple(one for one in judged if one.is_fleets)
    seen = replace(
        seen,
        request=joint_requests.request_of(member, known.told.judged, context.version),
        requests=requests,
        doubted=marks.told(judged, branch),
        somebodys=_somebodys(judged, branch),
        in_use=known.in_use,
        tips=known.tips.branches,
        head=known.tip(member.target),
        tip=known.tips.branches.get(branch, ""),
        merges=merging.is_on(context),
    )
    seen = _in_its_wave(_read(context, repository, seen, mode, known))
    return replace(seen, state=_behind_by(seen, RepoState.UNKNOWN))


def _with_requests(context: Context, member: Member, seen: Observation) -> Observation:
    """Return what is seen of a repo that nobody can work on, with the requests that it has.

    Where it is in a wave that was opened, that wave is judged with it.
    """
    try:
        told = member.told or asked.requests(context, member.repository)
    except Unreachable:
        # What is switched off there, or lost, cannot be asked for either.
        return seen
    requests = tuple(one for one in told.judged if one.is_fleets)
    request = joint_requests.request_of(member, requests, context.version)
    return _in_its_wave(replace(seen, requests=requests, request=request))


def _in_its_wave(seen: Observation) -> Observation:
    """Put a repo in the wave that its request was opened in, whatever the settings say by now."""
    known = seen.metadata
    return replace(seen, wave=known.wave, reach=known.reach) if known and known.wave else seen


def _read(
    context: Context, repository: Repository, seen: Observation, mode: Mode, known: Asked
) -> Observation:
    """Ask what CI says; who only looks sees all else where that cannot be read."""
    try:
        return _checked(context, repository, seen, mode, known)
    except Unreachable as error:
        if mode is Mode.ROLLOUT:
            raise
        return replace(seen, unread=error.message, detail=f"CI cannot be read: {error.message}")


def _checked(
    context: Context, repository: Repository, seen: Observation, mode: Mode, known: Asked
) -> Observation:
    """Ask what CI says, where somebody wants to see it or a draft waits for it."""
    request = seen.open_request
    if merging.is_taken_back(seen):
        seen = replace(seen, detail=merging.TAKEN_BACK)
    if mode is Mode.STATUS and seen.request and seen.request.state is PullRequestState.MERGED:
        said = context.forge.branch_checks(repository, seen.request.target)
        return replace(seen, branch_checks=said)
    may_merge = seen.metadata is not None and seen.metadata.merges
    if not request or not (mode is Mode.STATUS or seen.waits_for_ci or may_merge):
        return seen
    checks = known.told.checks.get(request.url)
    if checks is None:
        checks = context.forge.checks(repository, request)
    over = request.opened + timedelta(minutes=context.fleet.request.no_ci_minutes)
    unchecked = checks is Checks.NONE and datetime.now(UTC) >= over
    detail = "CI fails" if seen.waits_for_ci and checks is Checks.FAILURE else seen.detail
    return replace(seen, checks=checks, unchecked=unchecked, detail=detail)


def _behind_by(seen: Observation, otherwise: RepoState) -> RepoState:
    return RepoState.behind(seen.request, otherwise, seen.waits_for_ci)


def _somebodys(judged: Sequence[FleetRequest], branch: str) -> str:
    """Return the open request from a branch of this repo that is not the fleet's, or ""."""
    for one in judged:
        if one.doubt is Doubt.OTHER_ACCOUNT and (one.state, one.branch) == (_OPEN, branch):
            return one.url
    return ""


@contextmanager
def merged(
    context: Context, member: Member, seen: Observation, known: Asked | None, mode: Mode
) -> Iterator[tuple[Observation, Workspace | None]]:
    """Clone a repo and merge a member with the wanted version; nothing is written to it.

    Args:
        context: The fleet.
        member: The member.
        seen: What `ask_forge` found.
        known: What was asked of its repo; None where the repo is left out.
        mode: How much is asked for.
    """
    if known is None or Trait.LEFT_OUT in seen.state.traits:
        yield seen, None
        return
    remote = known.remote
    repo = asked.cloned(context, known, member.target)
    with Scratch(repo) as scratch:
        seen, work = _merged(context, member, seen, remote, repo, scratch, mode)
        if mode is not Mode.ROLLOUT:
            seen = replace(seen, left_open=others.look(context, member, seen))
        if work and mode is Mode.STATUS:
            edited, kept = _deviations(context, work)
            seen = replace(seen, behind=_behind(context, seen), edited=edited, kept=kept)
        yield seen, work


def _merged(
    context: Context,
    member: Member,
    seen: Observation,
    remote: Remote,
    repo: Repo,
    scratch: Scratch,
    mode: Mode,
) -> tuple[Observation, Workspace | None]:
    if mode is Mode.STATUS:
        seen = replace(seen, owner=owners.of(repo.tree, scratch.read))
    merge = joined.merge if member.joined else merge_project.merge
    seen, work = merge(context, member, seen, remote, repo, scratch, mode)
    if work is None:
        return seen, None
    if not (member.joined or context.fleet.repos.answers_file(member.repository.name)):
        work = replace(work, projects=projects.paths(context, repo))
    kind = context.fleet.forge.kind
    work = replace(work, codeowners=codeowners.text(repo.tree, scratch.read, kind))
    seen = replace(seen, tip_is_bots=_tip_is_bots(context, seen, work))
    if seen.open_request and not seen.tip_is_bots and seen.state is not RepoState.CURRENT:
        seen = replace(seen, state=RepoState.WORKED_ON)
    return seen, work


def _tip_is_bots(context: Context, seen: Observation, work: Workspace) -> bool:
    """Tell whether the branch is what the bot pushed, to its last commit, where that matters.

    Where no request says so, a run may have been cut off between the push and the request: then
    the commit says who made it. One of the bot's with two parents is on top of somebody's.
    """
    matters = seen.state is not RepoState.CURRENT and (seen.open_request or not seen.request)
    if not seen.tip or not matters:
        return True
    known = [one.metadata for one in seen.requests if one.branch == seen.branch]
    for one in known:
        if one and one.head == seen.tip:
            return not one.merge
    return others.is_bots(context, work.remote, work.repo.folder, seen.tip)


def _deviations(context: Context, work: Workspace) -> tuple[tuple[str, ...], tuple[KeptEntry, ...]]:
    """Return the standard files that somebody changed, and what is kept so on purpose."""
    edited: list[str] = []
    kept: list[KeptEntry] = []
    for part in work.parts or (work,):
        step, prefix = part.plan.step, part.repo.prefix
        base, _, _ = renders(part.repo, part.scratch, step)
        found = deviations(part.repo, part.scratch, base, step, context.template.tags)
        edited += [prefix + path for path in found.unexplained]
        kept += [replace(one, path=prefix + one.path) for one in found.kept]
    return tuple(edited), tuple(kept)


def _behind(context: Context, seen: Observation) -> int:
    """Count releases; a repo whose render would not change is not behind."""
    tags = context.template.tags
    on, wanted = (tags.release_of(name) for name in (seen.version, context.version))
    if seen.state is RepoState.CURRENT or on is None or wanted is None:
        return 0
    return tags.count(seen.version, context.version)
