"""How good the model is, in numbers."""

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

# Every metric that `evaluate` returns, and whether more of it is better.
HIGHER_IS_BETTER = {"roc_auc": True, "average_precision": True, "brier": False}

# The one that a challenger is compared with the champion by.
PRIMARY = "roc_auc"


def evaluate(labels: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """Return each metric of `HIGHER_IS_BETTER`, in units of its own.

    `labels` are 0 or 1, `predictions` are probabilities; both have shape `(n_rows,)`. A metric that
    the rows cannot show (all of one class) is `nan`.
    """
    one_class = len(np.unique(labels)) < 2
    return {
        "roc_auc": float("nan") if one_class else float(roc_auc_score(labels, predictions)),
        "average_precision": (
            float("nan") if one_class else float(average_precision_score(labels, predictions))
        ),
        "brier": float(brier_score_loss(labels, predictions)),
    }
