"""What an owner may add: weights, several outputs and targets, slices and plots of their own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from modelyard_platform.errors import SetupError
from modelyard_platform.evaluation import importance, scoring
from modelyard_platform.evaluation.metrics import evaluate, slice_names
from modelyard_platform.settings import Project
from modelyard_platform.tracking import registry, verified
from modelyard_platform.training import fitting, graph, prediction, preparing, reading, stages
from modelyard_platform.training.split import split

Edit = Callable[..., Project]
Folder = Callable[[Project, str], Path]

WEIGHTS = """
def weights(frame, params):
    return 1.0 + (frame["origin"] == "JFK")


SEEN = {}
_fit = fit


def fit(features, labels, params, seed, *, weights):
    SEEN.update(labels=labels, weights=weights)
    return _fit(features, labels, params | {"max_iter": 2}, seed)
"""

THREE_CLASSES = """
OUTPUTS = ("early", "in_time", "late")


def target(frame, params):
    return pd.cut(frame["arr_delay"], [-999, -10, 15, 9999], labels=False).rename("kind")


_fit = fit


def fit(features, labels, params, seed):
    return _fit(features, labels, params | {"max_iter": 5}, seed)


def predict(model, features):
    return np.asarray(model.predict_proba(features))
"""

ACCURACY = """
HIGHER_IS_BETTER = {"accuracy": True}
PRIMARY = "accuracy"
SLICES = ("haul",)


def evaluate(labels, predictions):
    assert predictions.shape == (len(labels), 3)
    return {"accuracy": float((predictions.argmax(axis=1) == labels).mean())}


def slices(frame):
    return {"haul": frame["distance"].gt(1000).map({True: "long", False: "short"})}


def plots(labels, predictions):
    from matplotlib.figure import Figure

    return {"confusion": Figure()}
"""

TWO_TARGETS = """
OUTPUTS = ("arrival", "departure")


def target(frame, params):
    return frame[["arr_delay", "dep_delay"]]


def fit(features, labels, params, seed):
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression

    assert list(labels) == ["arr_delay", "dep_delay"]
    model = make_pipeline(SimpleImputer(), LinearRegression())
    return model.fit(features.select_dtypes("number"), labels)


def predict(model, features):
    return model.predict(features.select_dtypes("number"))
"""

ERROR = """
HIGHER_IS_BETTER = {"error": False}
PRIMARY = "error"


def evaluate(labels, predictions):
    assert labels.shape == predictions.shape == (len(labels), 2)
    return {"error": float(np.abs(labels - predictions).mean())}
"""


def bars(figure: Any) -> dict[str, float]:
    """Return the length of each bar by its name, from the bottom up; to the right is more."""
    axes = figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    return dict(zip(names, [bar.get_width() for bar in axes.patches], strict=True))


def test_weights_reach_fit_and_are_no_label(landed: Project, edit: Edit) -> None:
    project = edit(landed, model=WEIGHTS)
    begun = preparing.begin(project, "direct")
    rows, labels = stages.build(project, begun.train_data())
    assert list(labels)[-1] == fitting.WEIGHT
    stages.fit(project, begun, rows, labels)
    seen = vars(project.owner.model)["SEEN"]
    pd.testing.assert_series_equal(seen["weights"], labels[fitting.WEIGHT])
    pd.testing.assert_series_equal(seen["labels"], labels.iloc[:, 0])
    assert set(seen["weights"]) == {1.0, 2.0}


def test_three_classes_with_slices_and_plots_of_ones_own(
    landed: Project, edit: Edit, run_folder: Folder
) -> None:
    gate = {"floors": {"accuracy": 0.1}, "tolerance": 0, "slices": {"haul": {"accuracy": 0.1}}}
    project = edit(landed, params={"gate": gate}, model=THREE_CLASSES, metrics=ACCURACY)
    outcome = graph.run(project)
    assert outcome.verdict.passed
    names = [check.name for check in outcome.verdict.checks]
    assert names[-2:] == ["accuracy of haul=long", "accuracy of haul=short"]
    kept = run_folder(project, outcome.version)
    assert {path.stem for path in (kept / "plots").iterdir()} == {"confusion", "importance"}
    slices = json.loads((kept / "evaluation.json").read_text("utf-8"))["slices"]
    assert {(part["column"], part["value"]) for part in slices} == {
        ("haul", "long"),
        ("haul", "short"),
    }
    versions = registry.Registry(project)
    versions.promote(versions.get(outcome.version))
    batch = prediction.predict(project, None)
    written = pd.read_parquet(project.root / batch.path)
    recorded = np.load(kept / "holdout_predictions.npy")
    np.testing.assert_array_equal(written[["early", "in_time", "late"]], recorded)
    assert "prediction" not in written


@pytest.mark.parametrize("task", ["regression"], indirect=True, scope="session")
def test_two_targets(landed: Project, edit: Edit, run_folder: Folder) -> None:
    gate = {"floors": {"error": 1000.0}, "tolerance": 0}
    project = edit(landed, params={"gate": gate}, model=TWO_TARGETS, metrics=ERROR)
    outcome = graph.run(project)
    assert outcome.verdict.passed
    kept = run_folder(project, outcome.version)
    assert np.load(kept / "holdout_predictions.npy").shape[1] == 2
    drawn = {path.stem for path in (kept / "plots").iterdir()}
    assert drawn == {"importance", "residuals", "actual_vs_predicted"}
    # By the code that the model carries, and by the code that is here.
    rows = reading.read(split(project, stages.landed(project)).holdout)
    with verified.model(project, registry.Registry(project).get(outcome.version)) as stored:
        carried = scoring.score_alone(stored.folder, rows)
        np.testing.assert_array_equal(carried, scoring.score(project.owner, stored, rows))


def test_slices_are_columns_or_what_metrics_py_names(project: Project, edit: Edit) -> None:
    assert slice_names(project) == set(project.owner.contract.columns)
    assert slice_names(edit(project, metrics=ACCURACY)) - slice_names(project) == {"haul"}


def test_metrics_that_higher_is_better_does_not_name_are_refused(
    landed: Project, edit: Edit
) -> None:
    project = edit(landed, metrics="def evaluate(labels, predictions):\n    return {'f1': 1.0}")
    rows = reading.read(split(project, stages.landed(project)).holdout)
    with pytest.raises(SetupError, match=r"metrics\.py: evaluate gave f1; HIGHER_IS_BETTER names "):
        evaluate(project, "1", pd.Timestamp("2000-01-01"), rows, np.zeros(len(rows)))


@pytest.mark.parametrize("better", [True, False])
def test_a_column_is_as_important_as_the_model_is_worse_without_it(
    project: Project, edit: Edit, better: bool
) -> None:
    error = "abs(labels - predictions).mean()"
    metrics = f"""
HIGHER_IS_BETTER = {{"e": {better}}}
PRIMARY = "e"


def evaluate(labels, predictions):
    return {{"e": {"-" if better else ""}{error}}}
"""
    code = "def predict(model, features):\n    return features['used'].to_numpy()"
    owner = edit(project, model=code, metrics=metrics).owner
    rows = pd.DataFrame({"used": np.arange(50.0), "other": np.arange(50.0)})
    losses = importance.losses(owner, None, rows, rows["used"].to_numpy(), seed=1)
    assert (losses.loc["used"] > 5).all()
    assert (losses.loc["other"] == 0).all()
    assert losses.shape == (2, importance.REPEATS)
    drawn = importance.figure(owner, None, rows, rows["used"].to_numpy(), seed=1)
    assert bars(drawn)["used"] > 5


def test_the_figure_shows_a_loss_to_the_right_and_the_largest_on_top() -> None:
    names = [f"column {number}" for number in range(importance.COLUMNS + 5)]
    losses = [[float(number - 3)] * importance.REPEATS for number in range(len(names))]
    figure = importance.draw(pd.DataFrame(losses, index=names), "e")
    drawn, axes = bars(figure), figure.axes[0]
    assert list(drawn.items()) == list(zip(names, [row[0] for row in losses], strict=True))[5:]
    assert axes.get_xlabel() == "loss of e when the column is shuffled"
    left, right = axes.get_xlim()
    assert left < right
    bottom, top = axes.get_ylim()
    assert bottom < top
