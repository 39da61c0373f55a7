"""What is predicted, and by which model."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import TargetEncoder

from .features import CATEGORIES

# How MLflow stores the model: the name of one of its flavors, and what `log_model` takes there.
# Loading accepts these types and no others; review a type before it joins the list.
FLAVOR = "sklearn"
LOG_OPTIONS: dict[str, Any] = {
    "serialization_format": "skops",
    "skops_trusted_types": [
        "numpy.dtype",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.model_selection._split.KFold",
    ],
}


def target(frame: pd.DataFrame, params: dict[str, Any]) -> pd.Series:
    """Return the delay on arrival of each row of `frame`, in minutes; early is negative.

    `params` is the `model` section of params.yaml. A delay beyond its `longest_delay` counts as
    that: a flight ten hours late says little about the others.
    """
    return frame["arr_delay"].clip(upper=params["longest_delay"]).astype("float64")


def fit(features: pd.DataFrame, labels: pd.Series, params: dict[str, Any], seed: int) -> Any:
    """Return a model trained on the rows of `features` and their `labels`."""
    # Encoded out of fold, so that a rare destination does not give its own label away.
    folds = KFold(5, shuffle=True, random_state=seed)
    # Told that it is a number: whole minutes would be taken for one class each.
    encoder = TargetEncoder(target_type="continuous", cv=folds)
    encode = make_column_transformer((encoder, CATEGORIES), remainder="passthrough")
    boosting = HistGradientBoostingRegressor(
        learning_rate=params["learning_rate"],
        max_iter=params["max_iter"],
        min_samples_leaf=params["min_samples_leaf"],
        random_state=seed,
    )
    return make_pipeline(encode, boosting).fit(features, labels)


def predict(model: Any, features: pd.DataFrame) -> np.ndarray:
    """Return the expected delay of each row in minutes, shape `(n_rows,)`."""
    return np.asarray(model.predict(features))
