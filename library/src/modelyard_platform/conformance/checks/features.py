"""That features are made row by row, from what is known before."""

import pytest

from ..failures import fail, listed
from ..repo import Conformance
from ..rows import changed, shuffled, unique


def test_features_keep_every_row(conformance: Conformance) -> None:
    """There is one row of features for each row, with its index."""
    before, after = conformance.batch.index, conformance.build(conformance.batch).index
    lost, new = before.difference(after), after.difference(before)
    twice = after[after.duplicated()].unique()
    problems = [
        f"{len(rows)} of {len(before)} rows are {what}"
        for rows, what in ((lost, "lost"), (new, "under an index of their own"), (twice, "twice"))
        if len(rows)
    ]
    if problems:
        _fail(conformance, "; ".join(problems))


def test_features_keep_the_order(conformance: Conformance) -> None:
    """The rows of features are in the order of the rows."""
    before, after = conformance.batch.index, unique(conformance.build(conformance.batch)).index
    common = before.intersection(after, sort=False)
    moved = int((after[after.isin(common)] != common).sum())
    if moved:
        _fail(conformance, f"{moved} of {len(before)} rows are at another place than they came in")


def test_features_leave_the_frame_alone(conformance: Conformance) -> None:
    """The rows that `build` is given are the same afterwards."""
    given, build = conformance.batch.copy(), conformance.module("features").build
    conformance.call(build, given, conformance.project.params.features)
    if not given.index.equals(conformance.batch.index):
        _fail(conformance, "changes the rows that it is given; take a copy first")
    different = changed(conformance.batch, given)
    if different:
        names = listed(different)
        _fail(conformance, f"changes {names} of the frame that it is given; take a copy first")


def test_features_are_the_same_each_time(conformance: Conformance) -> None:
    """The same rows give the same features again."""
    different = _by_chance(conformance)
    if different:
        _fail(conformance, f"gives other values for {listed(different)} each time it is called")


def test_features_are_made_row_by_row(conformance: Conformance) -> None:
    """Half of the rows, and one row alone as in serving, give what the whole batch gives."""
    batch = conformance.batch
    whole, by_chance = conformance.build(batch), _by_chance(conformance)
    ones = [batch.iloc[[len(batch) * i // 5]] for i in range(5)]
    for part in (batch.iloc[: len(batch) // 2], *ones):
        different = _stable(changed(whole, conformance.build(part)), by_chance)
        if different:
            size = "one row alone" if len(part) == 1 else f"{len(part)} of {len(batch)} rows"
            _fail(
                conformance,
                f"gives other values for {listed(different)} when it sees {size}: a feature may "
                "not depend on the rest of the batch",
            )


def test_features_do_not_know_what_comes_after(conformance: Conformance) -> None:
    """No feature changes where the columns that are known only afterwards are shuffled."""
    known_after = list(conformance.contract.known_after)
    if not known_after:
        pytest.skip("the contract marks no column as known_after: see test_target_is_known_after")
    batch = conformance.batch
    whole, by_chance = conformance.build(batch), _by_chance(conformance)

    def depends(columns: list[str]) -> list[str]:
        after = conformance.build(shuffled(batch, columns, conformance.seed))
        return _stable(changed(whole, after), by_chance)

    together = depends(known_after)
    if together:
        culprits = [name for name in known_after if depends([name])]
        _fail(
            conformance,
            f"{listed(together)} follows from {listed(culprits or known_after)}, which is known "
            "only after what is predicted (known_after in contract.py)",
        )


def _by_chance(conformance: Conformance) -> list[str]:
    """Return what differs between two calls: one test is of that, and the others leave it out."""
    return changed(conformance.build(conformance.batch), conformance.build(conformance.batch))


def _stable(names: list[str], by_chance: list[str]) -> list[str]:
    return [name for name in names if name not in by_chance]


def _fail(conformance: Conformance, problem: str) -> None:
    fail(conformance.place(conformance.module("features").build), problem)
