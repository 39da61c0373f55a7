"""The plots of an evaluation: how far off the predictions are, and in which direction."""

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import PredictionErrorDisplay


def draw(labels: np.ndarray, predictions: np.ndarray) -> dict[str, Figure]:
    """Return a figure by name, for labels and predictions of shape `(n_rows,)`."""
    residuals, actual = Figure(figsize=(5, 5)), Figure(figsize=(5, 5))
    for figure, kind in ((residuals, "residual_vs_predicted"), (actual, "actual_vs_predicted")):
        PredictionErrorDisplay.from_predictions(
            labels, predictions, kind=kind, ax=figure.subplots(), scatter_kwargs={"s": 4}
        )
    return {"residuals": residuals, "actual_vs_predicted": actual}
