"""A training is the same in every engine: what travels between its stages is what it was."""

from collections.abc import Callable

import numpy as np
import pytest
from modelyard_platform import orchestrators
from modelyard_platform.errors import SetupError
from modelyard_platform.settings import Project
from modelyard_platform.tracking import documents, records, registry
from modelyard_platform.training import graph

Edit = Callable[..., Project]

# The model looks at the types: the categories of one column are numbers, of the others truths.
BY_TYPE = """
import pandas as pd


def build(frame, params):
    carrier = pd.Categorical(frame["carrier"].str.len() * 10 + frame["flight"] % 7, range(70))
    return pd.DataFrame(
        {
            "number": carrier,
            "early": pd.Categorical(frame["scheduled_at"].dt.hour < 12, [True, False]),
            "origin": pd.Categorical(frame["origin"], ["LGA", "JFK", "EWR"], ordered=True),
            "seats": frame["seats"].astype("Float32"),
            7: frame["distance"].astype("int16"),
        },
        index=frame.index,
    ).rename(columns={7: "7"})
"""
FIT = """
from sklearn.ensemble import HistGradientBoostingClassifier


def fit(features, labels, params, seed):
    boosting = HistGradientBoostingClassifier(
        categorical_features="from_dtype", max_iter=5, random_state=seed
    )
    return boosting.fit(features, labels)


LOG_OPTIONS["skops_trusted_types"] += [
    "functools.partial",
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.preprocessing._function_transformer.FunctionTransformer",
    "sklearn.utils.validation.check_array",
]
"""


def predictions(project: Project, version: str) -> "np.ndarray":
    record = records.of_version(project, registry.Registry(project).get(version))
    return documents.predictions(project, record)


def test_categories_of_any_type_give_the_same_model_in_every_engine(
    landed: Project, edit: Edit
) -> None:
    project = edit(landed, features=BY_TYPE, model=FIT)
    direct = graph.run(project)
    engine = orchestrators.train(project)
    assert (direct.version, engine.version) == ("1", "2")
    np.testing.assert_array_equal(predictions(project, "1"), predictions(project, "2"))
    assert repr(direct.metrics) == repr(engine.metrics)


def test_a_column_that_cannot_travel_is_told_before_the_fit(landed: Project, edit: Edit) -> None:
    sparse = "def build(frame, params):\n    return frame[['seats']].astype('Sparse[float64]')"
    never = "def fit(features, labels, params, seed):\n    raise AssertionError('fitted')"
    project = edit(landed, features=sparse, model=never)
    with pytest.raises(SetupError, match=r"column 'seats' \(Sparse\[float64, nan\]\) cannot"):
        orchestrators.train(project)
