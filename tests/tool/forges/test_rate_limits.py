"""Of its limits a forge, or what stands before it, may say what is no time."""

import time
from pathlib import Path

import pytest

from modelyard.forges import rate_limits
from modelyard.forges.forge import ForgeKind
from modelyard.forges.rate_limits import named_wait
from tests.tool.forges.served import HOSTED
from tests.tool.forges.serving import Answer, Asked
from tests.tool.forges.worlds import bad_forge

NOW = 1_800_000_000.0
DATE = {"Date": "Fri, 15 Jan 2027 09:00:00 GMT"}  # an hour ahead of NOW
NO_TIMES = [
    "soon",
    "-3",
    "",
    "9" * 400,
    "99999999999",
    "864000",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 99999 23:59:59 GMT",
    "Fri, 15 Jan 2027 09:00:00 +99999999999999",
]
NO_MOMENTS = ["abc", "9" * 400, "9" * 5000, "1800000000000", str(int(NOW) + 90 * 86400)]


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_names_none(text: str) -> None:
    assert named_wait({"Retry-After": text}, NOW) is None


@pytest.mark.parametrize("text", NO_MOMENTS)
def test_what_is_no_moment_names_none(text: str) -> None:
    assert named_wait({"RateLimit-Remaining": "0", "RateLimit-Reset": text}, NOW) is None


def test_a_time_is_seconds_or_a_date_by_the_clock_of_the_forge() -> None:
    assert named_wait({"Retry-After": "1.5"}, NOW) == 1.5
    later = {"Retry-After": "Fri, 15 Jan 2027 09:00:40 GMT"}
    assert named_wait({**later, **DATE}, NOW) == 40
    assert named_wait(later, NOW) == 3640
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 3630)}
    assert named_wait({**reset, **DATE}, NOW) == 31
    assert named_wait({**reset, "Date": "today"}, NOW) == 3631


def test_only_what_is_no_time_is_taken_out() -> None:
    headers = {
        "retry-after": "5",
        "x-ratelimit-reset": "9" * 20,
        "ratelimit-reset": "abc",
        "a": "b",
    }
    rate_limits.drop_what_is_no_time(headers, NOW)
    assert headers == {"retry-after": "5", "a": "b"}


@pytest.mark.parametrize("kind", HOSTED)
@pytest.mark.parametrize("status", [429, 403, 503, 200])
@pytest.mark.parametrize("name", ["Retry-After", "reset"])
def test_no_such_answer_stops_a_run_for_longer_than_others_do(
    tmp_path: Path, kind: ForgeKind, status: int, name: str
) -> None:
    with bad_forge(tmp_path, kind) as bad:
        api, words = bad.server.server.api, {"message": "API rate limit exceeded"}
        texts = list(NO_TIMES if name == "Retry-After" else [*NO_MOMENTS, "9" * 11])
        if kind == "gitlab" and status == 403:
            pytest.skip("GitLab says 429")

        def answer(asked: Asked) -> Answer:
            if not texts or len(bad.server.seen) % 2:
                return api(asked)
            text = texts.pop()
            reset = {f"{p}ratelimit-{n}": v for p in ("", "x-") for n, v in _reset(text)}
            headers = {name: text} if name == "Retry-After" else reset
            said = api(asked)
            return Answer(status, said.data if status == 200 else words, headers)

        bad.server.server.api = answer
        started = time.monotonic()
        while texts:
            assert [one.name for one in bad.forge.repositories()] == ["team/churn"]
        assert time.monotonic() - started < 10
        assert all(one <= 100 for one in bad.naps)


def _reset(text: str) -> list[tuple[str, str]]:
    return [("remaining", "0"), ("reset", text)]
