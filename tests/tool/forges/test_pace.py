"""One pace for all threads and processes: of writes, and of what a forge asks for."""

import json
import multiprocessing
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from modelyard.errors import Unreachable
from modelyard.forges import rate_limits
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.forge import Checks, ForgeKind
from modelyard.forges.pace import HOUR, MINUTE, Budget, Pace, moment
from modelyard.time_limit import TooLong, at_most, suspended
from tests.tool.forges.served import HOSTED
from tests.tool.forges.serving import Answer, Asked, Handler
from tests.tool.forges.worlds import LABEL, Bad, bad_forge


class Clock:
    """Time that passes while somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.naps, self.told = 1000.0, [0.0], [""]
        self.naps.clear()
        self.told.clear()

    def sleep(self, seconds: float) -> None:
        self.naps.append(round(seconds, 3))
        self.now += seconds

    def pace(self, folder: Path, budget: Budget, patience: float = 300) -> Pace:
        options = ClientOptions(
            max_wait=patience, sleep=self.sleep, clock=lambda: self.now, tell=self.told.append
        )
        return Pace("https://forge.example token", budget, options, folder)


def test_writes_keep_to_the_minute_and_to_the_hour(tmp_path: Path) -> None:
    clock, at = Clock(), []
    pace = clock.pace(tmp_path, Budget.of(4, 10))
    for _ in range(25):
        pace.before(writes=True)
        at.append(clock.now)
    for most, seconds in ((4, MINUTE), (10, HOUR)):
        assert all(late - early > seconds for early, late in zip(at, at[most:], strict=False))
    assert at[-1] - at[0] < 2 * (HOUR + 1) + 2 * (MINUTE + 1)
    assert re.fullmatch(r"waits until \d\d:\d\d:\d\d: 4 writes a minute", clock.told[0])
    assert re.fullmatch(r"waits until \d\d:\d\d:\d\d: 10 writes an hour", clock.told[2])


def test_what_only_reads_takes_no_turn(tmp_path: Path) -> None:
    clock = Clock()
    pace = clock.pace(tmp_path, Budget.of(1, 1))
    for _ in range(9):
        pace.before(writes=False)
    assert clock.naps == [] and list(tmp_path.iterdir()) == []


def test_a_shard_has_its_part(tmp_path: Path) -> None:
    whole, part = Budget.of(80, 500, 1.0), Budget.of(80, 500, 1.0, parts=4)
    assert [most for most, _, _ in whole.windows] == [80, 500] and whole.apart == 1
    assert [most for most, _, _ in part.windows] == [20, 125] and part.apart == 4
    assert [most for most, _, _ in Budget.of(2, None, parts=4).windows] == [1]


def test_who_is_told_to_wait_holds_all_others(tmp_path: Path) -> None:
    clock = Clock()
    budget = Budget.of(None, None)
    clock.pace(tmp_path, budget).hold(40)
    clock.pace(tmp_path, budget).before(writes=False)
    clock.pace(tmp_path, budget).before(writes=True)
    assert clock.naps == [40]


def test_a_state_of_another_time_or_of_nobody_holds_nobody(tmp_path: Path) -> None:
    clock = Clock()
    pace = clock.pace(tmp_path, Budget.of(1, None))
    pace.before(writes=True)
    (file,) = tmp_path.iterdir()
    said = file.read_text()
    broken = ("", "[", "{}", "[1]", said.replace("1000.0", "5000.0"), '["x", 1, 2]', "[" * 100_000)
    far = (
        "[1, Infinity, 0]",
        "[1, NaN, 0]",
        "[1, 0, 0, 1e300]",
        f"[1, {1000 + 30 * 24 * HOUR}, 0]",
    )
    for other in (*broken, *far):
        file.write_text(other)
        pace.before(writes=True)
        assert clock.naps == []
    # Of who was killed while a longer one was written over.
    file.write_text(f"{said}, 9.0, 9.0]")
    pace.before(writes=True)
    assert clock.naps == [61]


def test_another_budget_forgets_nothing(tmp_path: Path) -> None:
    clock = Clock()
    clock.pace(tmp_path, Budget.of(1, None)).before(writes=True)
    clock.now += 2
    clock.pace(tmp_path, Budget.of(None, None)).hold(1)
    clock.pace(tmp_path, Budget.of(1, None)).before(writes=True)
    assert clock.naps == [59]


def test_a_time_that_is_far_away_has_its_day() -> None:
    assert re.fullmatch(r"\d\d:\d\d:\d\d", moment(3600))
    assert re.fullmatch(r"\w{3} \d\d \w{3} \d{4} \d\d:\d\d:\d\d", moment(20 * 3600))


def _take(folder: Path, number: int, times: "multiprocessing.Queue[float]") -> None:
    budget = Budget(((3, 0.4, "of 3"),))
    for _ in range(number):
        Pace("forge", budget, ClientOptions(), folder).before(writes=True)
        times.put(time.monotonic())


def test_processes_share_it_and_survive_one_that_is_killed(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    times = spawn.Queue()
    processes = [spawn.Process(target=_take, args=(tmp_path, 4, times)) for _ in range(3)]
    for one in processes:
        one.start()
    time.sleep(0.15)
    os.kill(processes[0].pid or 0, signal.SIGKILL)
    for one in processes:
        one.join(30)
    found = sorted(times.get() for _ in range(times.qsize()))
    assert len(found) >= 8
    assert all(late - early > 0.3 for early, late in zip(found, found[3:], strict=False))


def test_time_that_is_waited_for_is_not_the_repos() -> None:
    with at_most(0.3):
        with suspended():
            time.sleep(0.4)
        with pytest.raises(TooLong):
            time.sleep(1)


@pytest.fixture(params=HOSTED)
def bad(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bad]:
    with bad_forge(tmp_path / "forge", request.param) as made:
        yield made


def test_what_the_forge_counts_is_within_the_budget(bad: Bad) -> None:
    """Two clients of one token, as two processes have them: their writes together."""
    at: list[float] = []
    api = bad.server.server.api

    def count(asked: Asked) -> Answer:
        body = json.dumps(asked.data) if asked.data else None
        if rate_limits.writes(asked.method, asked.path, body):
            at.append(bad.clock())
        return api(asked)

    bad.server.server.api = count
    made = bad.forge.open(bad.repository, "update", "t", "b", draft=False, label=LABEL)
    at.clear()
    clients = [bad.client(writes_a_minute=3) for _ in range(2)]
    for number in range(8):
        made = clients[number % 2].edit(
            bad.repository, made, title="t", body=f"{number}", draft=number % 3 == 0
        )
    assert len(at) >= 8 and bad.naps
    assert all(late - early > MINUTE for early, late in zip(at, at[3:], strict=False))
    assert "3 writes a minute" in bad.told[0]


def test_before_a_reset_nobody_asks_anything(bad: Bad) -> None:
    """Neither who was told, nor another worker; afterwards it goes on."""
    other = bad.client()
    bad.server.trouble(429, retry_after=80, on="(GET|POST) /api")
    bad.forge.repositories()
    assert bad.naps == [80]
    bad.server.trouble(429, retry_after=2000, on="(GET|POST) /api")
    with pytest.raises(Unreachable, match=r"until \d\d:\d\d:\d\d") as caught:
        bad.forge.repositories()
    assert re.search(r"MODELYARD_PATIENCE=20\d\d", caught.value.hint)
    asked = len(bad.server.seen)
    with pytest.raises(Unreachable, match=r"team/churn: .* until \d\d:\d\d:\d\d"):
        other.repository("team/churn")
    assert len(bad.server.seen) == asked and bad.naps == [80]
    bad.sleep(2000)
    other.repository("team/churn")


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (429, {"message": "API rate limit exceeded"}),
        (403, {"message": "API rate limit exceeded for user ID 1."}),
        (200, {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "exceeded"}]}),
    ],
)
def test_a_reset_is_a_moment_of_the_forges_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, data: object
) -> None:
    """By status as REST says it, or in the answer as GraphQL does; its clock is an hour ahead."""
    with bad_forge(tmp_path / "forge", ForgeKind.GITHUB) as bad:
        ahead = time.time() + 3600
        headers = {
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": str(int(ahead) + 50),
        }
        date = datetime.fromtimestamp(ahead, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        api, asked = bad.server.server.api, iter([True])

        def limited(one: Asked) -> Answer:
            return Answer(status, data, headers) if next(asked, False) else api(one)

        monkeypatch.setattr(bad.server.server, "api", limited)
        monkeypatch.setattr(Handler, "date_time_string", lambda *_: date)
        assert bad.forge.branch_checks(bad.repository, "update") is Checks.NONE
        assert len(bad.naps) == 1 and 49 < bad.naps[0] < 53
        assert "the forge limits" in bad.told[0]


def test_the_last_answer_before_a_limit_is_one_to_stop_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bad_forge(tmp_path / "forge", ForgeKind.GITHUB) as bad:
        api = bad.server.server.api
        later = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 30)}

        def last(asked: Asked) -> Answer:
            said = api(asked)
            return Answer(said.status, said.data, later)

        monkeypatch.setattr(bad.server.server, "api", last)
        bad.forge.repositories()
        assert bad.naps == []
        bad.forge.repositories()
        assert len(bad.naps) == 1 and 28 < bad.naps[0] < 33


def test_threads_share_it(tmp_path: Path) -> None:
    times: list[float] = []
    budget = Budget(((2, 0.2, "of 2"),))

    def take() -> None:
        for _ in range(2):
            Pace("forge", budget, ClientOptions(), tmp_path).before(writes=True)
            times.append(time.monotonic())

    threads = [threading.Thread(target=take) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = sorted(times)
    assert len(found) == 6
    assert all(late - early > 0.15 for early, late in zip(found, found[2:], strict=False))
