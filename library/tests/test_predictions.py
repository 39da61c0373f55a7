"""Predictions are an array of the shape that is declared, or refused with the owner's function."""

import ast
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from modelyard_platform.conformance.repo import Conformance
from modelyard_platform.errors import SetupError
from modelyard_platform.evaluation import importance, scoring, taking
from modelyard_platform.settings import Project
from modelyard_platform.tracking import registry, verified
from modelyard_platform.training import reading, stages
from modelyard_platform.training.split import split
from scipy import sparse

Edit = Callable[..., Project]
Verb = Callable[..., tuple[int, Any]]
PACKAGE = "flight_delays"


@pytest.fixture
def score(trained: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    """Score the stored model's holdout with another `predict`: `score(lambda n_rows: ...)`."""

    def call(given: Callable[[int], Any]) -> Any:
        model = trained.owner.model
        monkeypatch.setattr(model, "predict", lambda fitted, rows: given(len(rows)))
        rows = reading.read(split(trained, stages.landed(trained)).holdout)
        with verified.model(trained, registry.Registry(trained).get("1")) as stored:
            return scoring.score(trained.owner, stored, rows)

    return call


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        (lambda n: np.zeros((n, 2)), r"\(\d+, 2\)"),
        (lambda n: np.zeros(n - 1), r"\(\d+,\)"),
        (lambda n: np.zeros((1, n)), r"\(1, \d+\)"),
        (lambda n: 0.5, r"\(\)"),
    ],
)
def test_predictions_of_another_shape_are_refused(
    score: Callable[[Any], Any], given: Any, shape: str
) -> None:
    told = rf"^src/\w+/model\.py: predict gave the shape {shape} for \d+ rows; wanted is \(\d+,\), "
    with pytest.raises(SetupError, match=told + "for prediction$"):
        score(given)


@pytest.mark.parametrize(
    ("first", "other"),
    [(np.nan, 0.5), (-np.inf, 0.5), (None, "late"), (np.nan, "late"), (pd.NA, 1)],
)
def test_predictions_that_are_missing_or_infinite_are_refused(
    score: Callable[[Any], Any], first: Any, other: Any
) -> None:
    told = r"^src/\w+/model\.py: predict gave 1 of \d+ values that are missing or infinite$"
    with pytest.raises(SetupError, match=told):
        score(lambda n: pd.Series([first] + [other] * (n - 1)))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (lambda n: pd.Series(["late", "in time"] * n, dtype="object")[:n], "U"),
        (lambda n: pd.array(["late"] * n, dtype="string"), "U"),
        (lambda n: np.array([0.5] * n, dtype="object"), "f"),
        (lambda n: pd.Series([0.5] * n, dtype="Float64"), "f"),
        (lambda n: pd.DataFrame({"p": [0.5] * n}), "f"),
        (lambda n: np.full((n, 1), 0.5, dtype="float32"), "f"),
        (lambda n: [True] * n, "b"),
        (lambda n: [Decimal("0.5"), Fraction(1, 2)] * (n // 2) + [0.5] * (n % 2), "f"),
        (lambda n: [0.5] + [2**70] * (n - 1), "f"),
        (lambda n: np.full(n, 0.5, dtype=">f8"), "f"),
        (lambda n: np.full(n, 0.5, dtype=np.longdouble), "f"),
        (lambda n: pd.Series([0.5] * n, index=[f"row {i}" for i in range(n)]), "f"),
    ],
)
def test_predictions_of_any_type_are_an_array_that_can_be_stored(
    score: Callable[[Any], Any], given: Any, kind: str
) -> None:
    found = score(given)
    assert (found.ndim, found.dtype.kind) == (1, kind)
    assert found[0] in ("late", 0.5, True)
    assert found.dtype.isnative
    assert found.dtype.itemsize <= 8 or kind == "U"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (lambda n: [{"p": 0.5}] * n, "values of type dict, which are neither numbers nor text"),
        (lambda n: [True, "late"] * n, "values of type bool, str, which are neither"),
        (lambda n: [[1.0], [1.0, 2.0]] * n, "values of type list, which"),
        (lambda n: np.full(n, 1j), "values of type complex128, which"),
        (lambda n: np.zeros(n, dtype=[("p", float)]), "values of type .*, which"),
        (lambda n: sparse.csr_matrix(np.ones((n, 1))), ""),
        (lambda n: ["late", float("nan")] + ["late"] * (n - 2), "1 of .* missing or infinite"),
        (
            lambda n: np.ma.array(np.ones(n), mask=[1] + [0] * (n - 1)),
            "1 of .* missing or infinite",
        ),
        (lambda n: [Decimal("Infinity")] + [Decimal(1)] * (n - 1), "1 of .* missing or infinite"),
    ],
)
def test_what_is_no_number_and_no_name_is_refused(
    score: Callable[[Any], Any], given: Any, says: str
) -> None:
    with pytest.raises(SetupError, match=rf"^src/\w+/model\.py: predict gave .*{says}"):
        score(given)


ROWS = pd.DataFrame({"used": [1.0, 2.0, 3.0]}, index=[7, 3, 5])


def test_labels_that_say_another_order_are_refused() -> None:
    given = pd.Series([0.7, 0.3, 0.5], index=ROWS.index)
    assert list(taking.take(given, ROWS, ("p",))) == [0.7, 0.3, 0.5]
    with pytest.raises(taking.Unfit, match="rows in another order"):
        taking.take(given.sort_index(), ROWS, ("p",))
    shuffled = ROWS.set_axis([2, 0, 1])
    assert list(taking.take(pd.Series([0.7, 0.3, 0.5]), shuffled, ("p",))) == [0.7, 0.3, 0.5]
    frame = pd.DataFrame({"high": [3.0] * 3, "low": [1.0] * 3})
    assert taking.take(frame, ROWS, ("high", "low"))[0].tolist() == [3.0, 1.0]
    with pytest.raises(taking.Unfit, match="columns high, low; OUTPUTS says low, high"):
        taking.take(frame, ROWS, ("low", "high"))


@pytest.mark.parametrize(
    "outputs",
    ["'prediction'", "5", "()", "('a', 1)", "('a', 'a')", "('a', 'model')", "('a', 'flight_id')"],
)
def test_outputs_that_are_no_names_of_their_own_are_refused(
    project: Project, edit: Edit, outputs: str
) -> None:
    owner = edit(project, model=f"OUTPUTS = {outputs}").owner
    with pytest.raises(
        SetupError, match=r"^src/\w+/model\.py: found .*; wanted is OUTPUTS: "
    ) as told:
        owner.outputs  # noqa: B018 (reading it checks it)
    assert repr(ast.literal_eval(outputs)) in str(told.value)


def test_a_version_whose_outputs_had_another_order_is_named(
    trained: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with verified.model(trained, registry.Registry(trained).get("1")) as found:
        stored = found.folder
        assert scoring.metadata(stored)["outputs"] == ["prediction"]
    named = {"outputs": ["low", "high"]}
    monkeypatch.setattr(scoring, "metadata", lambda model: named)
    monkeypatch.setattr(trained.owner.model, "OUTPUTS", ("high", "low"), raising=False)
    given = np.zeros((3, 2))
    with pytest.raises(SetupError, match=r"^version 1 gives low, high; OUTPUTS in .* high, low$"):
        scoring.check_outputs(trained.owner, "1", stored, given, 3)
    named["outputs"].reverse()
    scoring.check_outputs(trained.owner, "1", stored, given, 3)
    named.clear()  # of a release before 0.3.0
    scoring.check_outputs(trained.owner, "1", stored, given, 3)


def test_importance_sees_predictions_as_the_metrics_do(project: Project, edit: Edit) -> None:
    code = """
HIGHER_IS_BETTER = {"hits": True}
PRIMARY = "hits"


def evaluate(labels, predictions):
    assert labels.shape == predictions.shape
    return {"hits": (labels == predictions).mean()}
"""
    predict = "def predict(model, features):\n    return features[['used']].astype(object)"
    owner = edit(project, model=predict, metrics=code).owner
    rows = pd.DataFrame({"used": [str(number) for number in range(50)]})
    losses = importance.losses(owner, None, rows, rows["used"].to_numpy(), seed=1)
    assert (losses.loc["used"] > 0.5).all()


def test_conformance_takes_predictions_as_a_training_does(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model, rows = project.owner.model, pd.DataFrame({"used": [1.0, 2.0, 3.0]})
    monkeypatch.setattr(model, "predict", lambda fitted, rows: np.zeros((len(rows), 1)))
    assert Conformance(project, tmp_path).predict(None, rows).shape == (3,)
    monkeypatch.setattr(model, "predict", lambda fitted, rows: np.zeros((len(rows), 2)))
    assert Conformance(project, tmp_path).predict(None, rows).shape == (3, 2)


@pytest.mark.parametrize("words", [["predict"], ["promote", "1"]])
def test_a_version_with_other_outputs_is_named(
    trained: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    versions = registry.Registry(trained)
    versions.promote(versions.get("1"))
    monkeypatch.setattr(scoring, "score", lambda owner, model, rows: np.zeros((len(rows), 2)))
    code, error = verb(*words)
    assert code == 5
    assert error["error"].startswith("version 1 gives predictions of shape (")
    assert error["error"].endswith(f", 2); OUTPUTS in src/{PACKAGE}/model.py names prediction")
    assert "promote a version that gives this" in error["hint"]
