"""The plots of an evaluation: how well classes are told apart, and how honest the scores are."""

import numpy as np
from matplotlib.figure import Figure
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import RocCurveDisplay


def draw(labels: np.ndarray, predictions: np.ndarray) -> dict[str, Figure]:
    """Return a figure by name, for labels of 0 or 1 and probabilities of shape `(n_rows,)`."""
    roc, calibration = Figure(figsize=(5, 5)), Figure(figsize=(5, 5))
    RocCurveDisplay.from_predictions(labels, predictions, ax=roc.subplots(), plot_chance_level=True)
    CalibrationDisplay.from_predictions(
        labels, predictions, n_bins=10, strategy="quantile", ax=calibration.subplots()
    )
    return {"roc": roc, "calibration": calibration}
