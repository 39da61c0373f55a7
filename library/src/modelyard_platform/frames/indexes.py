"""The index of a frame, or the labels of its columns, as Arrow arrays and a description."""

from typing import Any

import pandas as pd
import pyarrow as pa
from pandas.tseries.frequencies import to_offset

from . import labels
from .columns import Described, as_index, decode, encode
from .packed import pack, unpack


def encode_index(index: "pd.Index[Any]") -> tuple[list[pa.Array], Described]:
    """Return an index as arrays of its length, none for a range, and its description."""
    names = [labels.write(name) for name in index.names]
    if isinstance(index, pd.RangeIndex):
        return [], {"kind": "range", "of": [index.start, index.stop, index.step], "names": names}
    if isinstance(index, pd.MultiIndex):
        packed = [pack(*encode_index(level)) for level in index.levels]
        return [pa.array(codes) for codes in index.codes], {
            "kind": "multi",
            "levels": packed,
            "names": names,
        }
    array, described = encode(index)
    return [array], {"kind": "plain", "of": described, "names": names, "freq": _freq(index)}


def decode_index(arrays: list[pa.Array], described: Described) -> "pd.Index[Any]":
    """Return the index that `encode_index` was given."""
    names = [labels.read(name) for name in described["names"]]
    if described["kind"] == "range":
        start, stop, step = described["of"]
        return pd.RangeIndex(start, stop, step, name=names[0])
    if described["kind"] == "multi":
        levels: Any = [decode_index(*unpack(packed)) for packed in described["levels"]]
        codes = [array.to_numpy(zero_copy_only=False) for array in arrays]
        return pd.MultiIndex(levels, codes, names=names)
    index: Any = as_index(decode(arrays[0], described["of"])).rename(names[0])
    if described["freq"]:
        index.freq = described["freq"]
    found: pd.Index[Any] = index
    return found


def _freq(index: Any) -> str | None:
    """Return the name of an index's frequency, where pandas finds it again by that."""
    name = index.freqstr if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex) else None
    try:
        return name if name and to_offset(name) == index.freq else None
    except ValueError:
        return None
