"""Many repos are asked about at the same time, and none of them holds up the others."""

import threading
import time
from pathlib import Path

import pytest

from modelyard.errors import NotReady, Unreachable
from modelyard.fleet import at_once
from modelyard.fleet.config import Limits
from modelyard.fleet.next_wave import retry
from modelyard.fleet.options import RolloutOptions
from modelyard.forges.forge import ForgeKind
from tests.tool.fleet.hosted_fleet import add_repos, log_in, write_settings
from tests.tool.forges.served import served
from tests.tool.forges.serving import Answer, Asked


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


@pytest.mark.parametrize("jobs", [1, 2])
def test_where_nobody_will_be_answered_nobody_else_is_asked(jobs: int) -> None:
    asked = []

    def ask(number: int) -> int:
        asked.append(number)
        time.sleep(0.02)
        raise NotReady("the token is refused")

    with pytest.raises(NotReady, match="token"):
        at_once.each(ask, range(50), Limits(), jobs)
    time.sleep(0.1)
    assert len(asked) < 10


def test_a_survey_asks_about_as_many_as_there_are_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "fleet.toml"
    with served(tmp_path / "forge", ForgeKind.GITHUB) as forge:
        made = add_repos(forge, tmp_path / "world", 4)
        write_settings(forge, made.template, file)
        log_in(forge, tmp_path, monkeypatch)
        together, api = threading.Barrier(4, timeout=20), forge.server.api

        def answer(asked: Asked) -> Answer:
            if "query PullRequests" in str(asked.data):
                together.wait()
            return api(asked)

        monkeypatch.setattr(forge.server, "api", answer)
        assert retry(RolloutOptions(file, jobs=4), lambda one: None) == []
