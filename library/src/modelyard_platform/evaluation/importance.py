"""Which columns the model rests on: how much worse it does when one of them is shuffled."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..owner import Owner
from .captions import caption
from .scoring import predictions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REPEATS = 3
COLUMNS = 20


def figure(
    owner: Owner, fitted: Any, rows: pd.DataFrame, labels: "np.ndarray[Any, Any]", seed: int
) -> "Figure":
    """Return a figure of what the columns of `rows` are worth; `labels` are those of the rows."""
    return draw(losses(owner, fitted, rows, labels, seed), owner.metrics.PRIMARY)


def losses(
    owner: Owner, fitted: Any, rows: pd.DataFrame, labels: "np.ndarray[Any, Any]", seed: int
) -> pd.DataFrame:
    """Return for each column of `rows` (the index) what each shuffle of it costs in `PRIMARY`.

    A positive loss means worse, whichever way the metric points.
    """
    random = np.random.default_rng(seed)
    best = _merit(owner, labels, predictions(owner, fitted, rows))
    # All shuffles of a column in one frame: models are slow to call and fast over many rows.
    copies = pd.concat([rows] * REPEATS, ignore_index=True)
    found = {}
    for column in rows.columns:
        shuffled = [rows[column].sample(frac=1, random_state=random) for _ in range(REPEATS)]
        frame = copies.copy()
        frame[column] = pd.concat(shuffled, ignore_index=True)
        parts = np.split(predictions(owner, fitted, frame), REPEATS)
        found[column] = [best - _merit(owner, labels, part) for part in parts]
    return pd.DataFrame.from_dict(found, orient="index")


def draw(found: pd.DataFrame, metric: str) -> "Figure":
    """Return a figure of the largest losses of `metric`, the largest on top."""
    from matplotlib.figure import Figure

    mean, spread = found.mean(axis="columns"), found.std(axis="columns", ddof=0)
    largest = mean.sort_values().index[-COLUMNS:]
    figure = Figure(figsize=(6, 1 + len(largest) / 4), layout="constrained")
    axes = figure.subplots()
    axes.barh([caption(name) for name in largest], mean[largest], xerr=spread[largest])
    axes.set_xlabel(f"loss of {metric} when the column is shuffled")
    return figure


def _merit(
    owner: Owner, labels: "np.ndarray[Any, Any]", predicted: "np.ndarray[Any, Any]"
) -> float:
    metrics = owner.metrics
    value = metrics.evaluate(labels, predicted)[metrics.PRIMARY]
    return value if metrics.HIGHER_IS_BETTER[metrics.PRIMARY] else -value
