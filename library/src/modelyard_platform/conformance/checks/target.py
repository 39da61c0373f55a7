"""That every row has a label, which is known only afterwards."""

import pandas as pd

from ..failures import fail, listed
from ..repo import Conformance, Labels
from ..rows import changed, shuffled


def test_target_labels_every_row(conformance: Conformance) -> None:
    """There is one label for each row, with its index, in its order."""
    labels = conformance.target(conformance.batch)
    if not labels.index.equals(conformance.batch.index):
        n_rows, n_labels = len(conformance.batch), len(labels)
        what = f"{n_labels} labels for {n_rows} rows" if n_rows != n_labels else "another order"
        _fail(conformance, f"wanted is one label for each row, with its index; found: {what}")


def test_target_has_no_missing_label(conformance: Conformance) -> None:
    """No label of any row is missing."""
    for snapshot in filter(conformance.labelled, conformance.landed):
        missing = conformance.target(snapshot.frame).isna().to_numpy()
        rows = missing.any(axis=1) if missing.ndim > 1 else missing
        if rows.any():
            _fail(conformance, f"{int(rows.sum())} labels of {snapshot.name} are missing")


def test_target_is_made_row_by_row(conformance: Conformance) -> None:
    """Half of the rows give the labels that all of them give: a training sees rows in batches."""
    batch = conformance.batch
    whole = _frame(conformance.target(batch))
    if changed(whole, _frame(conformance.target(batch.iloc[: len(batch) // 2]))):
        what = "gives other labels when it sees half of the rows"
        _fail(conformance, f"{what}: a label may not depend on the rest of the batch")


def test_target_is_known_after(conformance: Conformance) -> None:
    """The contract marks what the label is made from as known_after, so that leaks can be found."""
    contract, batch = conformance.contract, conformance.batch
    labels = conformance.target(batch)
    made_from = []
    for name in contract.columns:
        other = conformance.target(shuffled(batch, [name], conformance.seed))
        if changed(_frame(labels), _frame(other)):
            made_from.append(name)
    if made_from and not set(made_from) & set(contract.known_after):
        first = conformance.place_of("contract", made_from[0])
        fail(
            first,
            f"the label is made from {listed(made_from)}, and the contract marks none of that as "
            "known_after=True: a feature that gives the answer away cannot be found",
        )


def _frame(labels: Labels) -> pd.DataFrame:
    return labels.to_frame("label") if isinstance(labels, pd.Series) else labels


def _fail(conformance: Conformance, problem: str) -> None:
    fail(conformance.place(conformance.module("model").target), problem)
