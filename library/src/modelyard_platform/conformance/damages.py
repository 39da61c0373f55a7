"""The ways in which a snapshot can be damaged that a contract says something about."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..api import Column, Contract, Period
from ..settings import load_project

if TYPE_CHECKING:
    import pandas as pd

ROWS = 100


@dataclass(frozen=True)
class Damage:
    """What happens to one column: its kind names a function below."""

    column: str
    kind: str

    def __str__(self) -> str:
        return f"{self.column}-{self.kind.replace(' ', '_')}"


def damages_of(folder: Path) -> list[Damage | None]:
    """Return every damage that the contract of the repo around `folder` must refuse.

    Where the contract cannot be read it is None alone, so that there is a test to say so.
    """
    try:
        project = load_project(folder)
        return list(_damages(project.owner.contract, project.params.period))
    except Exception:  # whatever the owner's file raises: the test opens it again, and tells
        return [None]


def _damages(contract: Contract, period: Period) -> Iterator[Damage]:
    for name, column in contract.columns.items():
        yield Damage(name, "left out")
        yield Damage(name, "wrong type")
        if not column.nullable and name not in contract.label:
            yield Damage(name, "null")
        if column.minimum is not None:
            yield Damage(name, "below minimum")
        if column.maximum is not None:
            yield Damage(name, "above maximum")
        if column.allowed is not None:
            yield Damage(name, "not allowed")
    yield Damage(contract.key, "twice")
    if contract.time and period != "any":
        yield Damage(contract.time, "before the period")
        yield Damage(contract.time, "after the period")
        if contract.fresh_within_days is not None:
            yield Damage(contract.time, "not fresh")


def apply(damage: Damage, frame: "pd.DataFrame", contract: Contract) -> "pd.DataFrame":
    """Return rows with a damage; `frame` stays as it is."""
    import pandas as pd

    name, kind, result = damage.column, damage.kind, frame.copy()
    values = result[name]
    if kind == "left out":
        return result.drop(columns=name)
    if kind == "not fresh":
        days = pd.Timedelta(days=contract.fresh_within_days or 0)
        older: pd.DataFrame = result[values < values.max() - days - pd.Timedelta(days=1)]
        return older
    if kind == "wrong type":
        texts = contract.columns[name].kind != "string"
        result[name] = [f"text {i}" for i in range(len(result))] if texts else range(len(result))
        return result
    if kind in ("before the period", "after the period"):
        away = pd.Timedelta(days=400)
        first = values.min() - away if kind.startswith("before") else values.max() + away
    elif kind == "twice":
        first = values.iloc[1] if len(values) > 1 else values.iloc[0]
    else:
        first = _value(kind, contract.columns[name])
        values = _wide(values, contract.columns[name], first)
    result[name] = pd.Series([first, *values.iloc[1:]], index=result.index, dtype=values.dtype)
    return pd.concat([result, result]) if kind == "twice" and len(result) == 1 else result


def _value(kind: str, column: Column) -> Any:
    if kind == "null":
        return None
    if kind == "below minimum":
        return (column.minimum or 0) - 1
    if kind == "above maximum":
        return (column.maximum or 0) + 1
    texts = [value for value in column.allowed or () if isinstance(value, str)]
    numbers = [value for value in column.allowed or () if not isinstance(value, str)]
    return "".join([*texts, "?"]) if texts else max(numbers, default=0) + 1


def _wide(values: "pd.Series[Any]", column: Column, first: Any) -> "pd.Series[Any]":
    # A type that holds the damaged value too, and is still the column's kind.
    if column.kind in ("number", "integer"):
        whole = column.kind == "integer" and first is not None and float(first).is_integer()
        return values.astype("int64" if whole and not values.hasnans else "float64")
    return values.astype("object") if column.kind != "datetime" else values
