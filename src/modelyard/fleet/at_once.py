"""Asks about many repos at the same time: what only waits for a forge needs no process."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from modelyard.errors import NotReady
from modelyard.fleet import limits
from modelyard.fleet.config import Limits
from modelyard.time_limit import TooLong

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def each(
    ask: Callable[[Item], Answer], todo: Sequence[Item], bounds: Limits, jobs: int
) -> list[Answer | BaseException]:
    """Return for each item what is answered, or what it ends with.

    Where for as long as one repo may take nothing is answered at all, what is left is given up:
    nobody can interrupt a thread, so it is left behind.

    Args:
        ask: What is asked; several threads call it.
        todo: About what.
        bounds: What one of them may take.
        jobs: How many at the same time.

    Raises:
        NotReady: One of them ends with it, so nobody will be answered.
    """
    if jobs == 1 or len(todo) < 2:
        return [_answered(_bound(ask, one, bounds)) for one in todo]
    waiting: queue.SimpleQueue[tuple[int, Item]] = queue.SimpleQueue()
    answers: queue.SimpleQueue[tuple[int, Answer | BaseException]] = queue.SimpleQueue()
    over = threading.Event()
    for numbered in enumerate(todo):
        waiting.put(numbered)

    def work() -> None:
        while True:
            try:
                number, one = waiting.get_nowait()
            except queue.Empty:
                return
            answers.put((number, _tried(ask, one)))
            if over.is_set():
                return

    for _ in range(min(jobs, len(todo))):
        threading.Thread(target=work, daemon=True).start()
    up = f"no answer for longer than [limits] minutes = {bounds.minutes:g} in fleet.toml"
    found: dict[int, Answer | BaseException] = {}
    with limits.of_memory(bounds):
        while len(found) < len(todo):
            try:
                number, answer = answers.get(timeout=bounds.minutes * 60)
            except queue.Empty:
                break
            if isinstance(answer, NotReady):
                over.set()
            found[number] = _answered(answer)
    return [found.get(number, TooLong(up)) for number in range(len(todo))]


def _answered(answer: Answer | BaseException) -> Answer | BaseException:
    if isinstance(answer, NotReady):
        raise answer
    return answer


def _bound(ask: Callable[[Item], Answer], one: Item, bounds: Limits) -> Answer | BaseException:
    try:
        with limits.of_one_repo(bounds):
            return ask(one)
    except (Exception, TooLong) as error:
        return error


def _tried(ask: Callable[[Item], Answer], one: Item) -> Answer | BaseException:
    try:
        return ask(one)
    except Exception as error:
        # Whatever it is, it is this repo's; who asked decides.
        return error
