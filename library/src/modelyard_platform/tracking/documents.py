"""What a run stored beside its model, read back: held against its lineage, and of the right form.

Runs before 0.4.0 recorded no hashes of these files, so what is in them may be anything.
"""

import json
from typing import TYPE_CHECKING, Any

from ..errors import NotTrusted
from ..evaluation import arrays
from ..settings import Project
from . import records, verified
from .records import Record

if TYPE_CHECKING:
    import numpy as np

EVALUATION, PREDICTIONS, GATE = "evaluation.json", "holdout_predictions.npy", "gate.json"


def metrics(project: Project, record: Record) -> dict[str, float]:
    """Return the metrics of a version on its holdout."""
    content = verified.artifact(project, record, EVALUATION)
    try:
        return metrics_in(content)
    except ValueError as error:
        raise _unfit(record, EVALUATION, str(error)) from error


def metrics_in(evaluation: bytes) -> dict[str, float]:
    """Return the metrics in an evaluation; ValueError where it has none."""
    try:
        found = _parsed(evaluation)["metrics"].items()
        return {str(name): float(value) for name, value in found}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("it has no metrics") from error


def verdict(project: Project, record: Record) -> dict[str, Any]:
    """Return the gate's verdict on a version; nothing where none is recorded."""
    if not verified.has(project, record, GATE):
        return {}
    try:
        found = _parsed(verified.artifact(project, record, GATE))
    except ValueError as error:
        raise _unfit(record, GATE, str(error)) from error
    if not isinstance(found, dict):
        raise _unfit(record, GATE, "it is no verdict")
    return found


def predictions(project: Project, record: Record) -> "np.ndarray[Any, Any]":
    """Return the predictions of a version for its holdout."""
    content = verified.artifact(project, record, PREDICTIONS)
    try:
        return arrays.read(content)
    except ValueError as error:
        raise _unfit(record, PREDICTIONS, "no array of numbers or texts") from error


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _unfit(record: Record, name: str, why: str) -> NotTrusted:
    return NotTrusted(f"{record.name}: {name} is not what a training stores: {why}", records.HINT)
