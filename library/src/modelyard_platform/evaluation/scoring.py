"""Scores raw rows with a stored model, through the features that the model was trained with.

Where the owner's code of the model's day differs from the code of this work tree, it is run in a
process of its own: an edit in features.py changes no prediction of an older version. The library is
the one that is installed here.
"""

import importlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .. import frames
from ..errors import NotTrusted, ProjectError, SetupError
from ..hashing import hash_file, hash_text, package_files
from ..lineage.stored import HINT, Stored
from ..owner import Owner
from . import arrays, by_row, code, formats, schema, taking
from .comparison import CannotScore, Incomparable, Killed
from .mlmodel import metadata

# What the process that scores ends with where the rows are not of the model's schema.
_OTHER_SCHEMA = 65


def code_hash(package: Path) -> str:
    """Return a hash of the owner's code in a folder of it, which clones of 0.3.0 ask for."""
    files = package_files(package)
    return hash_text("".join(f"{p.relative_to(package)} {hash_file(p)}\n" for p in files))


def score(owner: Owner, stored: Stored, frame: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """Return the prediction of a stored model for each raw row of `frame`.

    The shape is `(n_rows,)`, or `(n_rows, n_outputs)`. Raises SetupError where the model does not
    run in this environment, NotTrusted where its code or its format is not the repo's.
    """
    if code.is_todays(owner, stored):
        return _predict(owner, stored.folder, frame)
    with tempfile.TemporaryDirectory() as scratch:
        rows, predictions = Path(scratch, "rows.arrow"), Path(scratch, "predictions.npy")
        frames.write(rows, frame)
        gathered = code.gather(owner, stored, _package(stored), Path(scratch, "code"))
        arguments = [stored.folder, gathered.folder, gathered.package, rows, predictions]
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__, *map(str, arguments)],
            env={**gathered.environment(), "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=scratch,
            capture_output=True,
            text=True,
        )
        last_line = (done.stderr.strip().splitlines() or ["no message"])[-1]
        if done.returncode == NotTrusted.exit_code:
            raise NotTrusted(f"{stored.name}: {last_line}", HINT)
        if done.returncode:
            if done.returncode == _OTHER_SCHEMA:
                what = f"{stored.name} was trained on another schema: {last_line}"
                raise CannotScore(Incomparable.SCHEMA, what, formats.NOT_HERE)
            what = f"a stored model does not run in this environment: {last_line}"
            if done.returncode < 0:  # killed, maybe for want of memory: no answer of the model's
                raise Killed(f"{what} (signal {-done.returncode})", "the same verb again")
            raise CannotScore(Incomparable.FAILS, what, formats.NOT_HERE)
        try:
            return arrays.read(predictions.read_bytes())
        except (OSError, ValueError) as error:
            what = f"{stored.name} gave no predictions"
            raise CannotScore(Incomparable.FAILS, what, formats.NOT_HERE) from error


def score_batches(
    owner: Owner, stored: Stored, frames: Iterable[pd.DataFrame]
) -> "np.ndarray[Any, Any]":
    """Return what `score` gives for rows of which only a batch need be in memory at once."""
    return np.concatenate([score(owner, stored, frame) for frame in frames])


def score_alone(
    model: Path, frame: pd.DataFrame, folder: Path | None = None, package: str = ""
) -> "np.ndarray[Any, Any]":
    """Return the predictions of a stored model with no repo around.

    The owner's package is in `folder`; in the model itself where none is given.
    """
    folder = folder or model / "code"
    package = package or str(metadata(model)["package"])
    if "package" in metadata(model):
        return _predict(_Carried(folder, package), model, frame)
    return _by_former_code(folder, package, model, frame)


def load(owner: Owner, model: Path) -> Any:
    """Return a stored model as the object that `fit` returned, in the format of model.py."""
    module = owner.model
    return formats.load(model, owner.package, module.FLAVOR, module.LOG_OPTIONS)


def _package(stored: Stored) -> str:
    """Return the name of the package that a stored model was trained by."""
    named = metadata(stored.folder).get("package")
    if named is None:  # before 0.3.0
        found = {Path(name).parts[1] for name in stored.lineage.files if name.startswith("src/")}
        named = found.pop() if len(found) == 1 else None
    if not isinstance(named, str) or not named.isidentifier():
        raise NotTrusted(f"{stored.name}: its model does not name its package", HINT)
    return named


def _by_former_code(
    folder: Path, package: str, model: Path, frame: pd.DataFrame
) -> "np.ndarray[Any, Any]":
    """Return the predictions of a model of a release before 0.3.0, by the library in its package.

    It gets the model as loaded here: its own way trusts what MLmodel says.
    """
    sys.path.insert(0, str(folder))
    former = importlib.import_module(f"{package}.platform.scoring")
    own = importlib.import_module(f"{package}.model")
    fitted = formats.load(model, package, own.FLAVOR, own.LOG_OPTIONS)
    former.load = lambda _: fitted  # type: ignore[attr-defined]
    return np.asarray(former.score_here(model, frame))


class _Carried(Owner):
    """The owner's modules in a folder that is no repo."""

    @property
    def source(self) -> Path:
        return self.root


def predictions(owner: Owner, fitted: Any, rows: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """Return what `predict` in model.py gives for rows of features; SetupError where it is unfit.

    The shape is `(n_rows,)`, or `(n_rows, n_outputs)`.
    """
    return taken(owner, owner.model.predict(fitted, rows), rows)


def taken(
    owner: Owner, given: Any, rows: pd.DataFrame, function: str = "predict"
) -> "np.ndarray[Any, Any]":
    """Return what a function of model.py gave for rows as predictions; SetupError if unfit."""
    try:
        found = owner.shaped(taking.take(given, rows, owner.outputs))
    except taking.Unfit as error:
        raise _unfit(owner, str(error), function) from error
    shape = owner.shape(len(rows))
    if found.shape != shape:
        wanted = f"{shape}, for {', '.join(owner.outputs)}"
        what = f"the shape {found.shape} for {len(rows)} rows; wanted is {wanted}"
        raise _unfit(owner, what, function)
    return found


def checked(
    owner: Owner, given: Any, rows: pd.DataFrame, function: str = "predict"
) -> "np.ndarray[Any, Any]":
    """Return what `taken` does; SetupError where a value is missing or infinite."""
    found = taken(owner, given, rows, function)
    numbers = np.issubdtype(found.dtype, np.number)
    odd = ~np.isfinite(found) if numbers else pd.isna(found)
    if odd.any():
        what = f"{odd.sum()} of {odd.size} values that are missing or infinite"
        raise _unfit(owner, what, function)
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
    raise CannotScore(
        Incomparable.OUTPUTS,
        f"version {version} gives {gives}; "
        f"OUTPUTS in {owner.path('model')} names {', '.join(owner.outputs)}",
        "name what it gives, or promote a version that gives this",
    )


def _predict(owner: Owner, model: Path, frame: pd.DataFrame) -> "np.ndarray[Any, Any]":
    rows = by_row.features(owner, frame, metadata(model).get("features", {}))
    return checked(owner, owner.model.predict(load(owner, model), rows), rows)


def _unfit(owner: Owner, found: str, function: str = "predict") -> SetupError:
    path = owner.path("model")
    return SetupError(f"{path}: {function} gave {found}", f"edit {path}")


def main(model: str, *others: str) -> int:
    """Score as `score` asks for it, or a person: `MODEL [CODE PACKAGE] ROWS PREDICTIONS`."""
    *code_of, rows, target = others
    folder, package = (Path(code_of[0]), code_of[1]) if code_of else (None, "")
    try:
        frame = frames.read(Path(rows)) if code_of else pd.read_parquet(rows)
        found = score_alone(Path(model), frame, folder, package)
    except NotTrusted as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except Exception as error:  # code of another day, on rows of today
        lacking = schema.differences(package, frame) if folder else ""
        if lacking:
            print(lacking, file=sys.stderr)
            return _OTHER_SCHEMA
        if not isinstance(error, ProjectError):
            raise
        print(error, file=sys.stderr)
        return error.exit_code
    np.save(target, found)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
