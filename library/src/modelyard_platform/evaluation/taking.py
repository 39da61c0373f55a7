"""Takes what the owner's `predict` gives as an array of numbers or of names, or says why not."""

from collections.abc import Sequence
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

# Booleans, whole numbers, floats, text, times: what a metric reads and parquet holds.
_KINDS = "biufUM"


class Unfit(ValueError):
    """What was given cannot be taken as predictions; the message says what it is."""


def take(given: Any, rows: pd.DataFrame, outputs: Sequence[str]) -> "np.ndarray[Any, Any]":
    """Return what `predict` gave for `rows` as an array of its shape.

    Values that are missing stay so, in an array of objects. Raises Unfit for values that are
    neither numbers nor text, and for labels in another order than the rows or the outputs.
    """
    _check_labels(given, rows, outputs)
    try:
        return _plain(given)
    except Unfit:
        raise
    except (TypeError, ValueError) as error:
        raise Unfit(f"what is no array: {str(error).splitlines()[0]}") from error


def _check_labels(given: Any, rows: pd.DataFrame, outputs: Sequence[str]) -> None:
    """Refuse labels that say another place than the one where a value stands."""
    if not isinstance(given, pd.Series | pd.DataFrame):
        return
    index = given.index
    counted = isinstance(index, pd.RangeIndex) and (index.start, index.step) == (0, 1)
    same_rows = len(index) == len(rows) and index.is_unique and index.isin(rows.index).all()
    if same_rows and not counted and not index.equals(rows.index):
        raise Unfit("the rows in another order than it was given them")
    if isinstance(given, pd.DataFrame) and set(given.columns) == set(outputs):
        columns = list(given.columns)
        if columns != list(outputs):
            raise Unfit(f"the columns {', '.join(columns)}; OUTPUTS says {', '.join(outputs)}")


def _plain(given: Any) -> "np.ndarray[Any, Any]":
    if isinstance(given, np.ma.MaskedArray):
        given = np.where(np.ma.getmaskarray(given), None, np.ma.getdata(given).astype(object))
    # As objects, or ["late", nan] would become the class "nan".
    listed = isinstance(given, list | tuple) and len(given) > 0
    found = np.array(given, dtype=object) if listed else np.asarray(given)
    if found.dtype == object:
        return found if pd.isna(found).any() else _typed(found)
    if found.dtype.kind == "T":
        return found.astype(str)
    if found.dtype.kind not in _KINDS:
        raise Unfit(f"values of type {found.dtype}, which are neither numbers nor text")
    if found.dtype.kind == "f" and found.dtype.itemsize > 8:
        return found.astype(float)
    return found if found.dtype.isnative else found.astype(found.dtype.newbyteorder("="))


def _typed(found: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return objects as what they all are; objects cannot be stored without pickle."""
    types = {type(value) for value in found.ravel()}

    def are(*wanted: type) -> bool:
        return all(issubclass(one, wanted) for one in types)

    if are(str):
        return found.astype(str)
    if are(bool, np.bool_):
        return found.astype(bool)
    if are(Integral):
        try:
            return found.astype(np.int64)
        except OverflowError:
            return found.astype(float)
    if are(Real, Decimal):
        return found.astype(float)
    if are(pd.Timestamp, np.datetime64):
        return found.astype("datetime64[ns]")
    names = ", ".join(sorted(one.__name__ for one in types))
    raise Unfit(f"values of type {names}, which are neither numbers nor text")
