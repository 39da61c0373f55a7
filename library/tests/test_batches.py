"""A file larger than memory: its rows come in batches, which give what the whole would give."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from modelyard_platform import Column, Contract, batches
from modelyard_platform.data import snapshots
from modelyard_platform.errors import DataRefused
from modelyard_platform.settings import Project
from modelyard_platform.training import stages
from modelyard_platform.validation import check, check_file

SIZE = 7


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", SIZE)


def table(rows: int, holes: set[int]) -> pd.DataFrame:
    """Return a column of each type, with values missing in some rows."""
    at = pd.date_range("2020-02-01", periods=rows, freq="h", tz="Europe/Berlin")
    frame = pd.DataFrame(
        {
            "whole": np.arange(rows, dtype="int32"),
            "lacks": pd.Series(range(rows), dtype="object"),
            "half": np.linspace(0, 1, rows),
            "truth": pd.Series([row % 2 == 0 for row in range(rows)], dtype="object"),
            "maybe": pd.array(range(rows), dtype="Int16"),
            "word": pd.Series([f"w{row}" for row in range(rows)], dtype="object"),
            "at": at,
        }
    )
    frame.loc[sorted(holes), ["lacks", "half", "truth", "maybe", "word"]] = None
    return frame


@pytest.mark.parametrize("seed", range(40))
def test_batches_are_the_file(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (cases of a test)
    rows, groups = chance.randint(1, 40), chance.randint(1, 50)
    holes = {row for row in range(rows) if chance.random() < chance.choice([0.0, 0.1, 0.6])}
    path = tmp_path / "rows.parquet"
    table(rows, holes).to_parquet(path, row_group_size=groups)
    whole, parts = pd.read_parquet(path), [*batches.batches(path)]
    assert all(len(part) <= SIZE for part in parts)
    for part in parts:
        pd.testing.assert_series_equal(part.dtypes, whole.dtypes)
    pd.testing.assert_frame_equal(pd.concat(parts), whole, check_freq=False)
    some = pd.concat([*batches.batches(path, ["word", "lacks"])])
    pd.testing.assert_frame_equal(some, whole[["word", "lacks"]])


@pytest.mark.parametrize("index", [pd.RangeIndex(5, 25), pd.RangeIndex(0, 60, 3, name="nth")])
def test_rows_that_are_counted_otherwise_are_counted_so(tmp_path: Path, index: Any) -> None:
    frame = pd.DataFrame({"whole": range(20)}, index=index)
    frame.to_parquet(tmp_path / "rows.parquet")
    parts = pd.concat([*batches.batches(tmp_path / "rows.parquet")])
    pd.testing.assert_frame_equal(parts, frame)


def test_categories_stay_those_of_the_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"kind": pd.Categorical(list("abcabcabcabc"), categories=list("cab"))})
    frame.to_parquet(tmp_path / "rows.parquet", row_group_size=5)
    (only,) = batches.batches(tmp_path / "rows.parquet")
    pd.testing.assert_frame_equal(only, frame)


def test_small_files_are_put_together() -> None:
    frames = [pd.DataFrame({"a": range(n)}) for n in (3, 3, 3, 5, 1)]
    assert [len(frame) for frame in batches.gathered(iter(frames))] == [9, 6]


COLUMNS = {
    "id": Column("integer", minimum=0, maximum=900),
    "at": Column("datetime"),
    "word": Column("string", allowed=("a", "b")),
    "late": Column("boolean"),
}
CONTRACT = Contract(
    key="id", time="at", columns=COLUMNS, label=("late",), fresh_within_days=2, min_rows=30
)


def rows_of(count: int) -> pd.DataFrame:
    at = pd.date_range("2020-02-01", "2020-02-29", periods=count).astype("datetime64[us]")
    return pd.DataFrame({"id": range(count), "at": at, "word": "a", "late": True})


def spoil(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    if kind == "values":
        frame.loc[[1, 20], "word"], frame.loc[[2, 30], "id"] = "c", [-1, 901]
    elif kind == "twice":  # in one batch, and in two that are far apart
        frame.loc[3, "id"], frame.loc[33, "id"] = 2, 12
    elif kind == "window":
        frame.loc[[0, 34], "at"] = pd.to_datetime(["2020-01-31", "2020-03-01"])
    elif kind == "stale":
        frame["at"] -= pd.Timedelta(days=9)
    elif kind == "columns":
        frame = frame.rename(columns={"word": "words"})
    elif kind == "types":
        frame["at"] = frame["at"].astype(str)
    elif kind == "labels":
        frame["late"] = frame["late"].astype("object").where(frame.index < 10, None)
    elif kind == "few":
        frame = frame.head(20)
    return frame


@pytest.mark.parametrize(
    "kind",
    ["", "values", "twice", "window", "stale", "columns", "types", "labels", "few"],
)
def test_what_is_wrong_is_the_same_in_batches(
    kind: str, tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, path = spoil(rows_of(35), kind), tmp_path / "rows.parquet"
    frame.to_parquet(path, row_group_size=9)
    monkeypatch.setitem(vars(project.owner), "contract", CONTRACT)

    def told(found: list[Any]) -> set[tuple[Any, ...]]:
        return {(wrong.column, wrong.problem, wrong.rows) for wrong in found}

    whole = told(check(pd.read_parquet(path), "2020-02", CONTRACT))
    assert told(check_file(project, path, "2020-02")) == whole
    assert bool(whole) == (kind not in ("", "labels"))


def test_a_file_that_breaks_off_is_refused(
    project: Project, months: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = project.owner.data.fetch

    def broken(month: str, destination: Path, params: dict[str, Any]) -> None:
        fetch(month, destination, params)
        content = destination.read_bytes()
        middle = len(content) // 3
        destination.write_bytes(content[:middle] + b"\0" * 20_000 + content[middle + 20_000 :])

    monkeypatch.setattr(project.owner.data, "fetch", broken)
    with pytest.raises(DataRefused):
        snapshots.ingest(project, months[0])


def test_features_and_predictions_are_the_same_in_batches(
    crowned: Project, verb: Callable[..., tuple[int, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {s.name: s.md5 for s in snapshots.landed(crowned)[:2]}
    path = crowned.root / "predictions" / f"{snapshots.landed(crowned)[-1].name}.parquet"
    monkeypatch.setattr(batches, "BATCH", 100_000)
    whole = stages.build(crowned, data)
    assert verb("predict")[0] == 0
    predicted = pd.read_parquet(path).drop(columns="predicted_at")
    monkeypatch.setattr(batches, "BATCH", 700)
    assert len([*snapshots.landed(crowned)[0].batches()]) > 1
    for one, other in zip(whole, stages.build(crowned, data), strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert verb("predict")[0] == 0
    again = pd.read_parquet(path).drop(columns="predicted_at")
    pd.testing.assert_frame_equal(again, predicted)
