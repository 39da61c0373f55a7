"""The rows of a parquet file in batches that fit in memory, as reading it whole would give them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import pyarrow.parquet as pq

# The rows that are in memory at once. A file of no more is one batch.
BATCH = 100_000


def batches(path: Path, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """Yield the rows of a file, in its order; each batch has the types of the whole.

    The index goes on from batch to batch. Raises OSError or ValueError for what is no parquet.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    # In one thread: where bytes do not decode, pyarrow's others may abort Python as it ends.
    with pq.ParquetFile(path, pre_buffer=False) as file:
        whole = file.metadata.num_rows <= BATCH or _has_categories(file)
        if not whole:
            widened = _with_missing(file, columns)
            start, count = 0, _counted(file)
            for batch in file.iter_batches(BATCH, columns=columns, use_threads=False):
                frame = pa.Table.from_batches([batch]).to_pandas(use_threads=False)
                yield _settled(frame, widened, count[start : start + len(frame)])
                start += len(frame)
    if whole:
        yield pd.read_parquet(path, columns=columns, use_threads=False, pre_buffer=False)


def _has_categories(file: "pq.ParquetFile") -> bool:
    """Return whether a column has categories, which no part of a file knows all of."""
    import pyarrow as pa

    return any(pa.types.is_dictionary(field.type) for field in file.schema_arrow)


def _with_missing(file: "pq.ParquetFile", columns: list[str] | None) -> list[str]:
    """Return the integer and boolean columns that lack a value anywhere: pandas widens them."""
    import pyarrow as pa

    narrow = [
        field.name
        for field in file.schema_arrow
        if (pa.types.is_integer(field.type) or pa.types.is_boolean(field.type))
        and (columns is None or field.name in columns)
    ]
    return [name for name in narrow if _lacks_values(file, name)]


def _lacks_values(file: "pq.ParquetFile", name: str) -> bool:
    parts = file.iter_batches(BATCH, columns=[name], use_threads=False)
    return any(part.column(0).null_count for part in parts)


def _counted(file: "pq.ParquetFile") -> pd.RangeIndex:
    """Return how the rows of a file are counted; pandas may have begun with any number."""
    described = (file.schema_arrow.pandas_metadata or {}).get("index_columns", [])
    for one in described if len(described) == 1 else []:
        if isinstance(one, dict) and one.get("kind") == "range":
            found = pd.RangeIndex(one["start"], one["stop"], one["step"], name=one["name"])
            if len(found) == file.metadata.num_rows:
                return found
    return pd.RangeIndex(file.metadata.num_rows)


def _settled(frame: pd.DataFrame, widened: list[str], count: "pd.Index[Any]") -> pd.DataFrame:
    wider: dict[str, Any] = {}
    for name in widened:
        kind = getattr(frame[name].dtype, "kind", "") if name in frame else ""
        if isinstance(kind, str) and kind in ("i", "u") and not _extension(frame[name]):
            wider[name] = frame[name].astype("float64")
        elif kind == "b" and not _extension(frame[name]):
            wider[name] = frame[name].astype("object")
    frame = frame.assign(**wider)
    if isinstance(frame.index, pd.RangeIndex):
        frame.index = count
    return frame


def _extension(values: "pd.Series[Any]") -> bool:
    return bool(pd.api.types.is_extension_array_dtype(values.dtype))


def gathered(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Yield frames put together until they have a batch of rows; each with a new index.

    So what is small is one frame, whatever the number of files that it comes from.
    """
    waiting: list[pd.DataFrame] = []
    for frame in frames:
        waiting.append(frame)
        if sum(map(len, waiting)) >= BATCH:
            yield pd.concat(waiting, ignore_index=True)
            waiting = []
    if waiting:
        yield pd.concat(waiting, ignore_index=True)
