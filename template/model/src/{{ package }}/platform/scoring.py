"""Scores raw rows with a stored model, through the features that the model was trained with.

A stored model carries the code of its day. Where that differs from the code of this work tree, it
is run in a process of its own: an edit in features.py changes no prediction of an older version.
"""

import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from .. import features
from .. import model as own
from .errors import SetupError
from .lineage import hash_file, hash_text


def own_code() -> str:
    """Return a hash of the code that is yours, as loaded here: the package without `platform`."""
    return _code_hash(Path(__file__).parents[1])


def metadata(model: Path) -> dict[str, Any]:
    """Return what training wrote beside a stored model: `features`, `trained_until`, `code`."""
    return dict(yaml.safe_load((model / "MLmodel").read_text("utf-8"))["metadata"])


def trained_until(model: Path) -> pd.Timestamp:
    """Return the time of the newest row that a stored model was trained on."""
    return pd.Timestamp(metadata(model)["trained_until"])


def score(model: Path, frame: pd.DataFrame) -> np.ndarray:
    """Return the prediction of a stored `model` for each raw row of `frame`, shape `(n_rows,)`."""
    if metadata(model)["code"] == own_code():
        return score_here(model, frame)
    with tempfile.TemporaryDirectory() as scratch:
        rows, predictions = Path(scratch, "rows.parquet"), Path(scratch, "predictions.npy")
        frame.to_parquet(rows)
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(model), str(rows), str(predictions)],
            env={**os.environ, "PYTHONPATH": str(model / "code")},
            cwd=scratch,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            last_line = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise SetupError(
                f"a stored model does not run in this environment: {last_line}",
                "train a new one, or install the requirements.lock of its commit",
            )
        return np.asarray(np.load(predictions))


def score_here(model: Path, frame: pd.DataFrame) -> np.ndarray:
    """Return the predictions of a stored model whose code is the code loaded here."""
    rows = features.build(frame, metadata(model)["features"])
    return own.predict(load(model), rows)


def load(model: Path) -> Any:
    """Return a stored model as the object that `model.fit` returned."""
    flavor = importlib.import_module(f"mlflow.{own.FLAVOR}")
    return flavor.load_model(str(model))


def _code_hash(package: Path) -> str:
    files = (
        p for p in sorted(package.rglob("*.py")) if p.relative_to(package).parts[0] != "platform"
    )
    return hash_text("".join(f"{p.relative_to(package)} {hash_file(p)}\n" for p in files))


if __name__ == "__main__":
    model, rows, predictions = (Path(argument) for argument in sys.argv[1:])
    np.save(predictions, score_here(model, pd.read_parquet(rows)))
