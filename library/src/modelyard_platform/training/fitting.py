"""From raw rows to a fitted model: features, labels and weights as the owner's code makes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import frames
from ..errors import SetupError
from ..evaluation import by_row
from ..evaluation.metrics import only, targets
from ..owner import Owner
from ..settings import Project

# Where weights travel with labels: a last column of them.
WEIGHT = "__weight__"


@dataclass(frozen=True)
class Given:
    """What `fit` of model.py is given: features, labels and, in `extra`, weights where it asks."""

    rows: pd.DataFrame
    labels: "pd.Series[Any] | pd.DataFrame"
    extra: dict[str, Any]


def build(project: Project, raw: Iterable[pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the features of frames of raw rows, and their labels, with weights if there are any.

    Of raw rows one frame is in memory, of what is returned all.
    """
    parts = [_build(project, frame) for frame in raw]
    rows, labels = (_whole(side) for side in zip(*parts, strict=True))
    return rows, labels


def _whole(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts[1:] else parts[0]


def _build(project: Project, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    owner, params = project.owner, project.params
    rows = by_row.features(owner, frame, params.features)
    labels = targets(project, frame)
    if WEIGHT in labels:
        path = owner.path("model")
        what = f"{path}: target gave a column {WEIGHT}, which is kept for the weights"
        raise SetupError(what, f"edit {path}")
    weigh = owner.optional("model", "weights", 2)
    if weigh:
        labels = labels.assign(**{WEIGHT: _weights(owner, frame, weigh(frame, params.model))})
    return rows, labels


def _weights(owner: Owner, frame: pd.DataFrame, weights: Any) -> "np.ndarray[Any, Any]":
    """Return the weight of each row, each a number that is not negative."""
    given = by_row.check(owner, "model", "weights", pd.Series(weights), frame)
    try:
        values = given.to_numpy("float64", na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise by_row.unfit(owner, "model", "weights", f"what is no number: {error}") from error
    odd = int((~np.isfinite(values) | (values < 0)).sum())
    if odd:
        what = f"{odd} of {len(values)} values that are missing, infinite or negative"
        raise by_row.unfit(owner, "model", "weights", what)
    return values


def given(project: Project, rows: pd.DataFrame, labels: pd.DataFrame) -> Given:
    """Return what `fit` is given of what `build` returned, wherever that has travelled since."""
    extra: dict[str, Any] = {}
    if project.owner.optional("model", "weights", 2):
        extra, labels = {"weights": labels[WEIGHT]}, labels.drop(columns=WEIGHT)
    return Given(frames.settled(rows), only(frames.settled(labels)), extra)


def fit(project: Project, on: Given) -> Any:
    """Return the model that the owner's code fits."""
    params = project.params
    return project.owner.model.fit(on.rows, on.labels, params.model, params.seed, **on.extra)
