"""That metrics are those that are declared, and that better predictions are better in them."""

from typing import Any

import numpy as np
import pytest

from ...evaluation import classes
from ..failures import fail, listed
from ..repo import Conformance


def test_metrics_are_those_declared(conformance: Conformance) -> None:
    """`evaluate` gives the metrics of HIGHER_IS_BETTER, each a number."""
    conformance.need_predictions()
    found = _evaluate(conformance, _labels(conformance), conformance.predictions)
    declared, place = set(conformance.module("metrics").HIGHER_IS_BETTER), _place(conformance)
    missing, extra = sorted(declared - set(found)), sorted(set(found) - declared)
    if missing:
        fail(place, f"does not give {listed(missing)}, which HIGHER_IS_BETTER names")
    if extra:
        fail(place, f"gives {listed(extra)}, which HIGHER_IS_BETTER does not name")
    odd = [n for n, v in found.items() if not isinstance(v, int | float | np.number)]
    if odd:
        fail(place, f"{listed(odd)} is no number")


def test_metrics_prefer_perfect_predictions(conformance: Conformance) -> None:
    """Perfect predictions are no worse than shuffled ones in any metric."""
    labels = _labels(conformance)
    perfect = _perfect(labels, conformance.project.owner.outputs)
    if perfect is None:
        pytest.skip("what a perfect prediction is does not follow from these labels")
    order = np.random.default_rng(conformance.seed).permutation(len(labels))
    best = _evaluate(conformance, labels, perfect)
    worse = _evaluate(conformance, labels, perfect[order])
    for name, higher in conformance.module("metrics").HIGHER_IS_BETTER.items():
        good, bad = float(best.get(name, np.nan)), float(worse.get(name, np.nan))
        if good < bad if higher else good > bad:
            fail(
                conformance.place_of("metrics", "HIGHER_IS_BETTER"),
                f"says {higher} for {name}, in which perfect predictions reach {good:.4g} and "
                f"shuffled ones {bad:.4g}",
            )


def test_slices_are_valid(conformance: Conformance) -> None:
    """Where metrics.py has `slices`: a value of each row for each of SLICES."""
    slices, module = conformance.optional("metrics", "slices", 1), conformance.module("metrics")
    names = tuple(getattr(module, "SLICES", ()))
    if slices is None and not names:
        pytest.skip("metrics.py has no slices")
    if slices is None:
        fail(conformance.place_of("metrics", "SLICES"), "there is no function slices to give them")
    batch = conformance.batch
    found = conformance.call(slices, batch.copy())
    if not isinstance(found, dict) or set(found) != set(names):
        fail(conformance.place(slices), f"wanted is a dict with the names of SLICES: {names}")
    for name, values in found.items():
        if not hasattr(values, "index") or not values.index.equals(batch.index):
            what = f"{name}: wanted is a pd.Series with one value for each row, and its index"
            fail(conformance.place(slices), what)


def test_plots_are_figures(conformance: Conformance) -> None:
    """Where metrics.py has `plots`: figures by name."""
    plots = conformance.optional("metrics", "plots", 2)
    if plots is None:
        pytest.skip("metrics.py has no plots")
    conformance.need_predictions()
    found = conformance.call(plots, _labels(conformance), conformance.predictions)
    if not isinstance(found, dict) or not all(hasattr(f, "savefig") for f in found.values()):
        fail(conformance.place(plots), "wanted is a dict of matplotlib figures by name")


def _labels(conformance: Conformance) -> "np.ndarray[Any, Any]":
    return conformance.holdout.labels.to_numpy()


def _evaluate(
    conformance: Conformance, labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]"
) -> dict[str, float]:
    evaluate = conformance.module("metrics").evaluate
    found = conformance.call(evaluate, labels.copy(), predictions.copy())
    if not isinstance(found, dict):
        fail(_place(conformance), f"gives a {type(found).__name__}; wanted is a dict of numbers")
    return found


def _perfect(
    labels: "np.ndarray[Any, Any]", outputs: tuple[str, ...]
) -> "np.ndarray[Any, Any] | None":
    """Return the predictions that are right in every row, where labels tell what they are."""
    if labels.ndim > 1:
        return labels.astype("float64") if labels.shape[1] == len(outputs) else None
    numbers = np.issubdtype(labels.dtype, np.number) or labels.dtype == bool
    if len(outputs) == 1:
        return labels.astype("float64") if numbers else labels
    found = classes.places(labels, outputs)
    return None if found is None else classes.one_hot(found, len(outputs)).astype("float64")


def _place(conformance: Conformance) -> str:
    return conformance.place(conformance.module("metrics").evaluate)
