"""Frames travel between stages as they are: each type of column, of index and of label."""

import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelyard_platform import frames
from modelyard_platform.errors import SetupError

ROWS = 4
INT64 = st.integers(-(2**63), 2**63 - 1)
TIMES = st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


def lists(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=ROWS, max_size=ROWS)


def numbers(name: str) -> st.SearchStrategy[Any]:
    dtype = np.dtype(name)
    if dtype.kind == "f":
        values: st.SearchStrategy[Any] = st.floats(width=dtype.itemsize * 8)
    elif dtype.kind == "b":
        values = st.booleans()
    else:
        values = st.integers(np.iinfo(dtype).min, np.iinfo(dtype).max)
    return lists(values).map(lambda found: pd.Series(np.array(found, dtype=name)))


def typed(values: st.SearchStrategy[Any], *dtypes: str) -> st.SearchStrategy[Any]:
    missing = values | st.none()
    return st.tuples(lists(missing), st.sampled_from(dtypes)).map(
        lambda found: pd.Series(found[0], dtype=found[1])
    )


def times(name: str) -> st.SearchStrategy[Any]:
    return lists(TIMES | st.none()).map(
        lambda found: pd.Series(pd.to_datetime(found).as_unit("us")).astype(name)
    )


def zoned(zone: Any) -> st.SearchStrategy[Any]:
    return times("datetime64[us]").map(
        lambda found: found.dt.tz_localize("UTC").dt.tz_convert(zone)
    )


@st.composite
def categories(draw: st.DrawFn) -> Any:
    """Some values, not all of them used, of any type that a category may have."""
    values = draw(
        st.sampled_from([INT64, TEXT, st.floats(allow_nan=False), st.booleans(), TIMES]).flatmap(
            lambda one: st.lists(one, max_size=4, unique=True)
        )
    )
    as_object = draw(st.booleans()) and not isinstance(next(iter(values), None), datetime.date)
    known = pd.Index(values, dtype=object) if as_object else pd.Index(values)
    codes = draw(lists(st.integers(-1, len(values) - 1)))
    ordered = draw(st.booleans())
    return pd.Series(pd.Categorical.from_codes(codes, categories=known, ordered=ordered))


@st.composite
def objects(draw: st.DrawFn) -> Any:
    scalars = [TEXT, INT64, st.booleans(), st.none(), st.just(pd.NA), st.just(np.nan), st.binary()]
    scalars += [st.dates(), st.decimals(allow_nan=False), st.floats().map(np.float32)]
    found = np.empty(ROWS, dtype=object)
    for place, value in enumerate(draw(lists(st.one_of(scalars)))):
        found[place] = value
    return pd.Series(found, dtype=object)


COLUMNS = st.one_of(
    st.sampled_from([*"?bhilBL", *"efd"]).flatmap(numbers),
    st.sampled_from(["datetime64[s]", "datetime64[us]", "datetime64[ns]"]).flatmap(times),
    times("datetime64[us]").map(lambda found: found - pd.Timestamp("2000-01-01").as_unit("us")),
    st.sampled_from(
        ["UTC", "Europe/Berlin", datetime.timezone(datetime.timedelta(hours=2))]
    ).flatmap(zoned),
    typed(st.integers(-100, 100), "Int8", "Int64", "Float32", "int16[pyarrow]"),
    typed(st.booleans(), "boolean", "bool[pyarrow]"),
    typed(TEXT, "str", "string", "string[python]", "object", "string[pyarrow]"),
    lists(st.integers(0, 500)).map(
        lambda found: pd.Series(pd.PeriodIndex.from_ordinals(found, freq="M"))
    ),
    lists(st.integers(-5, 5)).map(lambda found: pd.Series(pd.cut(found, 3))),
    lists(st.integers(-5, 5)).map(lambda found: pd.Series(pd.cut(found, 3)).astype("interval")),
    categories(),
    objects(),
)
LABELS = st.one_of(TEXT, INT64, st.booleans(), st.none(), st.tuples(TEXT, INT64), st.floats())


@st.composite
def indexes(draw: st.DrawFn, size: int) -> Any:
    name = draw(TEXT | st.none() | st.integers())
    kind = draw(st.sampled_from(["range", "column", "multi", "dates"]))
    if kind == "range":
        return pd.RangeIndex(3, 3 + 2 * size, 2, name=name)
    if kind == "dates":
        return pd.date_range("2026-01-31", periods=size, freq="ME", tz="Europe/Berlin", name=name)
    half = np.dtype("float16")  # pandas has no index of it
    columns = COLUMNS.filter(lambda values: values.dtype != half)
    found = [pd.Index(draw(columns)[:size]) for _ in range(2)]
    return pd.MultiIndex.from_arrays(found, names=[name, None]) if kind == "multi" else found[0]


@st.composite
def any_frame(draw: st.DrawFn) -> pd.DataFrame:
    columns = draw(st.lists(COLUMNS, max_size=3))
    frame = pd.DataFrame(dict(enumerate(columns)), index=range(ROWS))
    frame = frame.iloc[: draw(st.sampled_from([0, 1, ROWS]))]
    labels = draw(st.lists(LABELS, min_size=len(columns), max_size=len(columns)))
    frame.columns = pd.Index(labels, dtype=object, tupleize_cols=False)
    return frame.set_axis(draw(indexes(len(frame))))


def travel(frame: pd.DataFrame) -> pd.DataFrame:
    file = io.BytesIO()
    frames.write(file, frame)
    file.seek(0)
    return frames.read(file)


def described(index: Any) -> Any:
    """All that an index is, beside its values."""
    levels = [described(level) for level in getattr(index, "levels", [])]
    return type(index), index.dtype, list(index.names), getattr(index, "freq", None), levels


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to the last bit, and of one type."""
    if isinstance(one, tuple):
        return type(one) is type(other) and all(map(same, one, other))
    if isinstance(one, float | np.floating):
        return type(one) is type(other) and (one == other or (one != one and other != other))
    return type(one) is type(other) and (one is other or bool(one == other))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_frame())
def test_a_frame_comes_back_as_it_was(frame: pd.DataFrame) -> None:
    again = travel(frame)
    assert list(again.dtypes) == list(frame.dtypes)
    assert described(again.index) == described(frame.index)
    assert described(again.columns) == described(frame.columns)
    assert all(map(same, again.columns, frame.columns))
    assert all(map(same, again.index, frame.index))
    for place, dtype in enumerate(frame.dtypes):
        before, after = frame.iloc[:, place], again.iloc[:, place]
        assert all(map(same, before, after)), (before, after)
        if isinstance(dtype, pd.CategoricalDtype):
            # What models see of a category.
            np.testing.assert_array_equal(before.cat.codes, after.cat.codes)
            assert described(before.cat.categories)[1:] == described(after.cat.categories)[1:]


ODD: dict[str, tuple[Callable[[], Any], str]] = {
    "sparse": (lambda: pd.array([1.0, 0.0], dtype="Sparse[float64]"), "Sparse[float64, nan]"),
    "complex": (lambda: np.array([1j, 2j]), "complex128"),
    "a class": (lambda: [object(), object()], "object"),
    "two shapes": (lambda: [np.zeros(2), np.zeros((2, 2))], "object"),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_cannot_travel_is_refused_by_column_and_type(kind: str) -> None:
    make, dtype = ODD[kind]
    frame = pd.DataFrame({"ok": [1, 2], "odd": pd.Series(make())})
    with pytest.raises(SetupError) as refused:
        travel(frame)
    assert str(refused.value).startswith(f"column 'odd' ({dtype}) cannot travel between stages: ")


def test_rows_of_numbers_travel(tmp_path: Path) -> None:
    rows = [np.array([1, 2], "float32"), np.array([], "float32"), np.array([3], "float32")]
    again = travel(pd.DataFrame({"embedding": pd.Series(rows, dtype=object)}))["embedding"]
    assert [row.dtype.name for row in again] == ["float32"] * 3
    assert [row.tolist() for row in again] == [[1, 2], [], [3]]


def test_what_is_read_may_be_written_to_and_is_laid_out_as_in_memory() -> None:
    frame = pd.DataFrame(np.arange(6.0).reshape(2, 3)).T
    again, settled = travel(frame), frames.settled(frame)
    assert again.to_numpy().strides == settled.to_numpy().strides
    again.iloc[0, 0] = 7


def damaged(table: pa.Table, tmp_path: Path) -> Path:
    with pa.ipc.new_file(str(tmp_path / "frame"), table.schema) as file:
        file.write_table(table)
    return tmp_path / "frame"


@pytest.mark.parametrize(
    "known",
    [
        b"",
        b"{}",
        b'{"columns": [{"kind": "pickle"}], "labels": "", "index": {"kind": "range"}}',
        b'{"columns": [{"kind": "extension", "dtype": "int64"}], "labels": "",'
        b' "index": {"kind": "range", "of": [0, 1, 1], "names": [["none", 0]]}}',
    ],
)
def test_another_file_is_no_frame(tmp_path: Path, known: bytes) -> None:
    table = pa.table({"0": [1]}).replace_schema_metadata({b"modelyard.frame": known})
    with pytest.raises((ValueError, KeyError)):
        frames.read(damaged(table, tmp_path))
    (tmp_path / "text").write_text("no frame of any stage", "utf-8")
    with pytest.raises(ValueError, match="Not an Arrow file"):
        frames.read(tmp_path / "text")


def test_decimals_and_dates_keep_their_types() -> None:
    values = [Decimal("1.10"), datetime.date(2026, 1, 31)]
    again = travel(pd.DataFrame({"of": pd.Series(values, dtype=object)}))["of"].tolist()
    assert repr(again) == repr(values)
