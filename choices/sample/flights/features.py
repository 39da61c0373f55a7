"""From raw rows to what the model sees. Row by row: nothing is learned from the data here."""

from typing import Any

import pandas as pd

WEATHER = ["temp", "humid", "wind_speed", "precip", "pressure", "visib"]
CATEGORIES = ["carrier", "origin", "dest"]


def build(frame: pd.DataFrame, params: dict[str, Any]) -> pd.DataFrame:
    """Return one row of features for each row of `frame`, in the same order and with its index.

    `params` is the `features` section of params.yaml.

    Only what is known before departure may enter. `dep_delay` and `air_time` are known after it:
    they would nearly give the answer away, and would be missing when the model is asked.
    """
    scheduled = frame["scheduled_at"]
    features = frame[CATEGORIES].copy()
    features["distance"] = frame["distance"].astype("float64")
    features["minute_of_day"] = (scheduled.dt.hour * 60 + scheduled.dt.minute).astype("float64")
    features["arrival_minute"] = frame["scheduled_arrival"].astype("float64")
    features["weekday"] = scheduled.dt.day_of_week.astype("float64")
    features["plane_age"] = scheduled.dt.year - frame["plane_year"]
    features["seats"] = frame["seats"]
    if params["weather"]:
        # Hourly observations at the origin stand in for the forecast that is known at that hour.
        features[WEATHER] = frame[WEATHER]
    return features
