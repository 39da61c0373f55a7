"""Opens the next wave if the gates pass, and works again in waves that are open already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from modelyard.fleet import gates, merging, names, pause, rollout, survey
from modelyard.fleet.context import Context, open_fleet
from modelyard.fleet.members import chosen, members
from modelyard.fleet.model import Member, Result
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.parallel import OnResult
from modelyard.fleet.states import Action, Trait
from modelyard.fleet.survey import Survey

_WRITES = {Action.OPEN, Action.UPDATE, Action.BUILD_ON, Action.MAKE_READY, Action.MERGE}


@dataclass(frozen=True)
class NextWave:
    """The next wave, and what became of it.

    Attributes:
        version: The version that is rolled out.
        open: The waves that have started, in their order.
        verdict: The gates, and the wave that is next.
        canary: Whether that wave is the first of several, so that CI need not ask for approval.
        results: Of its repos, and of those of waves before it that had nothing to do.
        unfinished: Repos of open waves in which `retry` has something to do; only a plan looks.
    """

    version: str
    open: tuple[str, ...]
    verdict: gates.Verdict
    canary: bool
    results: Sequence[Result]
    unfinished: tuple[str, ...]

    @property
    def told(self) -> Sequence[Result]:
        """The results of the wave that is next, and what needs a person in those before it."""
        wave = self.verdict.wave
        return [one for one in self.results if one.wave == wave or one.needs_a_person]


def next_wave(options: RolloutOptions, on_result: OnResult) -> NextWave:
    """Open the next wave, if the gates of those before it pass.

    A wave in which no repo needs the version opens nothing, so the one behind it is next.

    Machines that work side by side cannot each ask for the next wave: the first one's requests
    open it, and the second one would see the wave behind it. One plans, and all are told the name.
    """
    with open_fleet(options.file, options.to, options.data, options.shard[1]) as context:
        rollout.refuse_withdrawn(context, options)
        everybody = members(context, options.read_only)
        everybody, found = survey.ask(context, everybody, True, options.jobs)
        names.refuse_empty(context, everybody, found.open)
        looked = _look(context, options, everybody, found, on_result)
        found = survey.looked_into(found, looked)
        filled = {one.wave for one in everybody}
        waves = [wave.name for wave in context.fleet.waves]
        results: list[Result] = []
        for wave in (*(name for name in waves if name in filled - set(found.open)), None):
            paused = pause.find(context) or context.closed(options)
            verdict = gates.judge(context.fleet, found, wave, paused, datetime.now(UTC))
            if wave is None or not verdict.passed:
                break
            # Whole: a part would open it for others, who would see the one behind it as next.
            todo = [one for one in everybody if one.wave == wave]
            results += rollout.visit_all(context, options, todo, on_result)
            if any(Trait.NOTHING_TO_DO not in one.state.traits for one in results):
                break
            if any(one.name in found.untold for one in todo):
                # It may have merged the version: then its wave is open, and no gate has judged it.
                break
        canary = len(waves) > 1 and verdict.wave == waves[0]
        unfinished: tuple[str, ...] = ()
        if options.mode is not Mode.ROLLOUT:
            unfinished = tuple(one.name for one in looked if one.action in _WRITES)
        return NextWave(context.version, found.open, verdict, canary, results, unfinished)


def _look(
    context: Context,
    options: RolloutOptions,
    everybody: Sequence[Member],
    found: Survey,
    on_result: OnResult,
) -> Sequence[Result]:
    """Look into repos of open waves: those without a request, and merged ones.

    Nothing is written there. Some of the first need nothing of the version, and of the others
    somebody may have taken the merge back. A plan looks where `retry` has something to do, too.
    """
    merged = {one.repository for one in found.started if one.is_merged}
    wanted = merged | {one.name for one in survey.unfinished(context.fleet, everybody, found)}
    if options.mode is not Mode.ROLLOUT:
        wanted |= {one.name for one in _to_retry(context, everybody, found)}
    todo = [one for one in everybody if one.name in wanted]
    return rollout.visit_all(context, replace(options, mode=Mode.PLAN), todo, on_result)


def retry(options: RolloutOptions, on_result: OnResult) -> list[Result]:
    """Roll out again in waves that are open, and in no other.

    Where there is no request, or one that waits for CI or to be merged, or whose mark does not
    count.
    """
    with open_fleet(options.file, options.to, options.data, options.shard[1]) as context:
        rollout.refuse_withdrawn(context, options)
        everybody, found = survey.ask(context, chosen(context, options), False, options.jobs)
        todo = _to_retry(context, everybody, found)
        return rollout.visit_all(context, options, todo, on_result)


def refresh(options: RolloutOptions, on_result: OnResult) -> list[Result]:
    """See to the requests for the version that are open, in whatever wave, and open none.

    Where a default branch has moved on it is merged anew; a draft whose CI is green becomes ready.
    """
    options = replace(options, opens=False)
    with open_fleet(options.file, options.to, options.data, options.shard[1]) as context:
        rollout.refuse_withdrawn(context, options)
        everybody, found = survey.ask(context, chosen(context, options), False, options.jobs)
        served = {one.repository for one in found.started if one.is_open}
        todo = [one for one in everybody if one.name in served]
        return rollout.visit_all(context, options, todo, on_result)


def _to_retry(context: Context, everybody: Sequence[Member], found: Survey) -> Sequence[Member]:
    """Return the repos that are unfinished.

    One with a request is in a wave that was opened, whatever that is called by now.
    """
    merges = merging.is_on(context)
    again = {
        one.repository
        for one in found.started
        if one.waits_for_ci or one.needs_a_mark or (merges and one.waits_to_merge)
    }
    silent = {one.name for one in everybody if one.name in found.unanswered}
    lacking = {one.name for one in survey.unfinished(context.fleet, everybody, found)}
    return [one for one in everybody if one.name in again | silent | lacking]
