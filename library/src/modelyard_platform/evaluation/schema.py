"""Whether rows are of the schema that a model's own contract asks for, told column by column."""

import importlib
from typing import Any

import pandas as pd

_IS_KIND = {
    "string": pd.api.types.is_string_dtype,
    "integer": pd.api.types.is_integer_dtype,
    "number": pd.api.types.is_numeric_dtype,
    "datetime": pd.api.types.is_datetime64_any_dtype,
    "boolean": pd.api.types.is_bool_dtype,
}
_MOST = 5


def differences(package: str, frame: pd.DataFrame) -> str:
    """Return what rows lack of the columns that the contract of a package names; "" for nothing.

    The package is a stored model's, of any release. Where its contract cannot be read any more,
    nothing is proven.
    """
    try:
        columns = importlib.import_module(f"{package}.contract").CONTRACT.columns
        found = [text for name, column in columns.items() if (text := _of(name, column, frame))]
    except Exception:  # code of another day, which may fail in any way
        return ""
    more = f" and {len(found) - _MOST} more" if found[_MOST:] else ""
    return ", ".join(found[:_MOST]) + more


def _of(name: str, column: Any, frame: pd.DataFrame) -> str:
    if name not in frame:
        return f"no column {name}"
    kind = str(column.kind)
    is_kind = _IS_KIND.get(kind)
    if is_kind is None or is_kind(frame[name]):
        return ""
    return f"{name} is {frame[name].dtype}, not {kind}"
