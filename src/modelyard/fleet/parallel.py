"""Visits repos in this process or in several; in which order they end does not matter."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, suppress
from dataclasses import replace

from modelyard.errors import ModelyardError
from modelyard.fleet.context import Context
from modelyard.fleet.model import Member, Observation, Result
from modelyard.fleet.states import Action, Outcome, RepoState
from modelyard.forges import token_store

_PR_SET_PDEATHSIG = 1
_KILLED = "its process was ended from outside, by hand or for want of memory"
Visit = Callable[[Context, Member], Sequence[Result]]
OnResult = Callable[[Result], None]
Reopen = Callable[[], AbstractContextManager[Context]]


def each(
    visit: Visit,
    todo: Sequence[Member],
    context: Context,
    reopen: Reopen,
    jobs: int,
    on_result: OnResult,
) -> list[Result]:
    """Visit each repo, and return the results of its members, in the order of `todo`.

    Args:
        visit: What is done with a repo; several processes must be able to get it.
        todo: The repos.
        context: The fleet as this process has it open.
        reopen: Opens the same fleet in another process.
        jobs: Processes.
        on_result: Is called with each result, as soon as there is one.
    """
    results: dict[str, Sequence[Result]] = {}

    def take(member: Member, found: Sequence[Result]) -> None:
        results[member.name] = found
        for one in found:
            on_result(one)

    if jobs == 1 or len(todo) < 2:
        for member in todo:
            take(member, visit(context, member))
    else:
        _in_processes(visit, todo, reopen, jobs, take)
        # Where a process was ended from outside, each repo that is left gets one of its own.
        for member in [one for one in todo if one.name not in results]:
            try:
                _in_processes(visit, [member], reopen, 1, take)
            except (ModelyardError, OSError) as error:
                take(member, [_ended(member, str(error))])
            if member.name not in results:
                take(member, [_ended(member, _KILLED)])
    return [one for member in todo for one in results[member.name]]


def _in_processes(
    visit: Visit,
    todo: Sequence[Member],
    reopen: Reopen,
    jobs: int,
    take: Callable[[Member, Sequence[Result]], None],
) -> None:
    """Visit repos in processes; of those that a dead process leaves behind there is no result."""
    # A process that is killed removes nothing, and one of a pool leaves no block: what they make
    # is in a folder of this process, which removes it.
    with tempfile.TemporaryDirectory(prefix="modelyard-", ignore_cleanup_errors=True) as scratch:
        handed = (reopen, token_store.held(), os.getpid(), scratch)
        with ProcessPoolExecutor(jobs, initializer=_enter, initargs=handed) as pool:
            futures: dict[Future[Sequence[Result]], Member] = {}
            try:
                with suppress(BrokenProcessPool):
                    # One that has ended already ends this too.
                    for one in todo:
                        futures[pool.submit(_in_process, visit, one)] = one
                    for future in as_completed(futures):
                        take(futures[future], future.result())
            except BaseException:
                # Whoever interrupts does not wait for repos that nobody has begun with.
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _ended(member: Member, detail: str) -> Result:
    seen = Observation(member.name, member.wave, RepoState.FAILED, detail=detail)
    seen = replace(seen, repository=member.repository.name)
    return replace(Result.of(seen, Action.NOTHING, Outcome.FAILED), seen=seen)


_process: list[tuple[AbstractContextManager[Context], Context]] = []
_failed: list[Exception] = []


def _enter(reopen: Reopen, secrets: Mapping[str, str], parent: int, scratch: str) -> None:
    """Open forge and templates once in each process; they live as long as it does."""
    _end_with(parent)
    for number in (signal.SIGTERM, signal.SIGHUP):
        # How the run ends when it is ended is its own; a process of it just ends.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    os.environ["TMPDIR"] = tempfile.tempdir = scratch
    token_store.hold(secrets)
    manager = reopen()
    try:
        _process.append((manager, manager.__enter__()))
    except Exception as error:
        # Here it would end as a broken pool; the first repo says it instead.
        _failed.append(error)


def _end_with(parent: int) -> None:
    """End this process when its parent is killed: it would wait for ever, with the token."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _in_process(visit: Visit, member: Member) -> Sequence[Result]:
    if _failed:
        raise _failed[0]
    return visit(_process[0][1], member)
