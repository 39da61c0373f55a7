"""The plots of an evaluation, chosen by what the labels are; metrics.py may have its own."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(
    labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]"
) -> "dict[str, Figure]":
    """Return figures by name, for labels and predictions of shape `(n_rows,)`; else none."""
    if labels.dtype == bool:
        labels = labels.astype(int)
    numbers = all(np.issubdtype(values.dtype, np.number) for values in (labels, predictions))
    if labels.ndim > 1 or predictions.ndim > 1 or not numbers:
        return {}
    if set(np.unique(labels)) <= {0, 1} and predictions.min() >= 0 and predictions.max() <= 1:
        return _classification(labels, predictions)
    return _regression(labels, predictions)


def _classification(
    labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]"
) -> "dict[str, Figure]":
    """How well classes are told apart, and how well probabilities are calibrated."""
    from matplotlib.figure import Figure
    from sklearn.calibration import CalibrationDisplay
    from sklearn.metrics import RocCurveDisplay

    roc, calibration = Figure(figsize=(5, 5)), Figure(figsize=(5, 5))
    RocCurveDisplay.from_predictions(labels, predictions, ax=roc.subplots(), plot_chance_level=True)
    CalibrationDisplay.from_predictions(
        labels, predictions, n_bins=10, strategy="quantile", ax=calibration.subplots()
    )
    return {"roc": roc, "calibration": calibration}


def _regression(
    labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]"
) -> "dict[str, Figure]":
    """How far off the predictions are, and in which direction."""
    from matplotlib.figure import Figure
    from sklearn.metrics import PredictionErrorDisplay

    residuals, actual = Figure(figsize=(5, 5)), Figure(figsize=(5, 5))
    for figure, kind in ((residuals, "residual_vs_predicted"), (actual, "actual_vs_predicted")):
        PredictionErrorDisplay.from_predictions(
            labels, predictions, kind=kind, ax=figure.subplots(), scatter_kwargs={"s": 4}
        )
    return {"residuals": residuals, "actual_vs_predicted": actual}
