"""The shapes of the charts, against cases done by hand."""

import re

from modelyard.fleet.report import charts, history
from modelyard.fleet.states import RepoState
from tests.tool.fleet.report.builders import repo, report, request


def corners(path: str) -> list[tuple[float, float]]:
    pairs = (pair.split() for pair in re.sub("[MZ]", "", path).split("L"))
    return [(float(x), float(y)) for x, y in pairs]


def test_areas_lie_on_each_other_and_fill_the_drawing() -> None:
    data = report(
        repo("a", "current", "v2", request(9.5, 1)),
        repo("b", "current", "v2", request(4.5, 1)),
        repo("c", "clean", "v1"),
        repo("d", "clean", "v1"),
    )
    new, old = charts.bands(data.adoption, ["v2", "v1"])
    assert (new.name, new.count, old.name, old.count) == ("v2", 2, "v1", 2)
    # From the day before the first merge, 06-21, to the end of 06-30 are ten days.
    first, second = 100, 600
    roof = [(0, 100), (first, 100), (first, 75), (second, 75), (second, 50), (1000, 50)]
    assert corners(new.path)[:6] == roof
    assert corners(old.path)[2:] == roof[::-1]
    assert corners(old.path)[:2] == [(0, 0), (1000, 0)]


def test_many_versions_and_days_become_few_bands_and_points() -> None:
    took = [
        repo(f"r{i}", "current", "v2", request(900 - 2 * i, 1, before=f"v0.{i % 9}"))
        for i in range(400)
    ]
    data = report(*took)
    names = history.newest_first(name for one in data.adoption for name in one.counts)
    found = charts.bands(data.adoption, names)
    assert len(data.adoption) == 402 and len(found) == charts.BANDS
    assert (found[-1].name, found[0].count) == (charts.OLDER, 400)
    assert len(corners(found[0].path)) <= 2 * charts.POINTS + 4, "two corners a day at most"
    assert corners(found[0].path)[0] == (0, 100), "nobody was on it before the first day"


def test_a_bar_is_shared_by_what_its_repos_are() -> None:
    data = report(repo("r0", wave="canary"), repo("a"), repo("b", "clean", "v1"))
    bars = [charts.segments(wave, [RepoState.CLEAN, RepoState.CURRENT]) for wave in data.waves]
    told = [[(one.state, one.start, one.width) for one in bar] for bar in bars]
    assert told == [[("current", 0, 100)], [("clean", 0, 50), ("current", 50, 50)]]
