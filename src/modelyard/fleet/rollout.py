"""Rolls a version out to the repos of the fleet: by wave, in parallel, each repo on its own.

A plan, a status and a dry run of the next wave take the same way; only the last step differs.
"""

import errno
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from modelyard.errors import ModelyardError
from modelyard.fleet import act, decide, limits, observe, parallel, pause, survey, verify
from modelyard.fleet.context import Context, open_fleet
from modelyard.fleet.members import chosen
from modelyard.fleet.model import Action, Member, Observation, Outcome, RepoState, Result
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.parallel import OnResult
from modelyard.redaction import redact


def rollout(options: RolloutOptions, on_result: OnResult) -> list[Result]:
    """Visit every repo that is asked for.

    Args:
        options: What is wanted.
        on_result: Is called with each repo's result, as soon as there is one.
    """
    with open_fleet(options.file, options.to, options.data) as context:
        context.forge.signing_keys()
        results = visit_all(context, options, chosen(context, options), on_result)
        is_whole = (options.wave, options.shard, options.limit) == (None, (1, 1), None)
        if is_whole and options.mode is not Mode.ROLLOUT:
            return survey.in_their_waves(context.fleet, results)
        return results


def visit_all(
    context: Context, options: RolloutOptions, todo: Sequence[Member], on_result: OnResult
) -> list[Result]:
    """Visit repos, in this process or in several."""
    reopen = partial(open_fleet, options.file, context.version, options.data)
    return parallel.each(partial(visit, options), todo, context, reopen, options.jobs, on_result)


def visit(options: RolloutOptions, context: Context, member: Member) -> Result:
    """Observe one repo, decide, and act, unless it is a dry run; an error is a result."""
    acts = options.mode is Mode.ROLLOUT
    seen = Observation(member.name, member.wave, RepoState.UNKNOWN)
    try:
        with ExitStack() as stack:
            more_seconds = verify.SECONDS if options.verify else 0
            stack.enter_context(limits.of_one_repo(context.fleet.limits, more_seconds))
            paused = pause.find(context) if acts else ""
            if paused:
                return Result.of(seen, Action.NOTHING, Outcome.PAUSED, paused)
            seen, remote = observe.ask_forge(context, member, options.mode)
            row, work = decide.by_request(seen), None
            # Who does not act wants to see conflicts, so it merges in any case.
            if row is None or not acts:
                found = observe.merged(context, seen, remote, options.mode)
                seen, work = stack.enter_context(found)
                row = decide.decide(seen)
            if acts:
                return act.carry_out(context, member, seen, row, work, options.verify)
    except (Exception, limits.TooLong) as error:
        # Whatever it is, it is this repo's: the others are visited all the same.
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        seen = replace(seen, state=RepoState.FAILED, detail=_told(error))
        if acts:
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
