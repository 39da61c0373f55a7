"""Plots are those that fit the labels, whatever a model predicts; they show what it predicts."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from modelyard_platform.evaluation import class_plots, classes, plots

KINDS = ("low", "mid", "high")
CURVES = {"roc", "calibration"}
NUMBERS = {"residuals", "actual_vs_predicted"}
SHARES = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.4, 0.3, 0.3]]


@pytest.mark.parametrize(
    ("labels", "predictions", "outputs", "names"),
    [
        ([0, 1, 0, 1], [0.1, 0.9, 0.4, 0.2], ["p"], CURVES),
        ([False, True, False, True], [0.1, 0.9, 0.4, 0.2], ["p"], CURVES),
        (["on", "late", "on", "late"], [0.1, 0.9, 0.4, 0.2], ["late"], CURVES),
        (["on", "late", "on", "late"], [0.1, 0.9, 0.4, 0.2], ["p"], set()),
        (["a", "b", "a", "b"], ["a", "b", "a", "a"], ["p"], {"confusion"}),
        ([0, 1, 0, 1], ["a", "b", "a", "a"], ["p"], set()),
        ([0, 1, 0, 1], [0.1, 1.9, 0.4, 0.2], ["p"], NUMBERS),
        ([0, 1, 2, 1], [0.1, 0.9, 0.4, 0.2], ["p"], NUMBERS),
        (["low", "mid", "high", "low"], SHARES, KINDS, {"confusion", *CURVES}),
        ([0, 1, 2, 0], SHARES, KINDS, {"confusion", *CURVES}),
        ([0, 1, 0, 1], SHARES, KINDS, {"confusion", *CURVES}),
        ([7, 8, 9, 7], SHARES, KINDS, {"confusion", *CURVES}),
        (["low", "mid", "else", "low"], SHARES, KINDS, {"confusion", *CURVES}),
        (["low", "mid", "else", "more"], SHARES, KINDS, set()),
        (["low", "mid", "high", "low"], np.array(SHARES) * 9, KINDS, set()),
        ([[0, 1]] * 2 + [[1, 0]] * 2, [[0.5, 0.5]] * 4, ["a", "b"], CURVES),
        ([[3.0, 1]] * 4, [[0.5, 0.5]] * 4, ["a", "b"], NUMBERS),
        ([[3.0, 1]] * 4, [[0.5, 0.5, 0.5]] * 4, KINDS, set()),
    ],
)
def test_plots_are_those_that_fit_the_labels(
    labels: Any, predictions: Any, outputs: Any, names: set[str]
) -> None:
    drawn = plots.draw(np.array(labels), np.array(predictions), outputs)
    assert set(drawn) == names
    objects = plots.draw(np.array(labels, dtype=object), np.array(predictions), outputs)
    assert set(objects) == names
    for figure in drawn.values():
        figure.savefig(BytesIO())


def test_a_matrix_has_the_share_of_each_class_that_was_taken_for_each() -> None:
    true, guessed = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 2])
    axes = class_plots.confusion(true, guessed, KINDS).axes[0]
    shown = np.asarray(axes.images[0].get_array())
    np.testing.assert_allclose(shown, [[2 / 3, 1 / 3, 0], [0, 0.5, 0.5], [0, 0, 0]])
    assert [label.get_text() for label in axes.get_yticklabels()] == list(KINDS)
    assert axes.get_ylabel() == "True label"


def test_each_class_has_a_curve_against_the_others() -> None:
    truth = np.array(SHARES[:3] * 5) > 0.5
    drawn = class_plots.curves(truth, truth.astype(float), KINDS)
    lines = [line.get_label() for line in drawn["roc"].axes[0].lines]
    assert [text.partition(" (AUC = ")[0] for text in lines[:3]] == list(KINDS)
    assert all("AUC = 1.00" in text for text in lines[:3])
    many = np.eye(class_plots.CURVES + 5, dtype=bool)
    shown = class_plots.curves(many, many.astype(float), [str(n) for n in range(len(many))])
    assert len(shown["calibration"].axes[0].lines) == class_plots.CURVES + 1


def test_a_name_is_no_formula() -> None:
    names = ["$x^$", "a$b$_$", "c" * 200]
    for figure in plots.draw(np.array([0, 1, 2, 0]), np.array(SHARES), names).values():
        figure.savefig(BytesIO())


def test_a_class_is_found_by_name_by_number_or_by_order() -> None:
    def places(*labels: Any) -> Any:
        found = classes.places(np.array(labels), KINDS)
        return None if found is None else found.tolist()

    assert places("high", "low") == [2, 0]
    assert places(2, 0) == [2, 0]
    assert places(True, False) == [1, 0]
    assert places(30, 10, 20) == [2, 0, 1]
    assert places("z", "x", "y") == [2, 0, 1]
    # Of two of three classes nobody can tell which is missing.
    assert places(1, 2) is None
    assert places("x", "y") is None
