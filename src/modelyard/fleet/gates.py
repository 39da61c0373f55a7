"""Whether the next wave may open: judged by the repos of the waves before it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from modelyard.fleet.config import Fleet, Gates, NoCi
from modelyard.fleet.states import RepoState
from modelyard.fleet.survey import Started, Survey
from modelyard.forges.forge import Checks, ForgeKind

_NAMED = 5


@dataclass(frozen=True)
class Holder:
    """A repo that keeps a gate from passing.

    Attributes:
        repo: Its name.
        why: What it is short of.
    """

    repo: str
    why: str


@dataclass(frozen=True)
class Gate:
    """One gate.

    Attributes:
        name: The gate.
        value: What was measured.
        limit: What it is held against.
        passed: Whether it lets the next wave open; None where it was not measured.
        held_by: The repos that are short of it, whether it passes without them or not.
    """

    name: str
    value: str
    limit: str
    passed: bool | None
    held_by: tuple[Holder, ...] = ()

    @property
    def told(self) -> str:
        """The first repos that hold it, and how many more there are, for people."""
        shown = ", ".join(f"{one.repo} ({one.why})" for one in self.held_by[:_NAMED])
        more = len(self.held_by) - _NAMED
        return f"{shown} and {more} more" if more > 0 else shown


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


class _Ci(Enum):
    """What CI comes to in a gate; the value is the word for people."""

    GREEN = "green"
    RED = "red"
    RUNNING = "running"
    NONE = "without CI"
    UNANSWERED = "without an answer"


def judge(fleet: Fleet, found: Survey, wave: str | None, paused: str, now: datetime) -> Verdict:
    """Judge whether a wave may open after those that are open.

    Args:
        fleet: The settings.
        found: What the forge told of the repos.
        wave: The wave; None where all are open.
        paused: Why the fleet is paused; "" where it is not.
        now: The present, with a time zone.
    """
    first = Gate("not paused", paused or "no", "no", not paused)
    return Verdict(wave, (first, *measure(fleet, found, now)))


def measure(fleet: Fleet, found: Survey, now: datetime) -> tuple[Gate, ...]:
    """Measure the gates over all repos of the open waves that need the version.

    A repo that has no request, because it failed, was refused or never got one, is one that is
    not merged; so is one whose request somebody declined.
    """
    if not (found.started or found.owed or found.unanswered):
        return ()
    least, ci = fleet.gates, _reader(fleet, now)
    gates = [_merged(least, found), _green(least, found, ci), _default_branch(least, found, ci)]
    if least.soak_hours:
        gates.append(_soak(least, found, now))
    return (*gates, _conflicts(least, found))


_Reader = Callable[[str, datetime | None], _Ci]


def _reader(fleet: Fleet, now: datetime) -> _Reader:
    """Return what tells what CI comes to, from what it says and since when it could.

    Where there is CI, it takes a moment to begin: until then it is no repo without CI.
    """
    soon = timedelta(minutes=fleet.request.no_ci_minutes)
    may_come = fleet.forge.kind is not ForgeKind.LOCAL

    def read(checks: str, since: datetime | None) -> _Ci:
        if checks == Checks.SUCCESS:
            return _Ci.GREEN
        if checks == Checks.FAILURE:
            return _Ci.RED
        begins = may_come and since is not None and now < since + soon
        return _Ci.RUNNING if checks == Checks.PENDING or begins else _Ci.NONE

    return read


def _merged(least: Gates, found: Survey) -> Gate:
    merged = sum(one.is_merged for one in found.started)
    holders = [Holder(one.name, _not_merged(one)) for one in found.started if not one.is_merged]
    holders += [Holder(one.name, _without(one.state)) for one in found.owed]
    holders += _unanswered(found)
    total = merged + len(holders)
    counts = {
        "declined": sum(one.is_declined for one in found.started),
        "reverted": sum(one.reverted for one in found.started),
        "without a request": len(found.owed),
        "without an answer": len(found.unanswered),
    }
    value = _value(merged, total, counts)
    return _at_least("merged", value, merged / max(total, 1), least.merged, holders)


def _unanswered(found: Survey) -> list[Holder]:
    """Return the repos of which nobody knows anything; what they say for themselves, if they do."""
    told = ((name, found.why.get(name, "")) for name in found.unanswered)
    return [Holder(name, f"no answer: {why}" if why else "no answer") for name, why in told]


def _not_merged(one: Started) -> str:
    if one.problem and one.is_open:
        return f"{one.problem}: exempt it, or choose another one for its wave"
    if one.reverted:
        return RepoState.REVERTED.label
    if one.is_declined:
        return RepoState.DECLINED.label
    if one.needs_a_mark:
        return "open, no mark that counts"
    if one.request.draft:
        return "waits for CI" if one.waits_for_ci else "a draft"
    return "open"


def _without(state: RepoState) -> str:
    has_reason = state in {RepoState.REFUSED, RepoState.FAILED, RepoState.WITHDRAWN}
    return state.label if has_reason else "no request"


def _green(least: Gates, found: Survey, ci: _Reader) -> Gate:
    """Measure CI of requests; what is merged has passed it, and is judged by its branch."""
    counted = [one for one in found.started if not one.is_declined]
    states = {}
    for one in counted:
        if one.unread:
            states[one.name] = _Ci.UNANSWERED
        elif one.is_open:
            states[one.name] = ci(one.checks, one.request.opened)
        else:
            none = one.branch_checks and ci(one.branch_checks, one.request.ended) is _Ci.NONE
            states[one.name] = _Ci.NONE if none else _Ci.GREEN
    measured = all(one.checks or one.unread for one in counted if one.is_open)
    return _of_ci("green", states, found, least.green, least.no_ci, measured)


def _default_branch(least: Gates, found: Survey, ci: _Reader) -> Gate:
    merged = [one for one in found.started if one.is_merged]
    states = {
        one.name: _Ci.UNANSWERED if one.unread else ci(one.branch_checks, one.request.ended)
        for one in merged
    }
    measured = all(one.branch_checks or one.unread for one in merged)
    return _of_ci("default branch", states, found, least.default_branch, least.no_ci, measured)


def _of_ci(
    name: str,
    states: dict[str, _Ci],
    found: Survey,
    limit: float,
    no_ci: NoCi,
    measured: bool,
) -> Gate:
    """Measure CI; a repo that gave no answer may be anything, so it is not green."""
    if not measured:
        return Gate(name, "", f"at least {limit:.0%}", None)
    passing = {_Ci.GREEN} | ({_Ci.NONE} if no_ci is NoCi.PASSES else set())
    unread = {one.name: f"CI cannot be read: {one.unread}" for one in found.started if one.unread}
    holders = [
        Holder(name, unread.get(name, one.value))
        for name, one in states.items()
        if one is not _Ci.GREEN
    ]
    holders += _unanswered(found)
    every = [*states.values(), *(_Ci.UNANSWERED for _ in found.unanswered)]
    by_state = {one: every.count(one) for one in _Ci}
    counts = {one.value: by_state[one] for one in _Ci if one is not _Ci.GREEN}
    value = _value(by_state[_Ci.GREEN], len(every), counts)
    passed = sum(by_state[one] for one in passing)
    share = passed / len(every) if every else 1.0
    return _at_least(name, value, share, limit, holders)


def _soak(least: Gates, found: Survey, now: datetime) -> Gate:
    """Measure how long enough repos have lived with the version.

    The time counts from the merge by which the gate `merged` was passed, so later ones do not
    begin it anew; and not from before the newest wave was opened, so each wave has its time.
    """
    limit = f"at least {least.soak_hours:g} h"
    total = len(found.started) + len(found.owed) + len(found.unanswered)
    needed = max(math.ceil(round(least.merged * total, 9)), 1)
    merged = [one for one in found.started if one.is_merged]
    times = sorted(one.request.ended or now for one in merged)
    if len(times) < needed:
        return Gate("soak", f"not begun: {len(times)} of {needed} merged", limit, passed=False)
    since = max(times[needed - 1], _newest_wave(found.started))
    hours = (now - since) / timedelta(hours=1)
    passed = hours >= least.soak_hours
    over = since + timedelta(hours=least.soak_hours)
    more = "" if passed else f", until {over:%Y-%m-%d %H:%M} UTC"
    return Gate("soak", f"{math.floor(max(hours, 0))} h{more}", limit, passed)


def _newest_wave(started: Iterable[Started]) -> datetime:
    """Return when the first request of the wave was opened that opened last."""
    first: dict[str, datetime] = {}
    for one in started:
        opened = one.request.opened
        first[one.wave] = min(first.get(one.wave, opened), opened)
    return max(first.values())


def _conflicts(least: Gates, found: Survey) -> Gate:
    known = [one for one in found.started if one.conflict is not None]
    in_conflict = [one for one in known if one.conflict]
    unmarked = sum(one.needs_a_mark for one in found.started)
    more = f", {unmarked} of them with no mark that counts" if unmarked else ""
    return Gate(
        "conflicts",
        f"{len(in_conflict)} of {len(known)}{more}",
        f"at most {least.conflicts:.0%}",
        len(in_conflict) / max(len(known), 1) <= least.conflicts,
        tuple(
            Holder(one.name, "no mark" if one.needs_a_mark else "conflict") for one in in_conflict
        ),
    )


def _value(count: int, total: int, more: dict[str, int]) -> str:
    told = (f", {number} {what}" for what, number in more.items() if number)
    return f"{count} of {total}{''.join(told)}"


def _at_least(name: str, value: str, share: float, limit: float, holders: Sequence[Holder]) -> Gate:
    return Gate(name, value, f"at least {limit:.0%}", share >= limit, tuple(holders))
