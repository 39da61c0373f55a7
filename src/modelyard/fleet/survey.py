"""What the forge tells of the requests for a version, and of the repos of open waves without one.

Gates judge this, and `retry` and the next wave begin with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from modelyard.errors import ModelyardError, Unreachable
from modelyard.fleet import asked, at_once, waves
from modelyard.fleet.config import Fleet
from modelyard.fleet.context import Context
from modelyard.fleet.counted import counted
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member, Observation, Result, Told
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.states import RepoState, Trait
from modelyard.fleet.waves import Assignment, Opened
from modelyard.forges.forge import Checks, PullRequestState, Repository


@dataclass(frozen=True)
class Started:
    """A repo that has a request for the wanted version.

    Attributes:
        name: The repo, or what of it.
        repository: The repo.
        wave: Its wave.
        request: The newest request for the version.
        checks: What CI says of it while it is open; "" where nobody asked.
        branch_checks: What CI says of the default branch once it is merged; "" as above.
        reverted: It was merged, and the version is not on the default branch any more.
        problem: Why nobody can work on the repo any more, for people; "" where somebody can.
        unread: Why CI was asked for and could not be read; else "".
    """

    name: str
    repository: str
    wave: str
    request: FleetRequest
    checks: str = ""
    branch_checks: str = ""
    reverted: bool = False
    problem: str = ""
    unread: str = ""

    @property
    def waits_for_ci(self) -> bool:
        """Whether it is a draft until CI is green."""
        known = self.request.metadata
        return self.is_open and self.request.draft and known is not None and known.waits_for_ci

    @property
    def waits_to_merge(self) -> bool:
        """Whether it is ready, and the forge is still to be asked to merge it."""
        known = self.request.metadata
        is_ready = self.is_open and not self.request.draft
        return is_ready and known is not None and known.merges and not known.merge_asked

    @property
    def is_open(self) -> bool:
        """The request is open."""
        return self.request.state is PullRequestState.OPEN

    @property
    def is_merged(self) -> bool:
        """The request is merged, and nobody took that back."""
        return self.request.state is PullRequestState.MERGED and not self.reverted

    @property
    def is_declined(self) -> bool:
        """Somebody closed the request."""
        return self.request.state is PullRequestState.CLOSED

    @property
    def needs_a_mark(self) -> bool:
        """It is open, and what its mark says does not count: a rollout writes it anew."""
        return self.is_open and self.request.metadata is None

    @property
    def conflict(self) -> bool | None:
        """Whether it had one when it was opened; None where nobody knows, and it is merged.

        Of an open one whose mark does not count, the worst is assumed until it is written anew.
        """
        if self.request.metadata is None:
            return True if self.is_open else None
        return bool(self.request.metadata.conflicts)


@dataclass(frozen=True)
class Owed:
    """A repo of an open wave that should have a request, and has none.

    Attributes:
        name: The repo, or what of it.
        state: What was found there; UNKNOWN where nobody has looked, or the forge did not answer.
    """

    name: str
    state: RepoState = RepoState.UNKNOWN


@dataclass(frozen=True)
class Survey:
    """What the forge told of the repos.

    Attributes:
        started: Those that have a request for the wanted version.
        unanswered: Names of those of open waves that it told nothing of.
        untold: Those of all waves.
        owed: Those of open waves that should have a request, and have none.
        open: The waves that are open, in their order.
        why: Why there was no answer, by name, as far as that is known.
    """

    started: tuple[Started, ...]
    unanswered: tuple[str, ...] = ()
    owed: tuple[Owed, ...] = ()
    open: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def branches(self) -> frozenset[tuple[str, str]]:
        """The repo and the branch of each request."""
        return frozenset((one.repository, one.request.branch) for one in self.started)


def of_repo(version: str, repository: str, requests: Sequence[FleetRequest]) -> list[Started]:
    """Return those of a repo's requests about a version that count, one for each member.

    Which version that is, its branch tells: nobody can take a request back by changing its text.
    """
    of_fleet = [one for one in requests if one.is_fleets]
    found = []
    for suffix in dict.fromkeys(one.suffix for one in of_fleet):
        one = counted([each for each in of_fleet if each.suffix == suffix], version)
        if one:
            within = suffix.replace("=", ":").replace(",", "/")
            found.append(Started(f"{repository}{within}", repository, "", one))
    return found


def ask(
    context: Context, members: Sequence[Member], with_checks: bool, jobs: int = 1
) -> tuple[Sequence[Member], Survey]:
    """Ask the forge which repos have a request for the wanted version, and what CI says of it.

    Of repos that nobody can work on any more too: who was in a wave when it opened is judged with
    it, until an exemption leaves it out.

    Args:
        context: The fleet.
        members: Its repos.
        with_checks: Whether CI is asked for.
        jobs: How many repos are asked about at the same time.

    Returns:
        The members, each in the wave that it is in by what was opened and with what the forge
        told of its repo, and what that comes to.

    Raises:
        NotReady: It tells nothing of any repo.
    """
    found: list[Started] = []
    told: dict[str, Told | None] = {}
    why: dict[str, str] = {}
    # It is in its wave, though nobody can look: else the wave behind it would be the first.
    unanswered = [one.name for one in members if one.wave and one.repository.unreadable]
    todo = [one for one in members if not asked.exempt(context, one.repository)]
    todo = [one for one in todo if not one.repository.unreadable]
    ask_one = partial(_ask, context, with_checks)
    for member, answer in zip(
        todo, at_once.each(ask_one, todo, context.fleet.limits, jobs), strict=True
    ):
        if isinstance(answer, BaseException):
            # Whatever it is, it is this repo's.
            unanswered.append(member.name)
            why[member.name] = _reason(answer)
        else:
            told[member.name], started = answer
            found += started
    names = {one.name for one in members if one.wave} | {one.repository for one in found}
    assigned = waves.assign(names, context.fleet.waves, _opened(found))
    settled = [
        replace(one, wave=wave, reach=assigned.reach.get(wave, ""), told=told.get(one.name))
        for one in members
        for wave in [assigned.waves.get(one.name, "")]
    ]
    in_waves = tuple(replace(one, wave=assigned.waves.get(one.repository, "")) for one in found)
    silent = tuple(name for name in unanswered if assigned.waves.get(name) in assigned.open)
    known = Survey(in_waves, silent, open=assigned.open, untold=tuple(unanswered), why=why)
    return settled, known


def _reason(error: BaseException) -> str:
    return error.message if isinstance(error, ModelyardError) else ""


def _ask(context: Context, with_checks: bool, repo: Member) -> tuple[Told | None, list[Started]]:
    repository = repo.repository
    told = asked.requests(context, repository)
    found = [
        replace(one, problem=repository.problem)
        for one in of_repo(context.version, repository.name, told.judged)
        if not context.fleet.exemption(one.name, context.today)
    ]
    if not with_checks:
        return None, found
    found = [_with_checks(context, repository, one) for one in found]
    known = [one for one in found if one.is_open and one.checks]
    checks = {one.request.url: Checks(one.checks) for one in known}
    # Texts are read by who writes; those of a thousand repos would fill the memory.
    return Told([replace(one, body="") for one in told.judged], checks), found


def _with_checks(context: Context, repository: Repository, one: Started) -> Started:
    try:
        return _asked_for_checks(context, repository, one)
    except Unreachable as error:
        # That it has a request is known all the same, and by that which wave is open.
        return replace(one, unread=error.message)


def _asked_for_checks(context: Context, repository: Repository, one: Started) -> Started:
    if one.is_open:
        return replace(one, checks=context.forge.checks(repository, one.request))
    if one.is_merged:
        said = context.forge.branch_checks(repository, one.request.target)
        return replace(one, branch_checks=said)
    return one


def _opened(started: Sequence[Started]) -> Opened:
    """Return what requests say of the waves, as far as their marks count."""
    named: dict[str, str] = {}
    reach: dict[str, str] = {}
    unknown = set()
    for one in started:
        known = one.request.metadata
        if known and known.wave:
            named.setdefault(one.repository, known.wave)
            reach[known.wave] = max(reach.get(known.wave, ""), known.reach)
        else:
            unknown.add(one.repository)
    return Opened(named, reach, unknown)


def unfinished(fleet: Fleet, members: Sequence[Member], found: Survey) -> Sequence[Member]:
    """Return the repos of open waves that lack a request, as far as is known before a look."""
    lacking = []
    for repo in members:
        of_repo = [one.request for one in found.started if one.repository == repo.name]
        known = [one.metadata for one in of_repo if one.metadata]
        is_served = _is_served(fleet, repo.name, known, len(of_repo)) and not fleet.repos.branches
        if repo.wave in found.open and repo.name not in found.unanswered and not is_served:
            lacking.append(repo)
    return lacking


def _is_served(fleet: Fleet, name: str, known: Sequence[Metadata], count: int) -> bool:
    """Tell whether each project of a repo has a request, as far as their marks say."""
    joint = [one for one in known if one.joined is not None]
    if joint:
        return fleet.repos.join_projects and not any(one.stopped for one in joint)
    if any(one.projects is None for one in known) and not fleet.repos.answers_file(name):
        # They are too many to be in a mark, or nobody has counted them.
        return False
    return count >= max([1, *(len(one.projects or ()) for one in known)])


def looked_into(found: Survey, results: Sequence[Result]) -> Survey:
    """Return a survey with what was found in repos of open waves.

    What is without a request and needs nothing of the version, or is none of the template, does
    not count. Where somebody took a merge back, it is not merged; where nobody could look whether
    somebody did, that is no answer.
    """
    observations = [one.seen for one in results if one.seen]
    back = {(one.repository, one.branch) for one in observations if one.state is RepoState.REVERTED}
    failed = [one for one in observations if one.state is RepoState.FAILED]
    silent = {(one.repository, one.branch): one.detail for one in failed}
    started, unanswered, why = [], list(found.unanswered), dict(found.why)
    for one in found.started:
        lost = silent.keys() & {(one.repository, one.request.branch), (one.repository, "")}
        if one.is_merged and lost:
            unanswered.append(one.name)
            why[one.name] = silent[min(lost)]
            continue
        reverted = (one.repository, one.request.branch) in back
        started.append(replace(one, reverted=reverted))
    known = replace(found, started=tuple(started), owed=_owed(found, observations))
    return replace(known, unanswered=tuple(unanswered), why=why)


def _owed(found: Survey, observations: Sequence[Observation]) -> tuple[Owed, ...]:
    """Return what should have a request, of what was looked into."""
    nothing = Trait.NOTHING_TO_DO | Trait.OUTSIDE
    with_request = {one.repository for one in found.started}
    return tuple(
        Owed(one.name, one.state)
        for one in observations
        if (_lacks_one(one) or (one.repository, one.branch) not in found.branches)
        # Where a look got no further than the repo, it says nothing of what has a request.
        and not (one.repository in with_request and not one.branch)
        and not one.state.traits & nothing
    )


def _lacks_one(seen: Observation) -> bool:
    """Tell whether projects of a branch have no request, beside others whose joint one is over."""
    by_itself = {RepoState.REVERTED, RepoState.DECLINED}
    return seen.joined and not seen.open_request and seen.state not in by_itself


def in_their_waves(fleet: Fleet, results: Sequence[Result]) -> list[Result]:
    """Return what was found in all repos, each in the wave that it is in by what was opened."""
    assigned, _ = _of_observations(fleet, [one.seen for one in results if one.seen])
    settled = []
    for one in results:
        repository = one.seen.repository if one.seen else one.name
        wave = assigned.waves.get(repository, one.wave)
        seen = replace(one.seen, wave=wave) if one.seen else None
        settled.append(replace(one, wave=wave, seen=seen))
    return settled


def of_observations(fleet: Fleet, observations: Sequence[Observation]) -> Survey:
    """Return the survey that what was found in all repos comes to; nothing is asked."""
    assigned, started = _of_observations(fleet, observations)
    in_open = [one for one in observations if assigned.waves.get(one.repository) in assigned.open]
    # Where a look got no further than the repo, nobody knows whether it has a request.
    silent = [one for one in in_open if one.state is RepoState.FAILED and not one.branch]
    why = {one.name: one.detail for one in silent}
    found = Survey(tuple(started), tuple(why), open=assigned.open, why=why)
    return replace(found, owed=_owed(found, [one for one in in_open if one not in silent]))


def _of_observations(
    fleet: Fleet, observations: Sequence[Observation]
) -> tuple[Assignment, list[Started]]:
    started = []
    for seen in observations:
        for one in of_repo(seen.wanted, seen.repository, seen.requests):
            if one.request == seen.request:
                one = replace(one, checks=seen.checks, branch_checks=seen.branch_checks)
                one = replace(one, unread=seen.unread)
            reverted = seen.state is RepoState.REVERTED
            problem = seen.detail if seen.state is RepoState.PROBLEM else ""
            started.append(replace(one, name=seen.name, reverted=reverted, problem=problem))
    names = {one.repository for one in observations if Trait.LEFT_OUT not in one.state.traits}
    names |= {one.repository for one in started}
    assigned = waves.assign(sorted(names), fleet.waves, _opened(started))
    in_waves = [replace(one, wave=assigned.waves.get(one.repository, "")) for one in started]
    return assigned, in_waves
