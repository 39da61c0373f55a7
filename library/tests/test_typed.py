"""Targets and metrics are taken in every usual type, or refused with the owner's function."""

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from modelyard_platform.errors import SetupError
from modelyard_platform.evaluation import metrics
from modelyard_platform.settings import Project
from modelyard_platform.training import preparing, reading, stages
from modelyard_platform.training.split import split

Edit = Callable[..., Project]

NUMBERS = """
import numpy as np

PRIMARY = "rate"
HIGHER_IS_BETTER = {"rate": True, "late": False, "seen": True}


def evaluate(labels, predictions):
    return {"rate": np.float32(0.5), "late": np.int64(3), "seen": 4}
"""

WEIGHED = """
def target(frame, params):
    return frame["arr_delay"].rename("weight")


def fit(features, labels, params, seed, *, weights): ...


def weights(frame, params):
    return frame["distance"]
"""


def holdout(project: Project) -> pd.DataFrame:
    return reading.read(split(project, stages.landed(project)).holdout)


def test_metrics_are_plain_numbers(landed: Project, edit: Edit) -> None:
    project = edit(landed, metrics=NUMBERS)
    rows = holdout(project)
    result = metrics.evaluate(project, "1", pd.Timestamp(0), rows, np.zeros(len(rows)))
    assert json.loads(json.dumps(result.metrics)) == {"rate": 0.5, "late": 3.0, "seen": 4.0}
    assert {type(value) for value in result.metrics.values()} == {float}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("0.5", "evaluate gave a float; HIGHER_IS_BETTER names score"),
        ("None", "evaluate gave a NoneType; HIGHER_IS_BETTER names score"),
        ("{'score': None}", "evaluate gave what is no number: {'score': None}"),
        ("{'score': 'good'}", "evaluate gave what is no number: {'score': 'good'}"),
    ],
)
def test_metrics_that_are_no_numbers_are_refused(
    landed: Project, edit: Edit, given: str, told: str
) -> None:
    code = "HIGHER_IS_BETTER = {'score': True}\nPRIMARY = 'score'\n\n\ndef evaluate(a, b):\n"
    project = edit(landed, metrics=f"{code}    return {given}")
    rows = holdout(project)
    with pytest.raises(SetupError) as refused:
        metrics.evaluate(project, "1", pd.Timestamp(0), rows, np.zeros(len(rows)))
    assert str(refused.value) == f"src/{project.package}/metrics.py: {told}"


def test_a_table_of_one_target_is_a_series(landed: Project, edit: Edit) -> None:
    target = "def target(frame, params):\n    return frame[['arr_delay']]"
    fit = "def fit(features, labels, params, seed):\n    raise LookupError(type(labels).__name__)"
    project = edit(landed, model=f"{target}\n\n\n{fit}")
    rows = holdout(project)
    np.testing.assert_array_equal(metrics.labels(project, rows), rows["arr_delay"])
    begun = preparing.begin(project, "direct")
    with pytest.raises(LookupError, match=r"^Series$"):
        stages.fit(project, begun, *stages.build(project, begun.train_data()))


def test_a_target_may_be_called_weight(landed: Project, edit: Edit) -> None:
    project = edit(landed, model=WEIGHED)
    data = preparing.begin(project, "direct").train_data()
    _, labels = stages.build(project, data)
    assert list(labels) == ["weight", "__weight__"]
    frame = reading.read(stages.recorded(project, data))
    np.testing.assert_array_equal(labels, frame[["arr_delay", "distance"]])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("frame['arr_delay'].rename('__weight__')", "target gave a column __weight__, which is "),
        ("frame['arr_delay'].to_numpy()", "target gave a ndarray; wanted is a pd.Series or "),
    ],
)
def test_a_target_that_is_none_is_refused(
    landed: Project, edit: Edit, given: str, told: str
) -> None:
    project = edit(landed, model=f"def target(frame, params):\n    return {given}")
    with pytest.raises(SetupError) as refused:
        stages.build(project, preparing.begin(project, "direct").train_data())
    assert str(refused.value).startswith(f"src/{project.package}/model.py: {told}")
