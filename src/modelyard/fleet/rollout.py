"""Rolls a version out to the repos of the fleet: by wave, in parallel, each repo on its own.

A plan, a status and a dry run of the next wave take the same way; only the last step differs.
"""

import errno
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from modelyard.errors import ModelyardError
from modelyard.fleet import (
    act,
    asked,
    decide,
    expand,
    gates,
    limits,
    observe,
    parallel,
    pause,
    verify,
)
from modelyard.fleet.asked import Asked
from modelyard.fleet.context import Context, open_fleet
from modelyard.fleet.members import chosen, members
from modelyard.fleet.model import (
    Action,
    Member,
    Observation,
    Outcome,
    RepoState,
    Result,
    Trait,
)
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.parallel import OnResult
from modelyard.redaction import redact

WRITES = {Action.OPEN, Action.UPDATE, Action.BUILD_ON, Action.MAKE_READY}


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


def rollout(options: RolloutOptions, on_result: OnResult) -> list[Result]:
    """Visit every repo that is asked for.

    Args:
        options: What is wanted.
        on_result: Is called with each repo's result, as soon as there is one.
    """
    with open_fleet(options.file, options.to, options.data, options.shard[1]) as context:
        return visit_chosen(context, options, on_result)


def visit_chosen(context: Context, options: RolloutOptions, on_result: OnResult) -> list[Result]:
    """Visit every repo that is asked for, of a fleet that is open."""
    context.forge.signing_keys()
    return _visit_all(context, options, chosen(context, options), on_result)


def _visit_all(
    context: Context, options: RolloutOptions, todo: Sequence[Member], on_result: OnResult
) -> list[Result]:
    reopen = partial(open_fleet, options.file, context.version, options.data, options.shard[1])
    return parallel.each(partial(visit, options), todo, context, reopen, options.jobs, on_result)


def visit(options: RolloutOptions, context: Context, repo: Member) -> list[Result]:
    """Visit a repo: each of its members on its own; an error is a result."""
    if asked.left_out(context, repo):
        return [_visit(options, context, repo, None)]
    seen = Observation(repo.name, repo.wave, RepoState.UNKNOWN)
    try:
        with limits.of_one_repo(context.fleet.limits):
            paused = pause.find(context) if options.mode is Mode.ROLLOUT else ""
            if paused := paused or context.closed(options):
                return [Result.of(seen, Action.NOTHING, Outcome.PAUSED, paused)]
            known = asked.ask(context, repo.repository)
            parts = expand.expand(context, repo, known)
    except (Exception, limits.TooLong) as error:
        return [_failed(options, seen, error)]
    return [
        _visit(options, context, one.member, known)
        if one.error is None
        else _failed(options, replace(seen, name=one.member.name), one.error)
        for one in parts
    ]


def _visit(
    options: RolloutOptions, context: Context, member: Member, known: Asked | None
) -> Result:
    """Observe one member, decide, and act, unless it is a dry run; an error is a result."""
    acts = options.mode is Mode.ROLLOUT
    seen = Observation(member.name, member.wave, RepoState.UNKNOWN)
    try:
        with ExitStack() as stack:
            more_seconds = verify.SECONDS if options.verify else 0
            stack.enter_context(limits.of_one_repo(context.fleet.limits, more_seconds))
            seen = observe.ask_forge(context, member, options.mode, known)
            row, work = decide.by_request(seen), None
            # Who does not act wants to see conflicts, so it merges in any case.
            if row is None or not acts:
                found = observe.merged(context, member, seen, known, options.mode)
                seen, work = stack.enter_context(found)
                row = decide.decide(seen)
            if acts and row.action is Action.OPEN and not options.opens:
                return Result.of(seen, Action.NOTHING, detail="it has no open request")
            if acts:
                return act.carry_out(context, member, seen, row, work, options.verify)
    except (Exception, limits.TooLong) as error:
        return _failed(options, seen, error)
    return replace(Result.of(seen, row.action, detail=row.detail), seen=seen)


def _failed(options: RolloutOptions, seen: Observation, error: BaseException) -> Result:
    """Return what is told of an error: whatever it is, others are visited all the same."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        raise error
    seen = replace(seen, state=RepoState.FAILED, detail=_told(error))
    if options.mode is Mode.ROLLOUT:
        return Result.of(seen, Action.NOTHING, Outcome.FAILED)
    row = decide.decide(seen)
    return replace(Result.of(seen, row.action, detail=row.detail), seen=seen)


def _told(error: BaseException) -> str:
    match error:
        case ModelyardError() | limits.TooLong():
            return str(error)
        case MemoryError():
            return "it takes more memory than [limits] memory_gb in fleet.toml"
        case OSError():
            return redact(f"{error.filename or 'a file'}: {error.strerror}")
    last = traceback.extract_tb(error.__traceback__)[-1]
    at = f"{Path(last.filename).name}, line {last.lineno}"
    return redact(f"a bug in modelyard: {type(error).__name__}: {error} ({at})")


def next_wave(options: RolloutOptions, on_result: OnResult) -> NextWave:
    """Open the next wave, if the gates of those before it pass.

    A wave in which no repo needs the version opens nothing, so the one behind it is next.

    Machines that work side by side cannot each ask for the next wave: the first one's requests
    open it, and the second one would see the wave behind it. One plans, and all are told the name.
    """
    with open_fleet(options.file, options.to, options.data, options.shard[1]) as context:
        everybody = members(context, options.read_only)
        found = gates.survey(context, everybody, with_checks=True)
        started = found.started
        started_waves, filled = {one.wave for one in started}, {one.wave for one in everybody}
        waves = [wave.name for wave in context.fleet.waves]
        results: list[Result] = []
        for wave in (*(name for name in waves if name in filled - started_waves), None):
            verdict = gates.judge(context, found, wave, context.closed(options))
            if wave is None or not verdict.passed:
                break
            # Whole: a part would open it for others, who would see the one behind it as next.
            todo = [one for one in everybody if one.wave == wave]
            results += _visit_all(context, options, todo, on_result)
            if any(Trait.NOTHING_TO_DO not in one.state.traits for one in results):
                break
        in_order = tuple(name for name in waves if name in started_waves)
        canary = len(waves) > 1 and verdict.wave == waves[0]
        unfinished: tuple[str, ...] = ()
        if options.mode is not Mode.ROLLOUT:
            left = _visit_all(context, options, _to_retry(everybody, started), on_result)
            unfinished = tuple(one.name for one in left if one.action in WRITES)
        return NextWave(context.version, in_order, verdict, canary, results, unfinished)


def retry(options: RolloutOptions, on_result: OnResult) -> list[Result]:
    """Roll out again in waves that have started.

    Where there is no request, or one that waits for CI, or whose mark does not count.
    """
    with open_fleet(options.file, options.to, options.data, options.shard[1]) as context:
        everybody = chosen(context, options)
        started = gates.survey(context, everybody, with_checks=False).started
        return _visit_all(context, options, _to_retry(everybody, started), on_result)


def refresh(options: RolloutOptions, on_result: OnResult) -> list[Result]:
    """See to the requests for the version that are open, in whatever wave, and open none.

    Where a default branch has moved on it is merged anew; a draft whose CI is green becomes ready.
    """
    options = replace(options, opens=False)
    with open_fleet(options.file, options.to, options.data, options.shard[1]) as context:
        everybody = chosen(context, options)
        started = gates.survey(context, everybody, with_checks=False).started
        served = {one.name for one in started if one.is_open}
        todo = [one for one in everybody if one.name in served]
        return _visit_all(context, options, todo, on_result)


def _to_retry(everybody: Sequence[Member], started: Sequence[gates.Started]) -> Sequence[Member]:
    waves = {one.wave for one in started}
    served = {one.name for one in started if not (one.waits_for_ci or one.needs_a_mark)}
    return [one for one in everybody if one.wave in waves and one.name not in served]
