"""How good the model is, in numbers."""

import numpy as np
import pandas as pd
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

# Every metric that `evaluate` returns, and whether more of it is better.
HIGHER_IS_BETTER = {"mae": False, "rmse": False, "r2": True, "rank_correlation": True}

# The one that a challenger is compared with the champion by.
PRIMARY = "rmse"


def evaluate(labels: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """Return each metric of `HIGHER_IS_BETTER`: `mae` and `rmse` in minutes, the others unitless.

    `labels` and `predictions` are minutes, of shape `(n_rows,)`; `rank_correlation` is Spearman's.
    A metric that the rows cannot show (values that do not vary) is `nan`.
    """
    varies = np.ptp(labels) > 0
    ranks = pd.DataFrame({"labels": labels, "predictions": predictions}).rank()
    return {
        "mae": float(mean_absolute_error(labels, predictions)),
        "rmse": float(root_mean_squared_error(labels, predictions)),
        "r2": float(r2_score(labels, predictions)) if varies else float("nan"),
        "rank_correlation": float(ranks.corr().to_numpy()[0, 1]),
    }
