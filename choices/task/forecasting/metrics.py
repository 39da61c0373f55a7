"""How good the forecasts are, in numbers."""

import numpy as np
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

# Every metric that `evaluate` returns, and whether more of it is better.
HIGHER_IS_BETTER = {"mae": False, "rmse": False, "bias": False}

# The one that a challenger is compared with the champion by.
PRIMARY = "mae"


def evaluate(labels: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """Return each metric of `HIGHER_IS_BETTER`, in flights an hour.

    `labels` and `predictions` have the shape `(n_rows,)`; `bias` is how far all forecasts together
    lie above or below what came.
    """
    return {
        "mae": float(mean_absolute_error(labels, predictions)),
        "rmse": float(root_mean_squared_error(labels, predictions)),
        "bias": float(abs(np.mean(predictions - labels))),
    }
