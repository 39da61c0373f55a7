"""Rolls a version out to the repos of the fleet: by wave, in parallel, each repo on its own.

A plan, a status and a dry run of the next wave take the same way; only the last step differs.
"""

import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from modelyard.errors import ModelyardError
from modelyard.fleet import (
    act,
    asked,
    decide,
    expand,
    limits,
    observe,
    parallel,
    pause,
    survey,
    verify,
    withdrawals,
)
from modelyard.fleet.asked import Asked
from modelyard.fleet.context import Context, open_fleet
from modelyard.fleet.members import chosen
from modelyard.fleet.model import Member, Observation, Result
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.parallel import OnResult
from modelyard.fleet.states import Action, Outcome, RepoState
from modelyard.redaction import redact


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
    refuse_withdrawn(context, options)
    results = visit_all(context, options, chosen(context, options), on_result)
    is_whole = (options.wave, options.shard, options.limit) == (None, (1, 1), None)
    if is_whole and options.mode is not Mode.ROLLOUT:
        return survey.in_their_waves(context.fleet, results)
    return results


def refuse_withdrawn(context: Context, options: RolloutOptions) -> None:
    """Refuse to act where the version was withdrawn."""
    if options.mode is Mode.ROLLOUT:
        withdrawals.refuse(
            context.fleet, context.forge, context.version, context.withdrawn, context.cache
        )


def visit_all(
    context: Context, options: RolloutOptions, todo: Sequence[Member], on_result: OnResult
) -> list[Result]:
    """Visit repos, in this process or in several."""
    known = (context.version, options.data, options.shard[1], context.goes_back)
    reopen = partial(open_fleet, options.file, *known)
    return parallel.each(partial(visit, options), todo, context, reopen, options.jobs, on_result)


def visit(options: RolloutOptions, context: Context, repo: Member) -> list[Result]:
    """Visit a repo: each of its members on its own; an error is a result."""
    if asked.left_out(context, repo):
        return [_visit(options, context, repo, None)]
    seen = Observation(repo.name, repo.wave, RepoState.UNKNOWN, repository=repo.name)
    try:
        with limits.of_one_repo(context.fleet.limits):
            paused = pause.find(context) if options.mode is Mode.ROLLOUT else ""
            if paused := paused or context.closed(options):
                return [Result.of(seen, Action.NOTHING, Outcome.PAUSED, paused)]
            told = repo.told if options.mode is Mode.PLAN else None
            known = asked.ask(context, repo.repository, told)
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
    whole = member.repository.name
    seen = Observation(member.name, member.wave, RepoState.UNKNOWN, repository=whole)
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
