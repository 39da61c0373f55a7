"""One column as an Arrow array, with what Arrow does not know of it as JSON; and back."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from . import labels
from .packed import pack, unpack

Described = dict[str, Any]


class Unfit(TypeError):
    """A column that would not come back as it was; the message says what it holds."""


def encode(values: Any) -> tuple[pa.Array, Described]:
    """Return a Series, an Index or an array as an Arrow array and its description."""
    values = pd.Series(values) if not isinstance(values, pd.Series | pd.Index) else values
    try:
        array, described = _encode(values)
    except Unfit:
        raise
    # What Arrow says of a type that it lacks is of one of these kinds, as of a value that is odd.
    except (pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise Unfit(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array, described


def decode(array: pa.Array, described: Described) -> Any:
    """Return the values that `encode` was given, as an array of pandas or NumPy."""
    kind = described["kind"]
    if kind not in _DECODE:
        raise ValueError(f"no kind of column {kind!r}")
    return _DECODE[kind](array, described)


def as_index(values: Any) -> "pd.Index[Any]":
    """Return values as an index of their own type: pandas guesses none."""
    index: pd.Index[Any] = pd.Index(values, dtype=values.dtype)
    return index


def objects(values: list[Any]) -> "np.ndarray[Any, Any]":
    """Return values as an array of objects of shape `(n_values,)`, whatever they are."""
    found = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        found[place] = value
    return found


def _encode(values: Any) -> tuple[Any, Described]:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        given = values.array
        category, known = encode(given.categories)
        packed = pack([category], known)
        more = {"categories": packed, "ordered": bool(given.ordered)}
        return pa.array(given.codes), {"kind": "category", **more}
    if isinstance(dtype, pd.StringDtype):
        missing = "NA" if dtype.na_value is pd.NA else "nan"
        more = {"storage": dtype.storage, "missing": missing}
        return values.array.__arrow_array__(), {"kind": "string", **more}
    if isinstance(dtype, pd.ArrowDtype):
        return values.array.__arrow_array__(), {"kind": "arrow"}
    if isinstance(dtype, pd.DatetimeTZDtype):
        utc = pd.DatetimeIndex(values.array).tz_convert("UTC").tz_localize(None)
        return _whole(utc.to_numpy()), {"kind": "zoned", "dtype": _name(dtype)}
    if isinstance(dtype, pd.PeriodDtype):
        return pa.array(values.array.asi8), {"kind": "period", "dtype": _name(dtype)}
    if isinstance(dtype, pd.IntervalDtype):
        parts = [encode(pd.Series(side)) for side in (values.array.left, values.array.right)]
        array = pa.StructArray.from_arrays([part[0] for part in parts], ["left", "right"])
        more = {"of": parts[0][1], "closed": values.array.closed}
        return array, {"kind": "interval", **more}
    if isinstance(dtype, np.dtype):
        return _encode_numpy(values, dtype)
    # Nullable numbers and booleans, and what a package registers.
    array = pa.array(values.array)
    if isinstance(array, pa.ExtensionArray) or not hasattr(dtype, "__from_arrow__"):
        raise Unfit("a type that pandas does not have itself")
    return array, {"kind": "extension", "dtype": _name(dtype)}


def _encode_numpy(values: Any, dtype: Any) -> tuple[Any, Described]:
    if dtype.kind == "O":
        return _encode_objects(values.to_numpy())
    if dtype.kind in "mM":
        return _whole(values.to_numpy()), {"kind": "time", "dtype": dtype.name}
    # Not from pandas: it would read a nan as a missing value.
    array = pa.array(np.ascontiguousarray(values.to_numpy()), from_pandas=False)
    return array, {"kind": "numpy", "dtype": dtype.name}


def _encode_objects(values: "np.ndarray[Any, Any]") -> tuple[Any, Described]:
    types = {type(value) for value in values}
    if types <= {str, type(None)}:
        return pa.array(values, type=pa.large_string()), {"kind": "text"}
    if types == {np.ndarray}:
        of = {value.dtype for value in values}
        if len(of) == 1 and all(value.ndim == 1 for value in values):
            dtype = of.pop()
            rows = pa.array(list(values), type=pa.large_list(pa.from_numpy_dtype(dtype)))
            return rows, {"kind": "arrays", "dtype": dtype.name}
        raise Unfit("arrays of different types or shapes")
    written = [json.dumps(labels.write(value)) for value in values]
    return pa.array(written, type=pa.large_string()), {"kind": "objects"}


def _whole(times: "np.ndarray[Any, Any]") -> pa.Array:
    """Return times as whole numbers, in which one that is missing has its own."""
    return pa.array(np.ascontiguousarray(times).view("int64"))


def _name(dtype: Any) -> str:
    """Return the name by which pandas finds a type again."""
    name = str(dtype)
    if pd.api.types.pandas_dtype(name) != dtype:
        raise Unfit("a type that pandas does not find again by its name")
    return name


def _named(described: Described, kind: type) -> Any:
    dtype = pd.api.types.pandas_dtype(described["dtype"])
    if not isinstance(dtype, kind):
        raise ValueError(f"{described['dtype']!r} is another type")
    return dtype


def _decode_category(array: pa.Array, described: Described) -> Any:
    arrays, known = unpack(described["categories"])
    categories = as_index(decode(arrays[0], known))
    codes = array.to_numpy(zero_copy_only=False)
    return pd.Categorical.from_codes(codes, categories=categories, ordered=described["ordered"])


def _decode_string(array: pa.Array, described: Described) -> Any:
    missing = pd.NA if described["missing"] == "NA" else np.nan
    dtype: Any = pd.StringDtype(described["storage"], na_value=missing)
    return dtype.__from_arrow__(array)


def _decode_arrow(array: pa.Array, _: Described) -> Any:
    dtype: Any = pd.ArrowDtype(array.type)
    return dtype.__from_arrow__(array)


def _decode_zoned(array: pa.Array, described: Described) -> Any:
    dtype = _named(described, pd.DatetimeTZDtype)
    naive = array.to_numpy(zero_copy_only=False).view(f"datetime64[{dtype.unit}]")
    return pd.DatetimeIndex(naive).tz_localize("UTC").tz_convert(dtype.tz).array


def _decode_period(array: pa.Array, described: Described) -> Any:
    dtype = _named(described, pd.PeriodDtype)
    periods: Any = pd.PeriodIndex
    whole = array.to_numpy(zero_copy_only=False)
    return periods.from_ordinals(whole, freq=dtype.freq).array


def _decode_interval(array: pa.Array, described: Described) -> Any:
    left, right = (as_index(decode(array.field(side), described["of"])) for side in (0, 1))
    return pd.arrays.IntervalArray.from_arrays(left, right, closed=described["closed"])


def _decode_extension(array: pa.Array, described: Described) -> Any:
    return _named(described, pd.api.extensions.ExtensionDtype).__from_arrow__(array)


def _decode_numpy(array: pa.Array, described: Described) -> Any:
    found = array.to_numpy(zero_copy_only=False)
    if found.dtype.name != described["dtype"]:
        raise ValueError(f"{found.dtype} is not {described['dtype']}")
    return found


def _decode_time(array: pa.Array, described: Described) -> Any:
    dtype = np.dtype(described["dtype"])
    if dtype.kind not in "mM":
        raise ValueError(f"{dtype} is no time")
    return array.to_numpy(zero_copy_only=False).view(dtype)


def _decode_text(array: pa.Array, _: Described) -> Any:
    return objects(array.to_pylist())


def _decode_objects(array: pa.Array, _: Described) -> Any:
    return objects([labels.read(json.loads(written)) for written in array.to_pylist()])


def _decode_arrays(array: pa.Array, described: Described) -> Any:
    rows = [row.values.to_numpy(zero_copy_only=False).copy() for row in array]
    return objects([row.astype(described["dtype"], copy=False) for row in rows])


_DECODE = {
    "category": _decode_category,
    "string": _decode_string,
    "arrow": _decode_arrow,
    "zoned": _decode_zoned,
    "period": _decode_period,
    "interval": _decode_interval,
    "extension": _decode_extension,
    "numpy": _decode_numpy,
    "time": _decode_time,
    "text": _decode_text,
    "objects": _decode_objects,
    "arrays": _decode_arrays,
}
