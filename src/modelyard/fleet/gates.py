"""Whether the next wave may open: judged by the requests of the waves before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelyard.fleet import config, pause, pr_metadata
from modelyard.fleet.context import Context
from modelyard.fleet.model import Member
from modelyard.forges.forge import Checks, PullRequest, PullRequestState


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
        metadata: Its hidden line.
        checks: What CI says of it; "" where nobody asked.
    """

    name: str
    wave: str
    request: PullRequest
    metadata: pr_metadata.Metadata
    checks: str = ""

    @property
    def waits_for_ci(self) -> bool:
        """Whether it is a draft until CI is green."""
        is_open = self.request.state is PullRequestState.OPEN
        return is_open and self.request.draft and self.metadata.waits_for_ci


def find(version: str, name: str, wave: str, requests: Sequence[PullRequest]) -> Started | None:
    """Return the newest of a repo's requests that is about a version."""
    for one in requests:
        metadata = pr_metadata.find(one.body)
        if metadata and metadata.version == version:
            return Started(name, wave, one, metadata)
    return None


def find_started(context: Context, members: Sequence[Member], with_checks: bool) -> list[Started]:
    """Ask the forge which repos have a request for the wanted version, and what CI says of it."""
    found = []
    for member in members:
        repository, label = member.repository, context.fleet.request.label
        if repository.problem or context.fleet.exemption(member.name, context.today):
            continue
        requests = context.forge.pull_requests(repository, label)
        one = find(context.version, member.name, member.wave, requests)
        if one and with_checks and one.request.state is PullRequestState.OPEN:
            one = replace(one, checks=context.forge.checks(repository, one.request.head))
        if one:
            found.append(one)
    return found


def judge(context: Context, started: Sequence[Started], wave: str | None) -> Verdict:
    """Judge whether a wave may open after those that have started."""
    reason = pause.find(context)
    paused = Gate("not paused", reason or "no", "no", not reason)
    return Verdict(wave, (paused, *measure(context.fleet.gates, started)))


def measure(limits: config.Gates, started: Sequence[Started]) -> tuple[Gate, ...]:
    """Measure the gates over all requests for the version."""
    if not started:
        return ()
    # A request that was declined is somebody's decision, and does not block the others.
    counted = [one for one in started if one.request.state is not PullRequestState.CLOSED]
    total = max(len(counted), 1)
    merged = sum(one.request.state is PullRequestState.MERGED for one in counted)
    checks = [one.checks for one in counted if one.request.state is PullRequestState.OPEN]
    not_green = sum(one in {Checks.FAILURE, Checks.PENDING} for one in checks)
    green = _at_least("green", total - not_green, total, limits.green)
    in_conflict = sum(bool(one.metadata.conflicts) for one in counted)
    return (
        _at_least("merged", merged, total, limits.merged),
        green if all(checks) else replace(green, value="", passed=None),
        Gate(
            "conflicts",
            f"{in_conflict} of {total}",
            f"at most {limits.conflicts:.0%}",
            in_conflict / total <= limits.conflicts,
        ),
    )


def _at_least(name: str, value: int, count: int, limit: float) -> Gate:
    return Gate(name, f"{value} of {count}", f"at least {limit:.0%}", value / count >= limit)
