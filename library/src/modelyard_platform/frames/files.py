"""A frame as one Arrow file, read back as it was."""

import json
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pyarrow as pa

from ..errors import SetupError
from . import columns, indexes
from .packed import arrays_of, pack, unpack

_KEY = b"modelyard.frame"
HINT = "give it a type of pandas or NumPy: .astype(...), or .sparse.to_dense()"


def write(target: Path | IO[bytes], frame: pd.DataFrame) -> None:
    """Write a frame to a file; SetupError where a column cannot come back as it is."""
    table = _encode(frame)
    sink = str(target) if isinstance(target, Path) else target
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(sink, table.schema, options=options) as file:
        file.write_table(table)


def read(source: Path | IO[bytes]) -> pd.DataFrame:
    """Return the frame that `write` wrote; ValueError where it wrote none."""
    content = pa.BufferReader(source.read_bytes() if isinstance(source, Path) else source.read())
    with pa.ipc.open_file(content) as file:
        table = file.read_all()
    if _KEY not in (table.schema.metadata or {}):
        raise ValueError("an Arrow file, but no frame of a stage")
    return _decode(arrays_of(table), json.loads(table.schema.metadata[_KEY]), len(table))


def check(frame: pd.DataFrame) -> None:
    """Raise SetupError where a frame cannot travel, for its first column that cannot."""
    _encode(frame)


def settled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame laid out in memory as `read` lays it out.

    Sums in another order of memory differ in the last bits, and so would the model.
    """
    return frame.copy()


def _encode(frame: pd.DataFrame) -> pa.Table:
    try:
        index, described_index = indexes.encode_index(frame.index)
    except (columns.Unfit, TypeError) as error:
        raise _unfit("the index", frame.index.dtype, error) from error
    try:
        labels = pack(*indexes.encode_index(frame.columns))
    except (columns.Unfit, TypeError) as error:
        raise _unfit("the labels of the columns", frame.columns.dtype, error) from error
    arrays, described = [], []
    for place in range(frame.shape[1]):
        values = frame.iloc[:, place]
        try:
            array, one = columns.encode(values)
        except columns.Unfit as error:
            raise _unfit(f"column {frame.columns[place]!r}", values.dtype, error) from error
        arrays.append(array)
        described.append(one)
    known = {"columns": described, "labels": labels, "index": described_index, "rows": len(frame)}
    names = [str(place) for place in range(len(arrays) + len(index))]
    table = pa.table([*arrays, *index], names=names)
    return table.replace_schema_metadata({_KEY: json.dumps(known).encode()})


def _decode(arrays: list[pa.Array], known: dict[str, Any], n_rows: int) -> pd.DataFrame:
    described = known["columns"]
    index = indexes.decode_index(arrays[len(described) :], known["index"])
    if len(index) != (n_rows if arrays else known["rows"]):
        raise ValueError(f"an index of {len(index)} rows for {n_rows}")
    found = {}
    for place, (array, one) in enumerate(zip(arrays, described, strict=False)):
        values = columns.decode(array, one)
        # With its type, or pandas would guess one for objects.
        found[place] = pd.Series(values, index=index, dtype=values.dtype, copy=False)
    frame = pd.DataFrame(found, index=index, copy=False)
    frame.columns = indexes.decode_index(*unpack(known["labels"]))
    return settled(frame)


def _unfit(place: str, dtype: Any, error: Exception) -> SetupError:
    return SetupError(f"{place} ({dtype}) cannot travel between stages: {error}", HINT)
