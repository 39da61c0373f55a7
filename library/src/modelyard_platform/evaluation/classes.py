"""Which class a label is, among those that the outputs of a model name."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def places(labels: "np.ndarray[Any, Any]", outputs: Sequence[str]) -> "np.ndarray[Any, Any] | None":
    """Return for each label the place of its class in `outputs`; None where that does not follow.

    Labels are names in `outputs`, or whole numbers that count them from 0, or as many other values
    as there are outputs, in their order.
    """
    if labels.ndim != 1 or not len(labels):
        return None
    names = labels.astype(str)
    if set(names) <= set(outputs):
        place = {name: number for number, name in enumerate(outputs)}
        return np.array([place[name] for name in names])
    values, found = np.unique(labels, return_inverse=True)
    counted = labels.dtype.kind in "iub" and values[0] == 0 and values[-1] < len(outputs)
    if counted:
        return labels.astype(int)
    return found if len(values) == len(outputs) else None


def one_hot(places: "np.ndarray[Any, Any]", n_classes: int) -> "np.ndarray[Any, Any]":
    """Return the truth of each class in each row, shape `(n_rows, n_classes)`."""
    truth: np.ndarray[Any, Any] = places[:, None] == np.arange(n_classes)
    return truth
