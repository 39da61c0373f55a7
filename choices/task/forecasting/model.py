"""What is forecast, by which model, and what it must be better than."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

# How MLflow stores the model: the name of one of its flavors, and what `log_model` takes there.
# Loading accepts these types and no others; review a type before it joins the list.
FLAVOR = "sklearn"
LOG_OPTIONS: dict[str, Any] = {
    "serialization_format": "skops",
    "skops_trusted_types": [
        "numpy.dtype",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    ],
}


def target(frame: pd.DataFrame, params: dict[str, Any]) -> pd.Series:
    """Return the number of flights in the hour of each row of `frame`.

    `params` is the `model` section of params.yaml.
    """
    return frame["flights"].astype("float64")


def baseline(frame: pd.DataFrame, params: dict[str, Any]) -> np.ndarray:
    """Return the seasonal naive forecast of each row: what the same hour had a week before.

    It is the first champion: the gate refuses a model that is worse.
    """
    return frame["last_week"].to_numpy()


def fit(features: pd.DataFrame, labels: pd.Series, params: dict[str, Any], seed: int) -> Any:
    """Return a model trained on the rows of `features` and their `labels`."""
    boosting = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=params["learning_rate"],
        max_iter=params["max_iter"],
        min_samples_leaf=params["min_samples_leaf"],
        random_state=seed,
    )
    return boosting.fit(features, labels)


def predict(model: Any, features: pd.DataFrame) -> np.ndarray:
    """Return the expected number of flights of each row, shape `(n_rows,)`."""
    return np.asarray(model.predict(features))
