"""That the contract accepts the repo's own snapshots, and refuses them damaged."""

from dataclasses import replace

import pandas as pd
import pytest

from ...api import Contract, Violation
from ...validation import check, check_snapshot
from ..damages import ROWS, Damage, apply, damages_of
from ..failures import fail, listed
from ..repo import Conformance


def test_contract_accepts_the_snapshots(conformance: Conformance) -> None:
    """What has landed, or what the source gives, keeps the contract."""
    for snapshot in conformance.landed:
        found = conformance.call(check_snapshot, conformance.project, snapshot.frame, snapshot.name)
        if found:
            first = found[0]
            problem = f"must be {first.problem}, and in {first.rows} rows is not ({first.example})"
            fail(_place(conformance, first.column), f"{snapshot.name}: {problem}")


def test_contract_refuses_damage(conformance: Conformance, damage: Damage | None) -> None:
    """Each thing that the contract states is looked at: a snapshot that breaks it is refused."""
    contract = conformance.contract
    if damage is None:
        pytest.fail("the contract could not be read when tests were collected", pytrace=False)
    if damage.column in _refused_together(conformance, damage.kind):
        return
    newest = conformance.newest
    names = {contract.key, damage.column, *([contract.time] if contract.time else [])}
    part = replace(contract, columns={n: contract.columns[n] for n in names}, min_rows=1)
    rows = newest.frame[[n for n in newest.frame if n in names]]
    if damage.kind != "not fresh":
        part, rows = replace(part, fresh_within_days=None), rows.head(ROWS)
    found = _check(conformance, apply(damage, rows, contract), newest.name, part)
    if not any(violation.column == damage.column for violation in found):
        what = f"a snapshot in which it is {damage.kind} is accepted"
        fail(_place(conformance, damage.column), what)


def _refused_together(conformance: Conformance, kind: str) -> set[str]:
    """Return the columns that are refused where this damage is done to every column at once.

    There is a test for each column and damage: this asks the validator once for all of a kind.
    """
    contract, newest = conformance.contract, conformance.newest
    if kind not in conformance.refused:
        frame = newest.frame.head(ROWS)
        whole = {contract.key, contract.time}
        for damage in damages_of(conformance.root / "tests"):
            if damage is not None and damage.kind == kind and damage.column not in whole:
                frame = apply(damage, frame, contract)
        part = replace(contract, min_rows=1, fresh_within_days=None)
        found = _check(conformance, frame, newest.name, part)
        conformance.refused[kind] = {violation.column for violation in found} - whole
    return conformance.refused[kind]


def test_contract_refuses_other_units(conformance: Conformance) -> None:
    """Numbers a thousand times too large (grams for kilograms) are refused in every column."""
    contract, newest = conformance.contract, conformance.newest
    ids = {contract.key, contract.group}
    numbers = [
        name
        for name, column in contract.columns.items()
        if column.kind in ("integer", "number") and column.allowed is None and name not in ids
    ]
    frame = newest.frame.assign(**{name: newest.frame[name] * 1000 for name in numbers})
    numbers = [name for name in numbers if not frame[name].equals(newest.frame[name])]
    refused = {violation.column for violation in _check(conformance, frame, newest.name, contract)}
    loose = [name for name in numbers if name not in refused]
    if loose:
        fail(
            _place(conformance, loose[0]),
            f"values a thousand times as large are accepted in {listed(loose)}: "
            "give minimum and maximum",
        )


def test_contract_refuses_a_cut_snapshot(conformance: Conformance) -> None:
    """A snapshot of which only the first tenth has arrived is refused."""
    contract, newest = conformance.contract, conformance.newest
    cut = newest.frame.head(max(1, len(newest.frame) // 10))
    if len(cut) < len(newest.frame) and not _check(conformance, cut, newest.name, contract):
        fail(
            conformance.place_of("contract", "CONTRACT"),
            f"the first {len(cut)} of the {len(newest.frame)} rows of {newest.name} are accepted "
            "as a whole snapshot: raise min_rows, or set fresh_within_days",
        )


def _check(
    conformance: Conformance, frame: pd.DataFrame, name: str, contract: Contract
) -> list[Violation]:
    params = conformance.project.params
    return conformance.call(check, frame, name, contract, params.validation.provider, params.period)


def _place(conformance: Conformance, column: str) -> str:
    known = column in conformance.contract.columns
    return conformance.place_of("contract", column if known else "CONTRACT")
