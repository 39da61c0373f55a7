"""From raw rows to what the model sees. Row by row: nothing is learned from the data here."""

from typing import Any

import pandas as pd

PAST = ["lead", "last_week", "four_weeks", "recent"]


def build(frame: pd.DataFrame, params: dict[str, Any]) -> pd.DataFrame:
    """Return one row of features for each row of `frame`, in the same order and with its index.

    `params` is the `features` section of params.yaml. Only what is known when a forecast is made
    may enter; what the row remembers of the past, data.py has put there.
    """
    features = frame[PAST].astype("float64")
    features["hour"] = frame["hour"].dt.hour.astype("float64")
    if params["weekday"]:
        features["weekday"] = frame["hour"].dt.day_of_week.astype("float64")
    return features
