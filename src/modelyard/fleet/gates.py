"""Whether the next wave may open: judged by the requests of the waves before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.fleet import pr_metadata
from modelyard.fleet.context import Context
from modelyard.forges.forge import PullRequest

if TYPE_CHECKING:
    from modelyard.fleet.rollout import Member


@dataclass(frozen=True)
class Check:
    """One gate: what was measured, and what it is held against."""

    name: str
    value: str
    limit: str
    holds: bool


@dataclass(frozen=True)
class Verdict:
    """Whether the next wave may open.

    Attributes:
        wave: The wave that is next; None where all are open.
        checks: The gates, each with its numbers.
    """

    wave: str | None
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """All gates hold."""
        return all(check.holds for check in self.checks)


@dataclass(frozen=True)
class Progress:
    """What requests say of the wanted version: waves that are open, and repos that have one."""

    waves: frozenset[str]
    served: frozenset[str]
    requests: tuple[tuple["Member", PullRequest], ...]


def begun(context: Context, everybody: Sequence["Member"]) -> Progress:
    """Find the requests for the wanted version."""
    found = []
    for member in everybody:
        if member.repository.problem or context.fleet.exemption(
            member.repository.name, context.today
        ):
            continue
        for one in context.forge.pull_requests(member.repository, context.fleet.request.label):
            mark = pr_metadata.find(one.body)
            if mark and mark.version == context.version:
                found.append((member, one))
                break
    return Progress(
        frozenset(member.wave for member, _ in found),
        frozenset(member.repository.name for member, _ in found),
        tuple(found),
    )


def judge(
    context: Context, everybody: Sequence["Member"], stopped: str, passed: Sequence[str] = ()
) -> Verdict:
    """Judge the waves that are open, and name the next one."""
    known = begun(context, everybody)
    there = [
        wave.name for wave in context.fleet.waves if any(m.wave == wave.name for m in everybody)
    ]
    following = next((name for name in there if name not in {*known.waves, *passed}), None)
    checks = [Check("not paused", stopped or "no", "no", not stopped)]
    if known.requests:
        checks += _shares(context, known.requests)
    return Verdict(following, tuple(checks))


def _shares(context: Context, requests: Sequence[tuple["Member", PullRequest]]) -> list[Check]:
    limits = context.fleet.gates
    # A request that was declined is somebody's decision, and does not hold the others up.
    counted = [(member, one) for member, one in requests if one.state != "closed"]
    merged = [one for _, one in counted if one.state == "merged"]
    red = [
        one
        for member, one in counted
        if one.state == "open"
        and context.forge.checks(member.repository, one.head) in {"failure", "pending"}
    ]
    in_conflict = [
        one for _, one in counted if (mark := pr_metadata.find(one.body)) and mark.conflicts
    ]
    count = max(len(counted), 1)
    return [
        _at_least("merged", len(merged), count, limits.merged),
        _at_least("green", count - len(red), count, limits.green),
        Check(
            "conflicts",
            f"{len(in_conflict)} of {count}",
            f"at most {limits.conflicts:.0%}",
            len(in_conflict) / count <= limits.conflicts,
        ),
    ]


def _at_least(name: str, value: int, count: int, limit: float) -> Check:
    return Check(name, f"{value} of {count}", f"at least {limit:.0%}", value / count >= limit)
