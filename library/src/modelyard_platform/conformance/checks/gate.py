"""That the gate of this repo can say no."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ...evaluation import gate
from ...evaluation.metrics import Evaluation, evaluate, slice_names
from ...evaluation.unseen import Holdout, Seen
from ..failures import fail, listed, place_in_params
from ..repo import Conformance, Labels


def test_gate_names_exist(conformance: Conformance) -> None:
    """The gate's floors and slices name metrics and columns that there are."""
    params = conformance.project.params.gate
    metrics = sorted(conformance.module("metrics").HIGHER_IS_BETTER)
    columns = sorted(conformance.call(slice_names, conformance.project))
    named: list[tuple[str, list[str], tuple[str, ...]]] = [
        ("metric", metrics, ("floors", name)) for name in params.floors
    ]
    for column, floors in params.slices.items():
        named.append(("column", columns, ("slices", column)))
        named += [("metric", metrics, ("slices", column, name)) for name in floors]
    for kind, known, keys in named:
        if keys[-1] not in known:
            place = place_in_params(conformance.root, "gate", *keys)
            fail(place, f"there is no {kind} {keys[-1]}; there is {listed(known, 30)}")


def test_gate_refuses_shuffled_labels(conformance: Conformance) -> None:
    """A model that was trained on shuffled labels does not pass the floors, with no champion.

    It has learned nothing; a floor that it reaches does not tell a model from chance.
    """
    _need_metrics(conformance)
    params = conformance.project.params.gate
    place = place_in_params(conformance.root, "gate", "floors")
    if not params.floors and not any(params.slices.values()):
        fail(place, "the gate has no floor, so the first model passes whatever it is")
    chance = conformance.fit(_shuffled(conformance.training.labels, conformance.seed))
    checks = _judge(conformance, conformance.predict(chance, conformance.holdout.features))
    if not all(check.passed for check in checks):
        return
    learned = {c.name: c.value for c in _judge(conformance, conformance.predictions)}
    lines = "".join(
        f"\n  {check.name}: floor {check.limit:g}, shuffled labels reach {check.value:.4g}"
        f" (true ones {learned[check.name]:.4g})"
        for check in checks
    )
    fail(
        place,
        "a model trained on shuffled labels passes the gate. Too low to refuse it is each of: "
        f"{lines}\n  hint: set one between what shuffled and true labels reach",
    )


def _judge(conformance: Conformance, predictions: "np.ndarray[Any, Any]") -> list[gate.Check]:
    """Return what the gate asks of predictions of the holdout, but for when it was trained."""
    before, after = Seen(pd.Timestamp("1970-01-01")), Holdout(pd.Timestamp("1970-01-02"))
    found: Evaluation = conformance.call(
        evaluate, conformance.project, "0", before, conformance.holdout.frame, predictions
    )
    params, metrics = conformance.project.params.gate, conformance.module("metrics")
    return gate.judge(found, None, after, params, metrics).checks[1:]


def _shuffled(labels: Labels, seed: int) -> Labels:
    order = np.random.default_rng(seed).permutation(len(labels))
    return labels.iloc[order].set_axis(labels.index)


def _need_metrics(conformance: Conformance) -> None:
    conformance.need_predictions()
    metrics, gated = conformance.module("metrics"), conformance.project.params.gate
    labels = conformance.holdout.labels.to_numpy()
    if len(conformance.target(conformance.holdout.frame)) != len(labels):
        pytest.skip("target does not label every row: see its own tests")
    found = conformance.call(metrics.evaluate, labels, conformance.predictions)
    if set(found) != set(metrics.HIGHER_IS_BETTER):
        pytest.skip("evaluate gives other metrics than declared: see their own test")
    named = {name for group in (gated.floors, *gated.slices.values()) for name in group}
    if named - set(found) or set(gated.slices) - slice_names(conformance.project):
        pytest.skip("the gate names what there is not: see test_gate_names_exist")
