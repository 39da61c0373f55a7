"""What is predicted, and by which model."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold
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
        "sklearn.model_selection._split.StratifiedKFold",
    ],
    "pyfunc_predict_fn": "predict_proba",
}


def target(frame: pd.DataFrame, params: dict[str, Any]) -> pd.Series:
    """Return 1 for each row of `frame` whose flight arrived late, else 0.

    `params` is the `model` section of params.yaml; its `late_after` is in minutes.
    """
    return (frame["arr_delay"] > params["late_after"]).astype("int64")


def fit(features: pd.DataFrame, labels: pd.Series, params: dict[str, Any], seed: int) -> Any:
    """Return a model trained on the rows of `features` and their `labels`."""
    # Encoded out of fold, so that a rare destination does not give its own label away.
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    encode = make_column_transformer((TargetEncoder(cv=folds), CATEGORIES), remainder="passthrough")
    boosting = HistGradientBoostingClassifier(
        learning_rate=params["learning_rate"],
        max_iter=params["max_iter"],
        min_samples_leaf=params["min_samples_leaf"],
        random_state=seed,
    )
    return make_pipeline(encode, boosting).fit(features, labels)


def predict(model: Any, features: pd.DataFrame) -> np.ndarray:
    """Return the probability of a late arrival for each row, shape `(n_rows,)`."""
    return np.asarray(model.predict_proba(features))[:, 1]
