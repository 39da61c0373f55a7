"""Fitted models in MLflow's formats: FLAVOR of model.py says which, LOG_OPTIONS how."""

import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import PickleError
from typing import Any

import pandas as pd

from ..errors import SetupError
from ..owner import Owner

_MLFLOW = "mlflow --hash=sha256:0"


def log(owner: Owner, fitted: Any, **options: Any) -> Any:
    """Log a fitted model to the active run; SetupError where FLAVOR cannot store it."""
    module, given = _module(owner), _given(owner, fitted)
    with _storable(owner):
        return module.log_model(*given[0], name="model", **given[1], **options, **_own(owner))


def save(owner: Owner, fitted: Any, folder: Path, rows: pd.DataFrame) -> None:
    """Write a fitted model into a new folder; SetupError where FLAVOR cannot store it.

    `rows` are some rows of features.
    """
    from mlflow.models import infer_signature

    module, given = _module(owner), _given(owner, fitted)
    accepted = inspect.signature(module.save_model).parameters
    options = {name: value for name, value in _own(owner).items() if name in accepted}
    # Given, or MLflow looks for what the model imports; and written as in a lock, or it compares it
    # with all that is installed. Either takes longer than most fits of so few rows.
    options |= {"signature": infer_signature(rows), "pip_requirements": [_MLFLOW]}
    with _storable(owner):
        module.save_model(*given[0], path=str(folder), **given[1], **options)


def _module(owner: Owner) -> Any:
    try:
        return importlib.import_module(f"mlflow.{owner.model.FLAVOR}")
    except ImportError as error:
        what = f"{owner.path('model')}: FLAVOR is {owner.model.FLAVOR!r}: {error}"
        raise SetupError(what, f"edit {owner.path('model')}: name one of MLflow's") from error


def _own(owner: Owner) -> dict[str, Any]:
    return dict(owner.model.LOG_OPTIONS)


def _given(owner: Owner, fitted: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments by which MLflow's functions take a model."""
    if owner.model.FLAVOR != "pyfunc":
        return [fitted], {}
    from ..evaluation.anything import Anything

    return [], {"python_model": Anything(owner.package, fitted)}


# What Python, pickle and the flavors' own libraries raise for what they cannot write.
_UNFIT = (PickleError, TypeError, ValueError, AttributeError, NotImplementedError)


@contextmanager
def _storable(owner: Owner) -> Iterator[None]:
    from mlflow.exceptions import MlflowException

    flavor, path = owner.model.FLAVOR, owner.path("model")
    try:
        yield
    except (MlflowException, *_UNFIT) as error:
        lines = (str(error).strip() or type(error).__name__).splitlines()
        raise SetupError(
            f"{path}: the model cannot be stored as {flavor}: {' '.join(lines[:3])}",
            f"set FLAVOR and LOG_OPTIONS in {path} so that it can: what the message names, or "
            "FLAVOR = 'pyfunc', which takes any object that can be pickled",
        ) from error
