"""Checks a snapshot against the contract, with pandera behind one function."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

Kind = Literal["string", "integer", "number", "datetime", "boolean"]


@dataclass(frozen=True)
class Column:
    """What one column may hold. Bounds are inclusive."""

    kind: Kind
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str | float, ...] | None = None
    nullable: bool = False


@dataclass(frozen=True)
class Contract:
    """What one snapshot must look like.

    `key` names the column that tells rows apart, `time` the datetime column that places a row in
    its month. The newest row lies within `fresh_within_days` of the end of the month.
    """

    key: str
    time: str
    columns: dict[str, Column]
    fresh_within_days: float
    min_rows: int = 1


@dataclass(frozen=True)
class Violation:
    """One way in which a snapshot breaks the contract, and the first row where it does."""

    column: str
    problem: str
    rows: int
    example: str


def check(frame: pd.DataFrame, month: str, contract: Contract) -> list[Violation]:
    """Return what is wrong with the snapshot of `month` (`YYYY-MM`); nothing wrong is `[]`."""
    from pandera.errors import SchemaErrors

    found = []
    if len(frame) < contract.min_rows:
        least = f"at least {contract.min_rows} rows"
        found.append(Violation("(table)", least, len(frame), f"{len(frame)} rows"))
    try:
        _schema(contract).validate(frame, lazy=True)
    except SchemaErrors as error:
        found += _violations(error.failure_cases, frame)
    if contract.time in frame and pd.api.types.is_datetime64_any_dtype(frame[contract.time]):
        found += _check_window(frame[contract.time].dropna(), month, contract)
    return found


def _schema(contract: Contract) -> "pa.DataFrameSchema":
    import pandera.pandas as pa

    columns = {name: _column(spec) for name, spec in contract.columns.items()}
    return pa.DataFrameSchema(columns, unique=[contract.key], strict=True)


def _column(spec: Column) -> "pa.Column":
    import pandera.pandas as pa

    is_kind = {
        "string": pd.api.types.is_string_dtype,
        "integer": pd.api.types.is_integer_dtype,
        "number": pd.api.types.is_numeric_dtype,
        "datetime": pd.api.types.is_datetime64_any_dtype,
        "boolean": pd.api.types.is_bool_dtype,
    }[spec.kind]
    checks = [pa.Check(lambda values: bool(is_kind(values)), error=f"of type {spec.kind}")]
    if spec.minimum is not None:
        checks.append(pa.Check.ge(spec.minimum, error=f"at least {spec.minimum:g}"))
    if spec.maximum is not None:
        checks.append(pa.Check.le(spec.maximum, error=f"at most {spec.maximum:g}"))
    if spec.allowed is not None:
        allowed = ", ".join(str(value) for value in spec.allowed)
        checks.append(pa.Check.isin(list(spec.allowed), error=f"one of {allowed}"))
    return pa.Column(checks=checks, nullable=spec.nullable)


# Pandera's names for what the contract says without a check of its own.
_PLAIN = {
    "column_in_dataframe": "there",
    "column_in_schema": "left out, or named in contract.py",
    "multiple_fields_uniqueness": "unique",
    "not_nullable": "never null",
}


def _violations(cases: pd.DataFrame, frame: pd.DataFrame) -> list[Violation]:
    of_columns = cases["check"].isin(["column_in_dataframe", "column_in_schema"])
    columns = cases["column"].mask(of_columns, cases["failure_case"])
    found = []
    for (column, problem), rows in cases.groupby([columns, "check"], sort=False, dropna=False):
        first = rows.iloc[0]
        if not pd.isna(first["index"]):
            example = f"row {first['index']}: {first['failure_case']}"
        else:
            example = f"of type {frame[column].dtype}" if column in frame else "missing"
        must_be = _PLAIN.get(str(problem), str(problem))
        found.append(Violation(str(column), must_be, len(rows), example))
    return found


def _check_window(times: pd.Series, month: str, contract: Contract) -> list[Violation]:
    start = pd.Timestamp(f"{month}-01", tz=times.dt.tz)
    end = start + pd.offsets.MonthBegin(1)
    found = []
    outside = times[(times < start) | (times >= end)]
    if len(outside):
        example = f"row {outside.index[0]}: {outside.iloc[0]}"
        found.append(Violation(contract.time, f"within {month}", len(outside), example))
    oldest_end = end - pd.Timedelta(days=contract.fresh_within_days)
    if len(times) and times.max() < oldest_end:
        problem = f"fresh: a row on or after {oldest_end:%Y-%m-%d %H:%M}"
        found.append(Violation(contract.time, problem, 1, f"newest: {times.max()}"))
    return found
