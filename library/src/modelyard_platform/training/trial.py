"""Tries on a handful of rows, before the hours, whether what `fit` returns can be stored."""

import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..console import stage, tell
from ..errors import ProjectError, SetupError
from ..evaluation import formats
from ..settings import Project
from ..tracking import flavors
from .fitting import Given, fit
from .frozen import check_imported

ROWS, CLASSES, OF_EACH = 200, 20, 20


def check(project: Project, given: Given) -> None:
    """Raise SetupError where a model cannot be stored, or could not be loaded here or elsewhere.

    Where a handful of rows is too few to be fitted on, nothing is proved, and that is told.
    """
    few = handful(given.labels)
    with stage(f"try the model on {len(few)} rows"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        extra = {name: value.iloc[few] for name, value in given.extra.items()}
        some = Given(given.rows.iloc[few], given.labels.iloc[few], extra)
        try:
            fitted = fit(project, some)
        except Exception as error:  # whatever the owner's code raises, the fit itself may not
            detail = (str(error).strip() or "no message").splitlines()[0]
            tell(f"• not tried: on {len(few)} rows, fit raised {type(error).__name__}: {detail}")
            return
        finally:
            check_imported(project)
        with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
            folder = Path(scratch, "model")
            flavors.save(project.owner, fitted, folder, some.rows)
            _load(project, folder)


def _load(project: Project, folder: Path) -> None:
    owner = project.owner
    try:
        formats.load(folder, owner.package, owner.model.FLAVOR, owner.model.LOG_OPTIONS)
    except ProjectError as error:
        path = owner.path("model")
        what = f"{path}: the model can be stored, and not loaded again: {error}"
        raise SetupError(what, f"set FLAVOR and LOG_OPTIONS in {path} so that it can") from error


def handful(labels: Any) -> "np.ndarray[Any, Any]":
    """Return the positions of some rows: from all along, and of each class where there are few."""
    spread = np.linspace(0, len(labels) - 1, min(ROWS, len(labels))).astype(int)
    first = labels.iloc[:, 0] if isinstance(labels, pd.DataFrame) else labels
    classes, named = pd.factorize(np.asarray(first))
    if len(named) > CLASSES:
        return np.unique(spread)
    each = [np.flatnonzero(classes == one)[:OF_EACH] for one in range(len(named))]
    return np.unique(np.concatenate([spread, *each]))
