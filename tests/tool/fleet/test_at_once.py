"""Many repos are asked about at the same time, and none of them holds up the others."""

import threading
import time

import pytest

from modelyard.errors import Unreachable
from modelyard.fleet import at_once
from modelyard.fleet.config import Limits


@pytest.mark.parametrize("jobs", [1, 4])
def test_each_has_its_answer_or_its_error(jobs: int) -> None:
    def ask(number: int) -> int:
        if number == 3:
            raise Unreachable("three is not there")
        return number * 2

    found = at_once.each(ask, range(6), Limits(), jobs)
    assert isinstance(found.pop(3), Unreachable) and found == [0, 2, 4, 8, 10]


def test_they_wait_together() -> None:
    together = threading.Barrier(4, timeout=10)
    assert at_once.each(lambda one: bool(together.wait() >= 0), range(8), Limits(), 4) == [True] * 8


@pytest.mark.parametrize("jobs", [1, 2])
def test_who_never_answers_is_given_up(jobs: int) -> None:
    over = threading.Event()
    started = time.monotonic()
    found = at_once.each(
        lambda one: over.wait(20) if one == 1 else True, range(3), Limits(minutes=0.01), jobs
    )
    over.set()
    assert time.monotonic() - started < 15
    assert found[0] is True and "[limits] minutes" in str(found[1])
