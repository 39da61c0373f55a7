"""What one repo of the fleet is found to be: settings, forge and git's server, then a merge."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from modelyard.check.deviations import deviations
from modelyard.check.kept import KeptEntry
from modelyard.errors import BadAnswer, DiskFull, ModelyardError
from modelyard.fleet import asked, codeowners, marks, merging, others, owners, projects
from modelyard.fleet.asked import Asked
from modelyard.fleet.context import Context
from modelyard.fleet.counted import counted
from modelyard.fleet.marks import Doubt, FleetRequest
from modelyard.fleet.model import Member, Observation, RepoState, Trait
from modelyard.fleet.options import Mode
from modelyard.forges.forge import Checks, PullRequestState, Remote, Repository
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.reasons import NoticeReason
from modelyard.redaction import without_login
from modelyard.render.sides import renders
from modelyard.template.answers import BrokenAnswers
from modelyard.template.records import NoAnswers
from modelyard.update.one_repo import Plan, plan
from modelyard.update.options import UpdateOptions
from modelyard.update.result import UpdateResult

_OPEN = PullRequestState.OPEN
# What a repo may keep as it is, by the rules of the standard; all else is told in a request.
_BY_DESIGN = {
    NoticeReason.ANSWERS_FILE,
    NoticeReason.KEPT,
    NoticeReason.KEPT_FILE,
    NoticeReason.KEPT_KEY,
    NoticeReason.KEPT_AND_DELETED,
    NoticeReason.KEPT_UNTIL_NOW,
    NoticeReason.NOT_SHIPPED,
    NoticeReason.MOVED_ALONG,
    NoticeReason.LOCK_KEPT,
    NoticeReason.LOCK_OF_TEMPLATE,
    NoticeReason.LOCK_COMPILED,
    NoticeReason.UNKNOWN_ANSWER,
    NoticeReason.EDITED_ANSWER,
    NoticeReason.ANSWER_DROPPED,
    NoticeReason.ANSWER_BY_DEFAULT,
    NoticeReason.ANSWER_USUAL,
}


@dataclass(frozen=True)
class Workspace:
    """A member of the fleet, cloned and merged, while a run works on it.

    Attributes:
        projects: The answers files there that are members each; None where that is a setting.
        codeowners: The CODEOWNERS that counts there.
        answers: What is on record there.
    """

    remote: Remote
    repo: Repo
    scratch: Scratch
    plan: Plan
    projects: tuple[str, ...] | None = None
    codeowners: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


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
    seen = replace(seen, reach=member.reach, repository=repository.name)
    if repository.problem:
        state = RepoState.FAILED if repository.unreadable else RepoState.PROBLEM
        return replace(seen, state=state, detail=repository.problem)
    names = (repository.name, member.name)
    exempt = next(filter(None, (context.fleet.exemption(n, context.today) for n in names)), None)
    if exempt or known is None:
        detail = f"{exempt.reason}, until {exempt.until}" if exempt else ""
        return replace(seen, state=RepoState.EXEMPT, detail=detail)
    seen = replace(seen, address=without_login(known.remote.url))
    judged = marks.of_member(known.told.judged, member.suffix, member.suffixes, member.first)
    requests = tuple(one for one in judged if one.is_fleets)
    seen = replace(
        seen,
        request=counted(requests, context.version),
        requests=requests,
        doubted=marks.told(judged, branch),
        somebodys=_somebodys(judged, branch),
        in_use=known.in_use,
        tips=known.tips.branches,
        head=known.tip(member.target),
        tip=known.tips.branches.get(branch, ""),
        merges=merging.is_on(context),
    )
    seen = _in_its_wave(_checked(context, repository, seen, mode, known))
    return replace(seen, state=_behind_by(seen, RepoState.UNKNOWN))


def _in_its_wave(seen: Observation) -> Observation:
    """Put a repo in the wave that its request was opened in, whatever the settings say by now."""
    known = seen.metadata
    return replace(seen, wave=known.wave, reach=known.reach) if known and known.wave else seen


def _checked(
    context: Context, repository: Repository, seen: Observation, mode: Mode, known: Asked
) -> Observation:
    """Ask what CI says, where somebody wants to see it or a draft waits for it."""
    request = seen.open_request
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
    detail = merging.TAKEN_BACK if merging.is_taken_back(seen) else seen.detail
    detail = "CI fails" if seen.waits_for_ci and checks is Checks.FAILURE else detail
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
    try:
        chosen = projects.choose(context, member, repo, scratch)
    except NoAnswers as error:
        detail = _candidate(error)
        return replace(seen, state=RepoState.CANDIDATE, detail=detail), None
    except BrokenAnswers as error:
        if error.source and not context.is_ours(error.source):
            return _foreign(seen, error.source), None
        return replace(seen, state=RepoState.BROKEN, detail=error.message), None
    except ModelyardError as error:
        return _refused(seen, error), None
    top, repo, recorded = repo, chosen.repo, chosen.recorded
    owner = seen.owner or owners.by_answer(recorded.values) if mode is Mode.STATUS else ""
    detail = seen.detail or chosen.others
    seen = replace(seen, version=recorded.version, detail=detail, owner=owner)
    if not context.is_ours(recorded.source):
        return _foreign(seen, recorded.source), None
    if not (recorded.commit or context.template.is_lasting(recorded.version)):
        # It would be on every release, without having got one.
        detail = f"{recorded.path}: _commit is {recorded.version}, which is no version: it moves"
        return replace(seen, state=RepoState.BROKEN, detail=detail), None
    is_ahead = context.template.tags.is_older(context.version, recorded.version)
    is_withdrawn = recorded.version in context.withdrawn
    if is_ahead:
        seen = _unless_moved_on(seen, recorded.version)
        if not context.goes_back and not seen.open_request:
            return _ahead(context, seen, recorded.version), None
    moved, looks = context.moved_to(recorded.source), mode is not Mode.ROLLOUT
    options = UpdateOptions(
        to=context.version,
        template=moved,
        answers_file=recorded.path,
        only_looks=looks,
        usual=context.answers,
    )
    try:
        made = plan(repo, scratch, context.templates, options)
    except ModelyardError as error:
        return _refused(seen, error), None
    nothing = _changes_nothing(made.result, recorded.path)
    # Its record alone is enough to bring back: it would be told for ever.
    nothing = nothing and not (is_ahead and is_withdrawn)
    made = replace(made, result=projects.from_top(made.result, repo.prefix))
    update = made.result
    if nothing:
        state = RepoState.WITHDRAWN if is_withdrawn else RepoState.CURRENT
    else:
        by_merge = RepoState.CONFLICT if update.conflicts else RepoState.CLEAN
        state = _behind_by(seen, by_merge)
    seen = replace(seen, state=state, update=update)
    every = projects.paths(context, top) if not chosen.is_setting else None
    kind = context.fleet.forge.kind
    said = codeowners.text(top.tree, scratch.read, kind)
    work = Workspace(remote, repo, scratch, made, every, said, recorded.values)
    seen = replace(seen, tip_is_bots=_tip_is_bots(context, seen, work))
    if seen.open_request and not seen.tip_is_bots and seen.state is not RepoState.CURRENT:
        seen = replace(seen, state=RepoState.WORKED_ON)
    return seen, work


def _unless_moved_on(seen: Observation, version: str) -> Observation:
    """Return what is found without a merged request that the repo, on a newer version, has left.

    From this version back to the wanted one, it was merged and taken back.
    """
    request, known = seen.request, seen.metadata
    is_merged = request is not None and request.state is PullRequestState.MERGED
    if is_merged and not (known and known.before == version):
        return replace(seen, request=None)
    return seen


def _ahead(context: Context, seen: Observation, version: str) -> Observation:
    """Return what is found of a repo on a newer version: none goes back unasked."""
    if version in context.withdrawn:
        way = f"modelyard fleet rollout --to {context.version}"
        detail = f"on {version}, which was withdrawn; {way} brings it back"
        return replace(seen, state=RepoState.WITHDRAWN, detail=detail)
    detail = f"on {version}, which is newer than {context.version}"
    return replace(seen, state=RepoState.CURRENT, detail=detail)


def _candidate(error: NoAnswers) -> str:
    """Say of a repo that is under no template as a whole what it has in folders, if it has."""
    if not error.projects:
        return "has no answers file: modelyard adopt"
    more = f" and {len(error.projects) - 5} more" if error.projects[5:] else ""
    paths = ", ".join(one.path for one in error.projects[:5]) + more
    return f"projects in folders: {paths}; [repos.answers_files] in fleet.toml names one"


def _changes_nothing(update: UpdateResult, answers: str) -> bool:
    """Tell whether a release brings nothing to a repo: what is left out there is not nothing.

    A lock that cannot be compiled, a file that somebody deleted or git ignores: a request names it.
    """
    left_out = any(one.reason not in _BY_DESIGN for one in update.notices)
    return set(update.changes) <= {answers} and not update.conflicts and not left_out


def _refused(seen: Observation, error: ModelyardError) -> Observation:
    if isinstance(error, git.GitError | DiskFull):
        # It says nothing of the repo: this machine got no further.
        raise error
    question = error.question if isinstance(error, BadAnswer) else ""
    way_on = f" (modelyard fleet rollout --data {question}=…)" if question else ""
    return replace(seen, state=RepoState.REFUSED, detail=f"{error.message}{way_on}")


def _foreign(seen: Observation, source: str) -> Observation:
    return replace(seen, state=RepoState.FOREIGN, detail=without_login(source))


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
    step, prefix = work.plan.step, work.repo.prefix
    base, _, _ = renders(work.repo, work.scratch, step)
    found = deviations(work.repo, work.scratch, base, step, context.template.tags)
    kept = (replace(one, path=prefix + one.path) for one in found.kept)
    return tuple(prefix + path for path in found.unexplained), tuple(kept)


def _behind(context: Context, seen: Observation) -> int:
    """Count releases; a repo whose render would not change is not behind."""
    tags = context.template.tags
    on, wanted = (tags.release_of(name) for name in (seen.version, context.version))
    if seen.state is RepoState.CURRENT or on is None or wanted is None:
        return 0
    return tags.count(seen.version, context.version)
