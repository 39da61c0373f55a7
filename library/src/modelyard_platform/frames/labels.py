"""Single values as JSON and back, each with its type: labels of columns, and mixed objects."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

# By exact type: a subclass would come back as its base.
_WRITE: dict[type, tuple[str, Callable[[Any], Any]]] = {
    str: ("str", str),
    bool: ("bool", bool),
    int: ("int", str),  # JSON's numbers end at 2**53 for some readers
    float: ("float", float.hex),
    bytes: ("bytes", bytes.hex),
    Decimal: ("decimal", str),
    datetime.date: ("date", datetime.date.isoformat),
    tuple: ("tuple", lambda values: [write(value) for value in values]),
    type(None): ("none", lambda _: 0),
    type(pd.NA): ("na", lambda _: 0),
    type(pd.NaT): ("nat", lambda _: 0),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "bool": bool,
    "int": int,
    "float": float.fromhex,
    "bytes": bytes.fromhex,
    "decimal": Decimal,
    "date": datetime.date.fromisoformat,
    "tuple": lambda values: tuple(read(value) for value in values),
    "none": lambda _: None,
    "na": lambda _: pd.NA,
    "nat": lambda _: pd.NaT,
    "time": lambda value: pd.Timestamp(value[0]).as_unit(value[1]),
    "numpy": lambda value: _scalar(*value),
}
_NUMPY_KINDS = "biufcmMUS"


def write(value: Any) -> list[Any]:
    """Return a value as JSON with its type; TypeError where it has none here."""
    if type(value) in _WRITE:
        tag, show = _WRITE[type(value)]
        return [tag, show(value)]
    if type(value) is pd.Timestamp and value.tz is None:
        return ["time", [value.isoformat(), value.unit]]
    if isinstance(value, np.generic) and value.dtype.kind in _NUMPY_KINDS:
        return ["numpy", [value.dtype.str, value.tobytes().hex()]]
    raise TypeError(f"a value of type {type(value).__name__}")


def read(written: Any) -> Any:
    """Return the value that `write` wrote; ValueError where it wrote none."""
    tag, value = written
    if tag not in _READ:
        raise ValueError(f"no type {tag!r}")
    return _READ[tag](value)


def _scalar(dtype: str, content: str) -> Any:
    kind = np.dtype(dtype)
    if kind.kind not in _NUMPY_KINDS:
        raise ValueError(f"no type {dtype!r}")
    return np.frombuffer(bytes.fromhex(content), dtype=kind)[0]
