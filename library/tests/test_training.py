"""A training sees the past alone, registers only what is whole, and is the same by every way."""

import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from modelyard_platform import orchestrators
from modelyard_platform.data import snapshots
from modelyard_platform.errors import SetupError
from modelyard_platform.evaluation import gate, scoring
from modelyard_platform.evaluation.metrics import evaluate
from modelyard_platform.evaluation.unseen import Seen
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.settings import Gate, Project
from modelyard_platform.tracking import registry, verified
from modelyard_platform.training import graph, preparing, reading, stages
from modelyard_platform.training.split import holdout_of, split

UPSIDE_DOWN = """

_build = build


def build(frame, params):
    rows = _build(frame, params)
    return rows[::-1].set_axis(rows.index)
"""


TELLS = """

_build = build


def build(frame, params):
    import os

    os.environ["BUILT"] += f" {len(frame)}"
    return _build(frame, params)
"""


BOTH = pytest.mark.parametrize(
    "task", ["classification", "regression"], indirect=True, scope="session"
)


def holdout(project: Project) -> pd.DataFrame:
    return reading.read(split(project, snapshots.landed(project)).holdout)


def test_the_holdout_is_newer_than_every_row_trained_on(landed: Project, months: list[str]) -> None:
    time = landed.owner.contract.time
    newest = landed.params.split.holdout_snapshots
    begun = preparing.begin(landed, "direct")
    assert begun.train_snapshots == tuple(months[:-newest])
    assert begun.holdout_snapshots == tuple(months[-newest:])
    seen = reading.read([s for s in snapshots.landed(landed) if s.name in begun.train_snapshots])
    assert pd.Timestamp(begun.trained_until) == seen[time].max()
    assert pd.Timestamp(begun.trained_until) < holdout(landed)[time].min()
    rows, labels = stages.build(landed, begun.train_data())
    assert len(rows) == len(labels) == len(seen)


def test_too_few_snapshots_are_not_trained_on(landed: Project) -> None:
    for snapshot in snapshots.landed(landed)[landed.params.split.holdout_snapshots :]:
        snapshot.path.with_suffix(".parquet.dvc").unlink()
    with pytest.raises(SetupError, match="at least"):
        preparing.prepare(landed)


@BOTH
def test_the_recorded_metrics_are_those_of_the_stored_model(trained: Project) -> None:
    versions = registry.Registry(trained)
    version = versions.get(registry.CHALLENGER)
    rows = holdout(trained)
    with verified.model(trained, version) as stored:
        again = scoring.score(trained.owner, stored, rows)
    with verified.artifacts(trained, version.run_id) as folder:
        recorded = np.load(folder / "holdout_predictions.npy")
    np.testing.assert_array_equal(again, recorded)
    metrics = trained.owner.metrics
    labels = trained.owner.model.target(rows, trained.params.model).to_numpy()
    expected = metrics.evaluate(labels, again)
    assert set(expected) == set(metrics.HIGHER_IS_BETTER)
    np.testing.assert_equal(provenance.chain(trained, version.number).metrics, expected)


@BOTH
def test_a_model_that_fails_in_one_slice_is_refused_by_its_name(landed: Project) -> None:
    rows, metrics, time = holdout(landed), landed.owner.metrics, landed.owner.contract.time
    rows["side"] = ["good" if row % 2 else "bad" for row in range(len(rows))]
    predictions = landed.owner.model.target(rows, landed.params.model)
    predictions = predictions.to_numpy(dtype=float, copy=True)
    limits = {metrics.PRIMARY: metrics.evaluate(predictions, predictions)[metrics.PRIMARY]}
    bad = (rows["side"] == "bad").to_numpy()
    predictions[bad] = predictions[bad][::-1]
    strict = Gate(floors={}, tolerance=0, slices={"side": limits})
    params = landed.params.model_copy(update={"gate": strict})
    here = replace(landed, params=params)
    seen = Seen(rows[time].min() - pd.Timedelta(days=1))
    result = evaluate(here, "1", seen, rows, predictions)
    checks = gate.judge(result, None, holdout_of(landed, rows, []), strict, metrics).checks
    failed = [check.name for check in checks if not check.passed]
    assert len(failed) == 1
    assert "side=bad" in failed[0]


@pytest.mark.parametrize(
    ("module", "function"), [("model", "fit"), ("metrics", "evaluate"), ("gate", "judge")]
)
def test_a_training_that_fails_registers_nothing(
    trained: Project, module: str, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    versions = registry.Registry(trained)
    before = [version.number for version in versions.all()]
    where: Any = gate if module == "gate" else getattr(trained.owner, module)
    monkeypatch.setattr(where, function, broken)
    with pytest.raises(RuntimeError, match="broken"):
        graph.run(trained)
    assert [version.number for version in versions.all()] == before
    assert versions.get(registry.CHALLENGER).number == "1"


def test_an_edit_in_features_changes_no_prediction_of_an_older_version(trained: Project) -> None:
    versions = registry.Registry(trained)
    first = versions.get("1")
    versions.promote(first)
    rows = holdout(trained)
    with verified.model(trained, first) as stored:
        before = scoring.score(trained.owner, stored, rows)
    source = trained.root / "src" / trained.package / "features.py"
    source.write_text(source.read_text("utf-8") + UPSIDE_DOWN, "utf-8")
    paths = [str(trained.root / "src"), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, "-m", "modelyard_platform.cli.main", "predict"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    newest = snapshots.landed(trained)[-1].name
    after = pd.read_parquet(trained.root / "predictions" / f"{newest}.parquet")["prediction"]
    np.testing.assert_array_equal(after, before[-len(after) :])


def test_the_orchestrator_gives_the_same_and_no_answer_of_old_code(
    trained: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = trained.params.split.holdout_snapshots
    outcome = orchestrators.train(trained)
    np.testing.assert_equal(outcome.metrics, provenance.chain(trained, "1").metrics)
    assert provenance.chain(trained, outcome.version).lineage.pipeline_run != "direct"
    monkeypatch.setenv("BUILT", "")
    source = trained.root / "src" / trained.package / "features.py"
    source.write_text(source.read_text("utf-8") + TELLS, "utf-8")
    orchestrators.train(trained)
    rows = len(reading.read(snapshots.landed(trained)[:-newest]))
    assert str(rows) in os.environ["BUILT"].split()
