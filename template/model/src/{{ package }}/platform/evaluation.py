"""One model on one holdout, in numbers: overall, and for every slice that the gate looks at."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import metrics, model
from .settings import Params


@dataclass(frozen=True)
class Slice:
    """The rows in which `column` has `value`."""

    column: str
    value: str
    rows: int
    metrics: dict[str, float]


@dataclass(frozen=True)
class Evaluation:
    """The metrics of one model version. `trained_until` is the time of the newest row it saw."""

    version: str
    trained_until: pd.Timestamp
    metrics: dict[str, float]
    slices: list[Slice] = field(default_factory=list)


def evaluate(
    version: str,
    trained_until: pd.Timestamp,
    holdout: pd.DataFrame,
    predictions: np.ndarray,
    params: Params,
) -> Evaluation:
    """Return the evaluation of `predictions`, one for each row of `holdout`."""
    labels = model.target(holdout, params.model).to_numpy()
    slices = []
    for column in params.gate.slices:
        for value, rows in _groups(holdout[column]):
            found = metrics.evaluate(labels[rows], predictions[rows])
            slices.append(Slice(column, value, int(rows.sum()), found))
    overall = metrics.evaluate(labels, predictions)
    return Evaluation(version, trained_until, overall, slices)


def _groups(values: pd.Series) -> Iterable[tuple[str, np.ndarray]]:
    text = values.astype("string").fillna("missing")
    for value in sorted(text.unique()):
        yield value, (text == value).to_numpy()
