"""That a training can be repeated, and that predictions are what is declared."""

import numpy as np
import pytest

from ...errors import SetupError
from ...evaluation import scoring
from ..failures import fail
from ..repo import Conformance

ONES = 3


def test_fit_is_deterministic(conformance: Conformance) -> None:
    """Two trainings on the same rows, with the same seed, predict the same."""
    again = conformance.predict(
        conformance.fit(conformance.training.labels, other=1), conformance.holdout.features
    )
    first = conformance.predictions
    if first.shape != again.shape or not np.array_equal(first, again, equal_nan=True):
        fail(
            conformance.place(conformance.module("model").fit),
            "two trainings on the same rows with the same seed predict different values: "
            "give `seed` to everything that draws by chance",
        )


def test_predictions_have_the_declared_shape(conformance: Conformance) -> None:
    """There is one prediction for each row, with a value for each of `OUTPUTS`."""
    features = conformance.holdout.features
    for rows in (features, features.iloc[:1]):
        found = conformance.predict(conformance.fitted, rows).shape
        owner = conformance.project.owner
        wanted = owner.shape(len(rows))
        if found != wanted:
            outputs = len(owner.outputs)
            named = f"OUTPUTS has {outputs} names" if outputs > 1 else "no OUTPUTS is declared"
            fail(
                _predict(conformance),
                f"gives the shape {found} for {len(rows)} rows; wanted is {wanted}, as {named}",
            )


def test_predictions_are_finite(conformance: Conformance) -> None:
    """No prediction is missing or infinite."""
    found = conformance.predictions
    if not np.issubdtype(found.dtype, np.number):
        return  # names of classes
    odd = int((~np.isfinite(found)).sum())
    if odd:
        fail(_predict(conformance), f"{odd} of {found.size} predictions are missing or infinite")


def test_predictions_are_made_row_by_row(conformance: Conformance) -> None:
    """One row alone, as in serving, is predicted as in the batch."""
    conformance.need_predictions()
    features, whole = conformance.holdout.features, conformance.predictions
    for i in range(min(ONES, len(features))):
        alone = conformance.predict(conformance.fitted, features.iloc[[i]])
        if np.issubdtype(whole.dtype, np.number):
            same = np.allclose(alone, whole[[i]], rtol=1e-4, atol=1e-6, equal_nan=True)
        else:
            same = np.array_equal(alone, whole[[i]])
        if not same:
            what = f"predicts {alone.ravel()[0]} for a row alone, {whole[i].ravel()[0]} in a batch"
            fail(_predict(conformance), what)


def test_weights_are_valid(conformance: Conformance) -> None:
    """Where model.py has `weights`: one for each row, finite and not negative."""
    weigh = conformance.optional("model", "weights", 2)
    if weigh is None:
        pytest.skip("model.py has no weights")
    batch = conformance.batch
    found = conformance.call(weigh, batch.copy(), conformance.project.params.model)
    place = conformance.place(weigh)
    if not hasattr(found, "index") or not found.index.equals(batch.index):
        fail(place, "wanted is a pd.Series with one weight for each row, and its index")
    values = found.to_numpy("float64", na_value=np.nan)
    odd = int((~np.isfinite(values) | (values < 0)).sum())
    if odd or not values.sum() > 0:
        what = f"{odd} of {len(values)} weights are" if odd else "all weights are 0, not"
        fail(place, f"{what} missing, infinite or negative" if odd else "all weights are 0")


def test_baseline_is_valid(conformance: Conformance) -> None:
    """Where model.py has `baseline`: predictions of the declared shape, none of them missing."""
    own = conformance.optional("model", "baseline", 2)
    if own is None:
        pytest.skip("model.py has no baseline")
    frame = conformance.holdout.frame
    given = conformance.call(own, frame.copy(), conformance.project.params.model)
    try:
        scoring.checked(conformance.project.owner, given, frame, "baseline")
    except SetupError as error:
        fail(conformance.place(own), str(error).partition(": ")[2])


def _predict(conformance: Conformance) -> str:
    return conformance.place(conformance.module("model").predict)
