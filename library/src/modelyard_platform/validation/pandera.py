"""Checks the columns of a snapshot with pandera."""

from typing import TYPE_CHECKING

import pandas as pd

from ..api import Column, Contract, Violation

if TYPE_CHECKING:
    import pandera.pandas as pa


def check(frame: pd.DataFrame, contract: Contract) -> list[Violation]:
    """Return what is wrong with the columns of a snapshot; nothing wrong is `[]`."""
    from pandera.errors import SchemaErrors

    try:
        _schema(contract).validate(frame, lazy=True)
    except SchemaErrors as error:
        return _violations(error.failure_cases, frame)
    return []


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
