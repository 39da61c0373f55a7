"""What the rollout as a whole waits for: the wave that is next, which gate blocks it, and whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from modelyard.fleet.attention import Commands
from modelyard.fleet.gates import Gate
from modelyard.fleet.model import Observation
from modelyard.fleet.pause import Pause
from modelyard.fleet.states import RepoState, Trait

# A run does nothing for these: the list of what needs a person has the command for each.
_FOR_PEOPLE = {RepoState.DRAFT, RepoState.WORKED_ON}


class StepKind(StrEnum):
    """What the next step is."""

    PAUSED = "paused"
    OPEN = "open"
    BLOCKED = "blocked"
    REQUESTS = "requests"
    DONE = "done"


@dataclass(frozen=True)
class NextStep:
    """The next step of a rollout.

    Attributes:
        kind: "paused"; "open": the next wave may open; "blocked": a gate blocks it; "requests": all
            waves are open, and requests are not merged yet; "done": nothing is left to do.
        wave: The wave that is next; null where all are open.
        blocked_by: The gates that block it.
        waits_for: Repos that a gate, or the end of the rollout, waits for.
        text: All of that in a sentence.
        command: What to type next; "" where nothing is.
    """

    kind: StepKind
    wave: str | None
    blocked_by: tuple[Gate, ...]
    waits_for: tuple[str, ...]
    text: str
    command: str


def find(
    observations: Sequence[Observation],
    waves: Sequence[str],
    opened: Sequence[str],
    gates: Sequence[Gate],
    paused: Pause | None,
    commands: Commands,
) -> NextStep:
    """Return the next step.

    Args:
        observations: What was found in each repo.
        waves: The waves of the settings, in their order.
        opened: Those of them that are open.
        gates: The gates over those.
        paused: That the fleet is paused, if it is.
        commands: What somebody types next.
    """
    members = [one for one in observations if Trait.OUTSIDE not in one.state.traits]
    wave = _next(members, waves, opened)
    blocked = tuple(gate for gate in gates if gate.passed is False) if wave else ()
    if paused:
        text = "the fleet is paused, so no rollout goes on"
        return NextStep(StepKind.PAUSED, wave, blocked, (), text, commands.about_all("resume"))
    if wave is None:
        return _all_open(members, commands)
    command = commands.fleet("rollout --next")
    todo = {one.state for one in members if one.wave == wave and _is_todo(one)}
    if not blocked and todo == {RepoState.WITHDRAWN}:
        text = f"all that is left in the wave {wave} is on a version that was withdrawn"
        back = replace(commands, to=commands.version).fleet("rollout --next")
        return NextStep(StepKind.OPEN, wave, (), (), text, back)
    if not blocked:
        return NextStep(StepKind.OPEN, wave, (), (), f"the wave {wave} may open", command)
    waits_for = tuple(dict.fromkeys(one.repo for gate in blocked for one in gate.held_by))
    measured = "; ".join(f"{one.name} is {one.value}, must be {one.limit}" for one in blocked)
    who = "the gate blocks it" if len(blocked) == 1 else "gates block it"
    text = f"the wave {wave} is next, and {who}: {measured}"
    return NextStep(StepKind.BLOCKED, wave, blocked, waits_for, text, command)


def _all_open(members: Sequence[Observation], commands: Commands) -> NextStep:
    left = tuple(one.name for one in members if _is_left(one))
    if not left:
        text = f"none: nothing is left to do for {commands.version}"
        return NextStep(StepKind.DONE, None, (), (), text, "")
    found = [one for one in members if _is_left(one)]
    unopened = any(one.request is None or one.waits_for_ci for one in found)
    text = f"all waves are open; {len(left)} {'repo is' if len(left) == 1 else 'repos are'} left"
    if all(one.state in _FOR_PEOPLE for one in found):
        return NextStep(StepKind.REQUESTS, None, (), left, f"{text}, for people to decide", "")
    command = commands.fleet("retry" if unopened else "refresh")
    return NextStep(StepKind.REQUESTS, None, (), left, text, command)


def _next(
    members: Sequence[Observation], waves: Sequence[str], opened: Sequence[str]
) -> str | None:
    """Return the first wave that is not open and in which there is something to do."""
    todo = {one.wave for one in members if _is_todo(one)}
    return next((name for name in waves if name in todo and name not in opened), None)


def _is_left(seen: Observation) -> bool:
    ended = {RepoState.DECLINED, RepoState.REVERTED, RepoState.WITHDRAWN}
    return _is_todo(seen) and seen.state not in ended


def _is_todo(seen: Observation) -> bool:
    return Trait.NOTHING_TO_DO not in seen.state.traits
