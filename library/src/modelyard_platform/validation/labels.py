"""Labels that come later: which rows still lack one, and when they were to be there."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..api import Contract, Period
from ..errors import SetupError
from .window import window

if TYPE_CHECKING:
    from ..settings import Project


def check_names(project: "Project") -> None:
    """Raise SetupError where the contract names a label, a time or a group that is no column."""
    contract, path = project.owner.contract, project.owner.path("contract")
    if isinstance(contract.label, str):
        what = f"{path}: label is {contract.label!r}; wanted is a tuple of columns"
        raise SetupError(what, f"write label=({contract.label!r},)")
    named = (contract.key, contract.time, contract.group, *contract.label)
    gone = [name for name in named if name is not None and name not in contract.columns]
    if gone:
        what = f"{path} names {', '.join(map(repr, gone))}, which is no column of it"
        raise SetupError(what, "use one of its columns")
    for name in filter(None, (contract.key, contract.time)):
        if contract.columns[name].nullable:
            what = f"{path}: {name!r} is nullable, and a row without it has no place"
            raise SetupError(what, "take nullable=True away from the key and the time")


def lacking(frame: pd.DataFrame, contract: Contract, over: bool = True) -> int:
    """Return how many rows lack their label.

    A label column that may be missing for ever (`nullable`) is there as soon as any row has it and
    the wait for the last one is `over`.
    """
    found = pd.Series(False, index=frame.index)
    for name in contract.label:
        missing = frame[name].isna()
        if not (contract.columns[name].nullable and over) or missing.all():
            found |= missing
    return int(found.sum())


def due(snapshot: str, newest: pd.Timestamp | None, contract: Contract, period: Period) -> Any:
    """Return by when the last label of a snapshot is known; None where there is no time."""
    days = pd.Timedelta(days=contract.label_after_days)
    try:
        if contract.time is not None and period != "any":
            return window(snapshot, period)[1] + days
    except ValueError:  # a name that the contract refuses, elsewhere
        return None
    return None if newest is None else newest + days


def is_over(
    snapshot: str,
    newest: pd.Timestamp | None,
    last: tuple[str, pd.Timestamp | None],
    contract: Contract,
    period: Period,
) -> bool:
    """Return whether the data that has landed goes until the day on which all labels are known.

    Each is a snapshot's name with the time of its newest row. What the clock says is left out: the
    same data is divided in the same way on any day.
    """
    by = due(snapshot, newest, contract, period)
    until = due(*last, replace(contract, label_after_days=0), period)
    return by is None or until is None or bool(by <= until)


def as_landed(frame: pd.DataFrame, contract: Contract) -> tuple[pd.DataFrame, Contract]:
    """Return rows and contract as a validator can hold them together: labels may be missing.

    A column that has none of its labels yet has no type either, and is left out of both; one that
    has some gets the type that has a place for missing values.
    """
    columns = dict(contract.columns)
    changed: dict[str, pd.Series[Any]] = {}
    for name in (name for name in contract.label if name in frame and name in columns):
        missing = frame[name].isna()
        if missing.all():
            frame = frame.drop(columns=name)
            del columns[name]
        else:
            # In a batch without a missing one, the type is still that of the whole file.
            changed[name] = _with_missing(frame[name], columns[name].kind)
            if missing.any():
                columns[name] = replace(columns[name], nullable=True)
    return frame.assign(**changed), replace(contract, columns=columns)


def _with_missing(values: "pd.Series[Any]", kind: str) -> "pd.Series[Any]":
    wanted: Any = {"integer": "Int64", "boolean": "boolean"}.get(kind)
    try:
        return values.astype(wanted) if wanted else values
    except (TypeError, ValueError):  # not of that kind: the validator says so
        return values
