"""Forecasts: the baseline is the first champion, and backtests look at what came next."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from modelyard_platform.errors import SetupError
from modelyard_platform.evaluation import baseline, gate
from modelyard_platform.evaluation.metrics import Evaluation
from modelyard_platform.evaluation.unseen import Holdout, Seen
from modelyard_platform.settings import Gate, Project
from modelyard_platform.tracking.client import connect
from modelyard_platform.training import backtest, graph, preparing
from modelyard_platform.training.backtest import Fold

Edit = Callable[..., Project]
Folder = Callable[[Project, str], Path]

FORECASTING = pytest.mark.parametrize("task", ["forecasting"], indirect=True, scope="session")
MONTHS = tuple(f"2026-{number:02}" for number in range(1, 10))


@pytest.mark.parametrize(
    ("holdout", "gap", "times", "found"),
    [
        (1, 0, 2, [("2026-07", "2026-08", "2026-08"), ("2026-08", "2026-09", "2026-09")]),
        (2, 0, 1, [("2026-07", "2026-08", "2026-09")]),
        (1, 1, 1, [("2026-07", "2026-09", "2026-09")]),
        (3, 0, 5, [("2026-03", "2026-04", "2026-06"), ("2026-06", "2026-07", "2026-09")]),
        (8, 1, 1, []),
        (1, 0, 0, []),
    ],
)
def test_a_backtest_knows_only_what_was_before(
    holdout: int, gap: int, times: int, found: list[tuple[str, str, str]]
) -> None:
    parts = backtest.parts(MONTHS, holdout, gap, times)
    assert [(train[-1], held[0], held[-1]) for train, held in parts] == found
    for train, held in parts:
        assert train[0] == MONTHS[0] and len(held) == holdout
        assert train[-1] < held[0]


@FORECASTING
def test_a_forecast_is_trained_judged_by_the_baseline_and_backtested(
    landed: Project, edit: Edit, run_folder: Folder
) -> None:
    settings = {"holdout_snapshots": 1, "backtests": 2}
    project = edit(landed, params={"split": settings})
    outcome = graph.run(project)
    (check,) = [check for check in outcome.verdict.checks if check.name == "mae of the baseline"]
    assert check.passed and check.value < check.limit
    # Three months: one is held out, and of the two before it one backtest can be made.
    kept = run_folder(project, outcome.version)
    (fold,) = json.loads((kept / "backtest.json").read_text("utf-8"))
    begun = json.loads((kept / "lineage.json").read_text("utf-8"))
    assert [*fold["training"], *fold["holdout"]] == begun["train_snapshots"]
    assert set(fold["metrics"]) == set(fold["baseline"]) == {"mae", "rmse", "bias"}
    assert fold["metrics"]["mae"] < fold["baseline"]["mae"]
    drawn = {path.stem for path in (kept / "plots").iterdir()}
    assert drawn == {"actual_vs_predicted", "backtest", "importance", "residuals"}
    client = connect(project)
    run = client.get_run(client.get_model_version(project.name, outcome.version).run_id)
    assert run.data.metrics["backtest.mae"] == fold["metrics"]["mae"]


@FORECASTING
def test_a_model_that_is_worse_than_the_baseline_is_refused(landed: Project, edit: Edit) -> None:
    worse = "def predict(model, features):\n    return features['last_week'].to_numpy() + 0.01"
    project = edit(landed, model=worse)
    outcome = graph.run(project)
    refused = [check.name for check in outcome.verdict.checks if not check.passed]
    assert refused == ["mae of the baseline"]
    assert outcome.verdict.champion is None


@FORECASTING
@pytest.mark.parametrize(
    ("gives", "told"),
    [
        ("frame['last_week'].where(frame['lead'] > 1)", "baseline gave .* missing or infinite"),
        ("frame[['lead', 'flights']].to_numpy()", r"baseline gave the shape \(5040, 2\)"),
    ],
)
def test_a_baseline_that_is_none_is_told(
    project: Project, edit: Edit, gives: str, told: str
) -> None:
    project = edit(project, model=f"def baseline(frame, params):\n    return {gives}")
    path = project.root / "month"
    project.owner.data.fetch("2013-04", path, project.params.data)
    with pytest.raises(SetupError, match=rf"model\.py: {told}"):
        baseline.evaluation(project, pd.read_parquet(path))


def test_the_gate_takes_a_baseline_without_tolerance() -> None:
    class Metrics:
        PRIMARY = "mae"
        HIGHER_IS_BETTER = {"mae": False}  # noqa: RUF012 (a module has it too)

    def verdict(value: float, limit: float) -> gate.Verdict:
        seen, holdout = Seen(pd.Timestamp(0)), Holdout(pd.Timestamp(1))
        mine = Evaluation("1", seen, {"mae": value})
        other = Evaluation("baseline", seen, {"mae": limit})
        return gate.judge(
            mine, None, holdout, Gate(floors={}, tolerance=1.0), Metrics, baseline=other
        )

    assert verdict(1.0, 1.0).passed
    assert not verdict(1.0 + 1e-9, 1.0).passed
    assert not verdict(1.0, float("nan")).passed
    assert verdict(1.0, 2.0).champion is None


def test_a_backtest_that_cannot_be_fitted_does_not_lose_the_model(
    landed: Project, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    few = "def fit(features, labels, params, seed):\n    raise ValueError('too few rows')"
    newest = {"holdout_snapshots": 1, "backtests": 1}
    project = edit(landed, model=few, params={"split": newest})
    begun = preparing.begin(project, "direct")
    assert backtest.run(project, begun) == []
    assert f"no backtest on {begun.train_snapshots[-1]}: ValueError: too few rows" in (
        capsys.readouterr().err
    )


def test_the_figure_has_the_model_and_the_baseline() -> None:
    folds = [
        Fold(("a",), ("b",), {"mae": 1.0}, {"mae": 2.0}),
        Fold(("a", "b"), ("c",), {"mae": 1.5}, {"mae": 2.5}),
    ]
    model, other = backtest.draw(folds, "mae").axes[0].lines
    np.testing.assert_array_equal(model.get_ydata(), [1.0, 1.5])
    np.testing.assert_array_equal(other.get_ydata(), [2.0, 2.5])
    assert backtest.summary(folds, "mae") == ("mae in backtests: 1, 1.5; of the baseline: 2, 2.5")
