"""Who was on which version when, and how long requests took, against cases done by hand."""

from datetime import date

import pytest

from modelyard.fleet.report import history
from tests.tool.fleet.report.builders import NOW, repo, report, request


def test_adoption_moves_a_repo_on_the_day_its_request_was_merged() -> None:
    data = report(
        repo("a", "current", "v2", request(10, 1), request(30, 5, to="v1", before="v0")),
        repo("b", "clean", "v1"),
        repo("c", "current", "v2", request(10, 1)),
    )
    assert [(one.day.isoformat(), dict(one.counts)) for one in data.adoption] == [
        ("2026-06-04", {"v0": 1, "v1": 2}),
        ("2026-06-05", {"v1": 3}),
        ("2026-06-21", {"v2": 2, "v1": 1}),
        ("2026-06-30", {"v2": 2, "v1": 1}),
    ]


def test_what_nobody_requested_shows_when_the_default_branch_is_read() -> None:
    by_hand = repo("a", "current", "v3", request(10, 1))
    jumped = repo("b", "current", "v2", request(9, 1, before="v1"), request(20, 1, to="v0.5"))
    found = {one.day: dict(one.counts) for one in report(by_hand, jumped).adoption}
    assert found[date(2026, 6, 29 - 8)] == {"v2": 1, "v0.5": 1}
    assert found[NOW.date()] == {"v3": 1, "v2": 1}


def test_a_declined_request_moves_nobody() -> None:
    data = report(repo("a", "clean", "v1", request(10, 1, state="closed")))
    assert [dict(one.counts) for one in data.adoption] == [{"v1": 1}]
    assert data.merge_times == ()


def test_median_and_p90_are_nearest_ranks() -> None:
    took = [5, 1, 3, 2, 4, 9, 8, 7, 6, 20]
    data = report(*(repo(f"r{i}", "current", "v2", request(40, d)) for i, d in enumerate(took)))
    everything, for_v2 = data.merge_times
    assert (everything.version, everything.count) == ("", 10)
    assert (everything.median, everything.p90) == (5.0, 9.0)
    assert (for_v2.version, for_v2.median, for_v2.p90) == ("v2", 5.0, 9.0)


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [([7], 7, 7), ([1, 2], 1, 2), ([3, 1, 2], 2, 3), (list(range(1, 12)), 6, 10)],
)
def test_nearest_rank_by_hand(values: list[float], median: float, p90: float) -> None:
    found = history.nearest_rank(values, 50), history.nearest_rank(values, 90)
    assert found == (median, p90)


def test_nearest_rank_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        history.nearest_rank([], 50)


def test_versions_are_in_the_order_of_releases() -> None:
    names = ["v1.10.0", "v1.9.0", "v1.9.0-3-gabc1234", "main", "v2.0.0rc1", "v2.0.0"]
    assert history.newest_first(names) == [
        "v2.0.0",
        "v2.0.0rc1",
        "v1.10.0",
        "v1.9.0-3-gabc1234",
        "v1.9.0",
        "main",
    ]
