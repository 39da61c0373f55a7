"""Plots of classes: what is taken for what, how well they are told apart, and how well calibrated.

Where there are many classes, curves are of those with the most rows.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .captions import caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CURVES = 10
# More than these do not fit into a matrix as numbers.
NUMBERS = 12


def two(labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]") -> "dict[str, Figure]":
    """Return the curves of one probability; `labels` are 0 or 1."""
    return curves(labels[:, None] == 1, predictions[:, None], [""])


def curves(
    truth: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]", names: Sequence[str]
) -> "dict[str, Figure]":
    """Return ROC and calibration, with a line for each class against the others.

    `truth` and `predictions` have the shape `(n_rows, n_classes)`.
    """
    from matplotlib.figure import Figure
    from sklearn.calibration import CalibrationDisplay
    from sklearn.metrics import RocCurveDisplay

    rows = truth.sum(axis=0)
    largest = sorted(np.argsort(rows)[::-1][:CURVES])
    # Where all or none are of the class, there is no curve of it.
    shown = [place for place in largest if 0 < rows[place] < len(truth)]
    roc, calibration = Figure(figsize=(5, 5)), Figure(figsize=(5, 5))
    axes, other = roc.subplots(), calibration.subplots()
    for number, place in enumerate(shown):
        name = caption(names[place]) or None
        given = truth[:, place], predictions[:, place]
        last = number == len(shown) - 1
        RocCurveDisplay.from_predictions(*given, ax=axes, name=name, plot_chance_level=last)
        CalibrationDisplay.from_predictions(
            *given, n_bins=10, strategy="quantile", ax=other, name=name, ref_line=number == 0
        )
    return {"roc": roc, "calibration": calibration}


def confusion(
    true: "np.ndarray[Any, Any]", guessed: "np.ndarray[Any, Any]", names: Sequence[str]
) -> "Figure":
    """Return the share of each class, a row, that was taken for each, a column.

    Classes are places in `names`.
    """
    from matplotlib.figure import Figure
    from sklearn.metrics import ConfusionMatrixDisplay

    size = 3 + min(len(names), 40) * 0.5
    figure = Figure(figsize=(size, size), layout="constrained")
    ConfusionMatrixDisplay.from_predictions(
        true,
        guessed,
        labels=range(len(names)),
        display_labels=[caption(name) for name in names],
        normalize="true",
        include_values=len(names) <= NUMBERS,
        values_format=".2f",
        xticks_rotation="vertical",
        colorbar=False,
        ax=figure.subplots(),
    )
    return figure
