"""What `rollout --next` would do: the gates, the next wave, and each of its repos merged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from modelyard.fleet import gates, pause
from modelyard.fleet.observe import Survey
from modelyard.fleet.rollout import RolloutOptions, at_work, members, surveys

_TO_DO = {"clean", "conflict", "refused", "failed"}


@dataclass(frozen=True)
class NextWave:
    """What is next; nothing was written.

    Attributes:
        version: The version that is rolled out.
        open: The waves that have been opened, in their order.
        verdict: The gates, and the wave that is next.
        canary: Whether that wave is the first of several, so that CI need not ask for approval.
        surveys: The repos of that wave, merged; none where a gate keeps it closed.
    """

    version: str
    open: tuple[str, ...]
    verdict: gates.Verdict
    canary: bool
    surveys: Sequence[Survey]


def look(ask: RolloutOptions, told: Callable[[Survey], None]) -> NextWave:
    """Judge the gates and merge the next wave; write nothing.

    Machines that work side by side cannot each ask for the next wave: the first one's requests
    open it, and the second one would see the wave behind it. One looks, and all are told the name.
    """
    with at_work(ask) as context:
        everybody = members(context)
        begun = gates.begun(context, everybody).waves
        opened = tuple(wave.name for wave in context.fleet.waves if wave.name in begun)
        stopped = pause.find(context)
        passed: list[str] = []
        while True:
            verdict = gates.judge(context, everybody, stopped, passed)
            found: list[Survey] = []
            if verdict.holds and verdict.wave is not None:
                found = surveys(replace(ask, to=context.version, wave=verdict.wave), told)
                if all(one.state not in _TO_DO for one in found):
                    passed.append(verdict.wave)
                    continue
            canary = [wave.name for wave in context.fleet.waves[:-1]][:1] == [verdict.wave]
            return NextWave(context.version, opened, verdict, canary, found)
