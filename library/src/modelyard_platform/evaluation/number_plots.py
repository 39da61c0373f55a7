"""Plots of numbers: how far off the predictions are, and in which direction."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .captions import caption

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

PANELS = 12


def draw(
    labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]", names: Sequence[str]
) -> "dict[str, Figure]":
    """Return figures with a panel for each of `names`, the first ones where there are many.

    `labels` and `predictions` have the shape `(n_rows, n_names)`.
    """
    return {
        "residuals": _figure(labels, predictions, names, "residual_vs_predicted"),
        "actual_vs_predicted": _figure(labels, predictions, names, "actual_vs_predicted"),
    }


def _figure(
    labels: "np.ndarray[Any, Any]",
    predictions: "np.ndarray[Any, Any]",
    names: Sequence[str],
    kind: str,
) -> "Figure":
    from matplotlib.figure import Figure
    from sklearn.metrics import PredictionErrorDisplay

    shown = names[:PANELS]
    columns = min(len(shown), 3)
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(5 * columns, 5 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for place, name in enumerate(shown):
        PredictionErrorDisplay.from_predictions(
            labels[:, place],
            predictions[:, place],
            kind=kind,
            ax=panels[place],
            scatter_kwargs={"s": 4},
        )
        panels[place].set_title(caption(name))
    for panel in panels[len(shown) :]:
        panel.remove()
    return figure
