"""One model on one holdout, in numbers: overall, and for every slice that the gate looks at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..errors import SetupError
from ..settings import Project
from . import by_row
from .unseen import Seen


@dataclass(frozen=True)
class Slice:
    """The rows in which `column` has `value`."""

    column: str
    value: str
    rows: int
    metrics: dict[str, float]


@dataclass(frozen=True)
class Evaluation:
    """The metrics of one model version, and which rows it was trained on."""

    version: str
    seen: Seen
    metrics: dict[str, float]
    slices: list[Slice] = field(default_factory=list)


def targets(project: Project, frame: pd.DataFrame) -> pd.DataFrame:
    """Return what is to be predicted for each row, with a column for each target."""
    owner = project.owner
    found = owner.model.target(frame, project.params.model)
    if isinstance(found, pd.Series):
        found = found.to_frame(found.name or "target")
    if not isinstance(found, pd.DataFrame):
        what = f"a {type(found).__name__}; wanted is a pd.Series or a pd.DataFrame"
        raise by_row.unfit(owner, "model", "target", what)
    by_row.check(owner, "model", "target", found, frame)
    missing = int(found.isna().any(axis="columns").sum())
    if missing:
        what = f"no label for {missing} of {len(frame)} rows"
        raise by_row.unfit(owner, "model", "target", what)
    return found


def only(targets: pd.DataFrame) -> "pd.Series[Any] | pd.DataFrame":
    """Return targets as the owner's functions get them: one target is a Series."""
    return targets.iloc[:, 0] if targets.shape[1] == 1 else targets


def labels(project: Project, frame: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """Return what was to be predicted for each row: shape `(n_rows,)` or `(n_rows, n_targets)`."""
    values: np.ndarray[Any, Any] = only(targets(project, frame)).to_numpy()
    return values


def evaluate(
    project: Project,
    version: str,
    seen: Seen,
    holdout: pd.DataFrame,
    predictions: "np.ndarray[Any, Any]",
) -> Evaluation:
    """Return the evaluation of `predictions`, one for each row of `holdout`."""
    true = labels(project, holdout)
    slices = []
    for column, values in _sliced(project, holdout).items():
        for value, rows in _groups(values):
            found = _metrics(project, true[rows], predictions[rows])
            slices.append(Slice(column, value, int(rows.sum()), found))
    overall = _metrics(project, true, predictions)
    return Evaluation(version, seen, overall, slices)


def slice_names(project: Project) -> set[str]:
    """Return what a slice may be of: the columns of the contract, and the owner's own slices."""
    own = getattr(project.owner.metrics, "SLICES", ())
    return {*project.owner.contract.columns, *own}


def _sliced(project: Project, holdout: pd.DataFrame) -> dict[str, "pd.Series[Any]"]:
    owner = project.owner
    own = owner.optional("metrics", "slices", 1)
    added = own(holdout) if own else {}
    if not isinstance(added, Mapping):
        raise by_row.unfit(owner, "metrics", "slices", f"a {type(added).__name__}, and no mapping")
    found = {}
    for name in project.params.gate.slices:
        if name not in added and name not in holdout:
            raise by_row.unfit(owner, "metrics", "slices", f"no {name}, which SLICES names")
        values = pd.Series(added[name]) if name in added else holdout[name]
        found[name] = by_row.check(owner, "metrics", "slices", values, holdout)
    return found


def _metrics(
    project: Project, true: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]"
) -> dict[str, float]:
    metrics = project.owner.metrics
    found = metrics.evaluate(true, predictions)
    path = project.owner.path("metrics")
    if not isinstance(found, Mapping) or set(found) != set(metrics.HIGHER_IS_BETTER):
        gave = ", ".join(found) if isinstance(found, Mapping) else f"a {type(found).__name__}"
        what = f"evaluate gave {gave}; HIGHER_IS_BETTER names "
        raise SetupError(f"{path}: {what}{', '.join(metrics.HIGHER_IS_BETTER)}", f"edit {path}")
    try:
        return {name: float(value) for name, value in found.items()}
    except (TypeError, ValueError) as error:
        what = f"{path}: evaluate gave what is no number: {found}"
        raise SetupError(what, f"edit {path}") from error


def _groups(values: "pd.Series[Any]") -> Iterable[tuple[str, "np.ndarray[Any, Any]"]]:
    text = values.astype("string").fillna("missing")
    for value in sorted(text.unique()):
        yield value, (text == value).to_numpy()
