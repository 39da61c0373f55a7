"""A repo that forecasts lives: trained, promoted, predicting, and green, as a user types it."""

from pathlib import Path

import pytest

from tests.conftest import Render
from tests.repos import Repo, link_packages, machine
from tests.template.long_runs import LONG


@LONG
@pytest.mark.life
def test_a_forecast_from_copy_to_green(render: Render, environment: Path, tmp_path: Path) -> None:
    root = render(tmp_path / "repo", task="forecasting")
    repo = Repo(root, machine(tmp_path / "home"))
    link_packages(environment, repo)

    def make(*words: str) -> str:
        return repo.run("make", *words).stdout

    make("setup")
    assert list(repo.json("ingest", "--until", "2013-06")) == [f"2013-0{n}" for n in range(2, 7)]
    trained = repo.json("train")
    assert set(trained["metrics"]) == {"mae", "rmse", "bias"}
    (naive,) = [check for check in trained["checks"] if check["name"] == "mae of the baseline"]
    assert naive["passed"] and naive["value"] < naive["limit"]
    make("promote")
    assert repo.json("predict")["rows"] == 30 * 24 * 7
    assert repo.json("reproduce")["exact"]
    make("check")
    make("test")
