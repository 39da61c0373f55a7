"""A training without the library: the five modules that are yours, and nothing else.

Run inside a generated repo, by its own interpreter: the yardstick for `train`.
"""

import sys
import tempfile
from pathlib import Path

import pandas as pd
import yaml
from flight_delays import data, features, metrics, model

params = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
with tempfile.TemporaryDirectory() as scratch:
    frames = []
    for name in data.snapshots(params["data"]):
        path = Path(scratch, f"{name}.parquet")
        data.fetch(name, path, params["data"])
        frames.append(pd.read_parquet(path))
train, holdout = pd.concat(frames[:-1], ignore_index=True), frames[-1]
fitted = model.fit(
    features.build(train, params["features"]),
    model.target(train, params["model"]),
    params["model"],
    params["seed"],
)
predictions = model.predict(fitted, features.build(holdout, params["features"]))
found = metrics.evaluate(model.target(holdout, params["model"]).to_numpy(), predictions)
sys.stdout.write(f"{found}\n")
