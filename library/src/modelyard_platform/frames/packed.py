"""Arrow arrays of any length as one text, for a description: categories, labels of columns."""

import base64
import json
from typing import Any

import pyarrow as pa

_KEY = b"modelyard.packed"


def pack(arrays: list[pa.Array], described: Any) -> str:
    """Return arrays of one length, and what describes them, as a text."""
    names = [str(place) for place in range(len(arrays))]
    table = pa.table(arrays, names=names).replace_schema_metadata(
        {_KEY: json.dumps(described).encode()}
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return base64.b64encode(sink.getvalue()).decode("ascii")


def unpack(packed: str) -> tuple[list[pa.Array], Any]:
    """Return what `pack` was given; ValueError where the text is none of its own."""
    with pa.ipc.open_stream(base64.b64decode(packed, validate=True)) as stream:
        table = stream.read_all()
    return arrays_of(table), json.loads((table.schema.metadata or {})[_KEY])


def arrays_of(table: pa.Table) -> list[pa.Array]:
    """Return the columns of a table, each as one array; ValueError where one is broken."""
    table.validate(full=True)
    return [table.column(place).combine_chunks() for place in range(table.num_columns)]
