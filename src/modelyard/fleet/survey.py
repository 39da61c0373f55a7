"""What the forge tells of the requests for a version, and of the repos of open waves without one.

Gates judge this, and `retry` and the next wave begin with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelyard.errors import NotReady
from modelyard.fleet import limits, waves
from modelyard.fleet.config import Fleet
from modelyard.fleet.context import Context
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member, Observation, RepoState, Result, Trait
from modelyard.fleet.waves import Assignment, Opened
from modelyard.forges.forge import PullRequestState


@dataclass(frozen=True)
class Started:
    """A repo that has a request for the wanted version.

    Attributes:
        name: The repo.
        wave: Its wave.
        request: The newest request for the version.
        checks: What CI says of it while it is open; "" where nobody asked.
        branch_checks: What CI says of the default branch once it is merged; "" as above.
        reverted: It was merged, and the version is not on the default branch any more.
    """

    name: str
    wave: str
    request: FleetRequest
    checks: str = ""
    branch_checks: str = ""
    reverted: bool = False

    @property
    def waits_for_ci(self) -> bool:
        """Whether it is a draft until CI is green."""
        known = self.request.metadata
        return self.is_open and self.request.draft and known is not None and known.waits_for_ci

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
        name: The repo.
        state: What was found there; UNKNOWN where nobody has looked, or the forge did not answer.
    """

    name: str
    state: RepoState = RepoState.UNKNOWN


@dataclass(frozen=True)
class Survey:
    """What the forge told of the repos.

    Attributes:
        started: Those that have a request for the wanted version.
        unanswered: Names of those that it told nothing of.
        owed: Those of open waves that should have a request, and have none.
        open: The waves that are open, in their order.
    """

    started: tuple[Started, ...]
    unanswered: tuple[str, ...] = ()
    owed: tuple[Owed, ...] = ()
    open: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The repos that have a request, or of which nothing is known."""
        return frozenset((*(one.name for one in self.started), *self.unanswered))


def find(version: str, name: str, wave: str, requests: Sequence[FleetRequest]) -> Started | None:
    """Return the newest of a repo's requests that is the fleet's, and about a version.

    Which version that is, its branch tells: nobody can take a request back by changing its text.
    """
    for one in requests:
        if one.is_fleets and one.version == version:
            return Started(name, wave, one)
    return None


def ask(
    context: Context, members: Sequence[Member], with_checks: bool
) -> tuple[Sequence[Member], Survey]:
    """Ask the forge which repos have a request for the wanted version, and what CI says of it.

    Returns:
        The members, each in the wave that it is in by what was opened, and what the forge told.

    Raises:
        NotReady: It tells nothing of any repo.
    """
    found, unanswered = [], []
    for member in members:
        if member.repository.problem or context.fleet.exemption(member.name, context.today):
            continue
        try:
            with limits.of_one_repo(context.fleet.limits):
                one = _ask(context, member, with_checks)
        except NotReady:
            raise
        except (Exception, limits.TooLong):
            # Whatever it is, it is this repo's; a visit tells the reason.
            unanswered.append(member.name)
        else:
            found += [one] if one else []
    names = [one.name for one in members if one.wave]
    assigned = waves.assign(names, context.fleet.waves, _opened(found))
    settled = [
        replace(one, wave=wave, reach=assigned.reach.get(wave, ""))
        for one in members
        for wave in [assigned.waves.get(one.name, "")]
    ]
    started = tuple(replace(one, wave=assigned.waves.get(one.name, one.wave)) for one in found)
    silent = tuple(name for name in unanswered if assigned.waves.get(name) in assigned.open)
    return settled, Survey(started, silent, open=assigned.open)


def _ask(context: Context, member: Member, with_checks: bool) -> Started | None:
    repository, settings = member.repository, context.fleet.request
    requests = context.forge.pull_requests(repository, settings.label, context.branch)
    judged = context.judge.judge(repository, requests)
    one = find(context.version, member.name, member.wave, judged)
    if one is None or not with_checks:
        return one
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
            named.setdefault(one.name, known.wave)
            reach[known.wave] = max(reach.get(known.wave, ""), known.reach)
        else:
            unknown.add(one.name)
    return Opened(named, reach, unknown)


def without_request(members: Sequence[Member], found: Survey) -> Sequence[Member]:
    """Return the members of open waves that have no request: somebody has to look into them."""
    return [one for one in members if one.wave in found.open and one.name not in found.names]


def looked_into(found: Survey, results: Sequence[Result]) -> Survey:
    """Return a survey with what was found in repos of open waves.

    One without a request that needs nothing of the version, or is no repo of the template, does
    not count. Where somebody took a merge back, it is not merged.
    """
    nothing = Trait.NOTHING_TO_DO | Trait.OUTSIDE
    owed = [
        one for one in results if one.name not in found.names and not one.state.traits & nothing
    ]
    back = {one.name for one in results if one.state is RepoState.REVERTED}
    return replace(
        found,
        started=tuple(replace(one, reverted=one.name in back) for one in found.started),
        owed=tuple(Owed(one.name, one.state) for one in owed),
    )


def in_their_waves(fleet: Fleet, results: Sequence[Result]) -> list[Result]:
    """Return what was found in all repos, each in the wave that it is in by what was opened."""
    assigned, _ = _of_observations(fleet, [one.seen for one in results if one.seen])
    return [
        replace(one, wave=wave, seen=replace(one.seen, wave=wave) if one.seen else None)
        for one in results
        for wave in [assigned.waves.get(one.name, one.wave)]
    ]


def of_observations(fleet: Fleet, observations: Sequence[Observation]) -> Survey:
    """Return the survey that what was found in all repos comes to; nothing is asked."""
    assigned, started = _of_observations(fleet, observations)
    found = Survey(tuple(started), open=assigned.open)
    nothing = Trait.NOTHING_TO_DO | Trait.OUTSIDE
    owed = [
        Owed(seen.name, seen.state)
        for seen in observations
        if assigned.waves.get(seen.name) in assigned.open
        and seen.name not in found.names
        and not seen.state.traits & nothing
    ]
    return replace(found, owed=tuple(owed))


def _of_observations(
    fleet: Fleet, observations: Sequence[Observation]
) -> tuple[Assignment, list[Started]]:
    started = []
    for seen in observations:
        one = find(seen.wanted, seen.name, seen.wave, seen.requests)
        if one:
            is_asked = one.request == seen.request
            checks = (seen.checks, seen.branch_checks) if is_asked else ("", "")
            reverted = seen.state is RepoState.REVERTED
            one = replace(one, checks=checks[0], branch_checks=checks[1], reverted=reverted)
            started.append(one)
    names = [seen.name for seen in observations if Trait.LEFT_OUT not in seen.state.traits]
    assigned = waves.assign(names, fleet.waves, _opened(started))
    in_waves = [replace(one, wave=assigned.waves.get(one.name, one.wave)) for one in started]
    return assigned, in_waves
