"""Scores raw rows with a stored model, through the features that the model was trained with.

A stored model carries the code of its day, the owner's and the library's. Where the owner's differs
from the code of this work tree, it is run in a process of its own: an edit in features.py changes
no prediction of an older version.
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

from ..errors import SetupError
from ..hashing import hash_file, hash_text, package_files
from ..owner import Owner
from . import taking


def code_hash(package: Path) -> str:
    """Return a hash of the owner's code in a folder of it."""
    files = package_files(package)
    return hash_text("".join(f"{p.relative_to(package)} {hash_file(p)}\n" for p in files))


def metadata(model: Path) -> dict[str, Any]:
    """Return what training wrote beside a stored model.

    `features` and `trained_until`; `package`, the name of the owner's package; `code`, its hash;
    `outputs`, the names of a prediction's values.
    """
    return dict(yaml.safe_load((model / "MLmodel").read_text("utf-8"))["metadata"])


def trained_until(model: Path) -> pd.Timestamp:
    """Return the time of the newest row that a stored model was trained on."""
    return pd.Timestamp(metadata(model)["trained_until"])


def score(owner: Owner, model: Path, frame: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """Return the prediction of a stored `model` for each raw row of `frame`.

    The shape is `(n_rows,)`, or `(n_rows, n_outputs)`. Raises SetupError where the model does not
    run in this environment.
    """
    described = metadata(model)
    if described["code"] == code_hash(owner.root / "src" / owner.package):
        return _predict(owner, model, frame)
    with tempfile.TemporaryDirectory() as scratch:
        rows, predictions = Path(scratch, "rows.parquet"), Path(scratch, "predictions.npy")
        frame.to_parquet(rows)
        done = subprocess.run(
            [sys.executable, "-m", _entry(model), str(model), str(rows), str(predictions)],
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


def score_alone(model: Path, frame: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """Return the predictions of a stored model by the code that it carries, with no repo around."""
    return _predict(_Carried(model), model, frame)


def load(owner: Owner, model: Path) -> Any:
    """Return a stored model as the object that `fit` returned."""
    flavor = importlib.import_module(f"mlflow.{owner.model.FLAVOR}")
    return flavor.load_model(str(model))


class _Carried(Owner):
    """The owner's modules that a stored model carries."""

    def __init__(self, model: Path) -> None:
        super().__init__(model, str(metadata(model)["package"]))

    @property
    def source(self) -> Path:
        return self.root / "code"


def predictions(owner: Owner, fitted: Any, rows: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """Return what `predict` in model.py gives for rows of features; SetupError where it is unfit.

    The shape is `(n_rows,)`, or `(n_rows, n_outputs)`.
    """
    given = owner.model.predict(fitted, rows)
    try:
        found = owner.shaped(taking.take(given, rows, owner.outputs))
    except taking.Unfit as error:
        raise _unfit(owner, str(error)) from error
    shape = owner.shape(len(rows))
    if found.shape != shape:
        wanted = f"{shape}, for {', '.join(owner.outputs)}"
        raise _unfit(owner, f"the shape {found.shape} for {len(rows)} rows; wanted is {wanted}")
    return found


def check_outputs(
    owner: Owner, version: str, model: Path, given: "np.ndarray[Any, Any]", n_rows: int
) -> None:
    """Raise SetupError where a version, by the code of its day, gives other outputs than today."""
    named = metadata(model).get("outputs")  # not before 0.3.0
    if owner.shaped(given).shape != owner.shape(n_rows):
        gives = f"predictions of shape {given.shape}"
    elif named not in (None, list(owner.outputs)):
        gives = ", ".join(named)
    else:
        return
    raise SetupError(
        f"version {version} gives {gives}; "
        f"OUTPUTS in {owner.path('model')} names {', '.join(owner.outputs)}",
        "name what it gives; or begin anew: take the alias champion off it (ui)",
    )


def _predict(owner: Owner, model: Path, frame: pd.DataFrame) -> "np.ndarray[Any, Any]":
    rows = owner.features.build(frame, metadata(model)["features"])
    found = predictions(owner, load(owner, model), rows)
    numbers = np.issubdtype(found.dtype, np.number)
    odd = ~np.isfinite(found) if numbers else pd.isna(found)
    if odd.any():
        raise _unfit(owner, f"{odd.sum()} of {odd.size} values that are missing or infinite")
    return found


def _unfit(owner: Owner, found: str) -> SetupError:
    path = owner.path("model")
    return SetupError(f"{path}: predict gave {found}", f"edit {path}")


def _entry(model: Path) -> str:
    """Return the module, of those that a model carries, that scores with it."""
    former = sorted((model / "code").glob("*/platform/scoring.py"))
    if "package" not in metadata(model) and former:  # models of releases before 0.3.0
        return f"{former[0].parents[1].name}.platform.scoring"
    return __name__


if __name__ == "__main__":
    stored, rows, target = (Path(argument) for argument in sys.argv[1:])
    np.save(target, score_alone(stored, pd.read_parquet(rows)))
