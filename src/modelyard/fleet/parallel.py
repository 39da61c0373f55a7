"""Visits repos in this process or in several; in which order they end does not matter."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager

from modelyard.errors import NotReady
from modelyard.fleet.context import Context
from modelyard.fleet.model import Member, Result
from modelyard.forges import token_store

Visit = Callable[[Context, Member], Result]
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
    """Visit each repo, and return the results in the order of `todo`.

    Args:
        visit: What is done with a repo; several processes must be able to get it.
        todo: The repos.
        context: The fleet as this process has it open.
        reopen: Opens the same fleet in another process.
        jobs: Processes.
        on_result: Is called with each result, as soon as there is one.
    """
    results: dict[str, Result] = {}
    if jobs == 1 or len(todo) < 2:
        for member in todo:
            results[member.name] = visit(context, member)
            on_result(results[member.name])
    else:
        handed = (reopen, token_store.held())
        with ProcessPoolExecutor(jobs, initializer=_enter, initargs=handed) as pool:
            futures = {pool.submit(_in_process, visit, one): one.name for one in todo}
            try:
                for future in as_completed(futures):
                    results[futures[future]] = future.result()
                    on_result(future.result())
            except BrokenProcessPool:
                raise NotReady(
                    "a process of this run was ended from outside, by hand or for want of memory",
                    "run it again, or with fewer --jobs; what is done stays done",
                ) from None
    return [results[member.name] for member in todo]


_process: list[tuple[AbstractContextManager[Context], Context]] = []
_failed: list[Exception] = []


def _enter(reopen: Reopen, secrets: Mapping[str, str]) -> None:
    """Open forge and templates once in each process; they live as long as it does."""
    token_store.hold(secrets)
    manager = reopen()
    try:
        _process.append((manager, manager.__enter__()))
    except Exception as error:
        # Here it would end as a broken pool; the first repo says it instead.
        _failed.append(error)


def _in_process(visit: Visit, member: Member) -> Result:
    if _failed:
        raise _failed[0]
    return visit(_process[0][1], member)
