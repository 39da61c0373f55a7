"""The plots of an evaluation, chosen by what the labels are; metrics.py may have its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import class_plots, classes, number_plots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Figures = dict[str, Figure]


def draw(
    labels: "np.ndarray[Any, Any]",
    predictions: "np.ndarray[Any, Any]",
    outputs: Sequence[str] = ("prediction",),
) -> "Figures":
    """Return figures by name, of what the labels and predictions show; else none.

    Labels have the shape `(n_rows,)` or `(n_rows, n_targets)`, predictions `(n_rows,)` or
    `(n_rows, n_outputs)`, in the order of `outputs`.
    """
    labels, predictions = _typed(labels), _typed(predictions)
    if not _numbers(predictions):
        return _names(labels, predictions)
    if labels.ndim == 2:
        return _several(labels, predictions, outputs)
    if predictions.ndim == 2:
        return _classes(labels, predictions, outputs)
    if not _numbers(labels):
        # The probability of the class that gives the output its name.
        two = len(np.unique(labels)) == 2 and outputs[0] in labels
        labels = (labels == outputs[0]).astype(int) if two else labels
    if not _numbers(labels):
        return {}
    if set(np.unique(labels)) <= {0, 1} and _shares(predictions):
        return class_plots.two(labels, predictions)
    return number_plots.draw(labels[:, None], predictions[:, None], [""])


def _several(
    labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]", outputs: Sequence[str]
) -> "Figures":
    if labels.shape != predictions.shape or not _numbers(labels):
        return {}
    if set(np.unique(labels)) <= {0, 1} and _shares(predictions):
        return class_plots.curves(labels == 1, predictions, outputs)
    return number_plots.draw(labels, predictions, outputs)


def _classes(
    labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]", outputs: Sequence[str]
) -> "Figures":
    found = classes.places(labels, outputs)
    if found is None or not _shares(predictions):
        return {}
    truth = classes.one_hot(found, len(outputs))
    guessed = predictions.argmax(axis=1)
    return {
        "confusion": class_plots.confusion(found, guessed, outputs),
        **class_plots.curves(truth, predictions, outputs),
    }


def _names(labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]") -> "Figures":
    if labels.ndim > 1 or predictions.ndim > 1 or _numbers(labels):
        return {}
    names, found = np.unique(np.concatenate([labels, predictions]), return_inverse=True)
    figure = class_plots.confusion(found[: len(labels)], found[len(labels) :], list(names))
    return {"confusion": figure}


def _typed(values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return truths as numbers, and objects as the numbers or texts that they all are."""
    found = np.array(values.tolist()) if values.dtype.kind == "O" else values
    if found.dtype.kind == "O":
        return found.astype(str)
    return found.astype(int) if found.dtype.kind == "b" else found


def _numbers(values: "np.ndarray[Any, Any]") -> bool:
    return np.issubdtype(values.dtype, np.number)


def _shares(values: "np.ndarray[Any, Any]") -> bool:
    return bool(values.min() >= 0 and values.max() <= 1)
