"""Whether the next wave may open: judged by the requests of the waves before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelyard.errors import NotReady
from modelyard.fleet import config, limits, pause
from modelyard.fleet.context import Context
from modelyard.fleet.counted import counted
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member
from modelyard.forges.forge import Checks, PullRequestState


@dataclass(frozen=True)
class Gate:
    """One gate.

    Attributes:
        name: The gate.
        value: What was measured.
        limit: What it is held against.
        passed: Whether it lets the next wave open; None where it was not measured.
    """

    name: str
    value: str
    limit: str
    passed: bool | None


@dataclass(frozen=True)
class Verdict:
    """Whether the next wave may open.

    Attributes:
        wave: The wave that is next; None where all are open.
        gates: The gates, each with its numbers.
    """

    wave: str | None
    gates: tuple[Gate, ...]

    @property
    def passed(self) -> bool:
        """All gates have passed."""
        return all(gate.passed for gate in self.gates)


@dataclass(frozen=True)
class Started:
    """A repo that has a request for the wanted version.

    Attributes:
        name: The repo.
        wave: Its wave.
        request: The newest request for the version.
        checks: What CI says of it; "" where nobody asked.
    """

    name: str
    wave: str
    request: FleetRequest
    checks: str = ""

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


def find(version: str, name: str, wave: str, requests: Sequence[FleetRequest]) -> Started | None:
    """Return the one of a repo's requests that counts, is the fleet's, and about a version.

    Which version that is, its branch tells: nobody can take a request back by changing its text.
    """
    one = counted([one for one in requests if one.is_fleets], version)
    return Started(name, wave, one) if one else None


@dataclass(frozen=True)
class Survey:
    """What the forge told of the repos.

    Attributes:
        started: Those that have a request for the wanted version.
        unanswered: Names of those that it told nothing of.
    """

    started: tuple[Started, ...]
    unanswered: tuple[str, ...] = ()


def survey(context: Context, members: Sequence[Member], with_checks: bool) -> Survey:
    """Ask the forge which repos have a request for the wanted version, and what CI says of it.

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
    return Survey(tuple(found), tuple(unanswered))


def _ask(context: Context, member: Member, with_checks: bool) -> Started | None:
    repository, label = member.repository, context.fleet.request.label
    requests = context.judge.judge(repository, context.forge.pull_requests(repository, label))
    one = find(context.version, member.name, member.wave, requests)
    if one and with_checks and one.is_open:
        one = replace(one, checks=context.forge.checks(repository, one.request.head))
    return one


def judge(context: Context, found: Survey, wave: str | None, closed: str = "") -> Verdict:
    """Judge whether a wave may open after those that have started; not where it is `closed`."""
    reason = pause.find(context) or closed
    paused = Gate("not paused", reason or "no", "no", not reason)
    return Verdict(wave, (paused, *measure(context.fleet.gates, found)))


def measure(least: config.Gates, found: Survey) -> tuple[Gate, ...]:
    """Measure the gates over all requests for the version.

    A repo of which nothing is known counts as one whose CI is not green.
    """
    started, silent = found.started, len(found.unanswered)
    if not started and not silent:
        return ()
    # A request that was declined is somebody's decision, and does not block the others.
    counted = [one for one in started if one.request.state is not PullRequestState.CLOSED]
    total = max(len(counted), 1)
    merged = sum(one.request.state is PullRequestState.MERGED for one in counted)
    checks = [one.checks for one in counted if one.is_open]
    not_green = sum(one in {Checks.FAILURE, Checks.PENDING} for one in checks)
    green = _at_least("green", total - not_green, total + silent, least.green)
    if silent:
        names = ", ".join(found.unanswered[:5])
        green = replace(green, value=f"{green.value}; no answer about {names}")
    known = [one.conflict for one in counted if one.conflict is not None]
    in_conflict, of = sum(known), max(len(known), 1)
    unmarked = sum(one.needs_a_mark for one in counted)
    more = f", {unmarked} of them with no mark that counts" if unmarked else ""
    return (
        _at_least("merged", merged, total, least.merged),
        green if all(checks) else replace(green, value="", passed=None),
        Gate(
            "conflicts",
            f"{in_conflict} of {of}{more}",
            f"at most {least.conflicts:.0%}",
            in_conflict / of <= least.conflicts,
        ),
    )


def _at_least(name: str, value: int, count: int, limit: float) -> Gate:
    return Gate(name, f"{value} of {count}", f"at least {limit:.0%}", value / count >= limit)
