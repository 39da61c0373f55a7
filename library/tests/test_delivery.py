"""Predictions where a team reads them: whole, once for a snapshot and version, and no password."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pytest
import sqlalchemy
from modelyard_platform.delivery.batch import Predictions
from modelyard_platform.delivery.target import Target, target
from modelyard_platform.errors import SetupError, Unreachable, UsageError
from modelyard_platform.settings import Project

Verb = Callable[..., tuple[int, Any]]
Edit = Callable[..., Project]


def predictions(n_rows: int = 3, version: str = "1", value: float = 0.5) -> Predictions:
    frame = pd.DataFrame({"order": [f"o{n}" for n in range(n_rows)], "prediction": value})
    frame.loc[0, "prediction"] = float("nan")
    found = Predictions(frame, "order", "2013-01", "orders", version)
    for name, one in found.identity().items():
        frame[name] = one
    frame["predicted_at"] = pd.Timestamp("2026-01-02T03:04:05", tz="UTC")
    return found


def rows(address: str, table: str = "scores") -> list[tuple[Any, ...]]:
    engine = sqlalchemy.create_engine(address)
    columns = f'"order", prediction, model_version FROM {table} ORDER BY model_version, "order"'
    with engine.connect() as connection:
        found = connection.execute(sqlalchemy.text(f"SELECT {columns}")).all()
    engine.dispose()
    return [tuple(row) for row in found]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'scores.db'}"


def test_a_table_has_a_snapshot_and_a_version_once(database: str) -> None:
    where = Target(database, "scores").write(predictions(3))
    assert where.endswith("scores.db, table scores")
    Target(database, "scores").write(predictions(2, value=0.7))
    Target(database, "scores").write(predictions(1, version="2"))
    assert rows(database) == [("o0", None, "1"), ("o1", 0.7, "1"), ("o0", None, "2")]


def test_a_table_that_refuses_a_row_keeps_all_it_had(database: str) -> None:
    Target(database, "scores").write(predictions(3))
    engine = sqlalchemy.create_engine(database)
    with engine.begin() as connection:
        trigger = "CREATE TRIGGER full BEFORE INSERT ON scores WHEN NEW.\"order\" = 'o6000'"
        connection.execute(sqlalchemy.text(f"{trigger} BEGIN SELECT RAISE(ABORT, 'no'); END"))
    before = rows(database)
    with pytest.raises(Unreachable, match=r"cannot be written to sqlite:.*no"):
        Target(database, "scores").write(predictions(6002, value=0.9))
    assert rows(database) == before


def test_two_writers_at_once_leave_the_rows_of_one(database: str) -> None:
    Target(database, "scores").write(predictions(1))
    found = [predictions(2000, value=value) for value in (0.1, 0.2)]
    writers = [threading.Thread(target=Target(database, "scores").write, args=(p,)) for p in found]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    values = {value for _, value, _ in rows(database) if value is not None}
    assert (len(rows(database)), len(values)) == (2000, 1)


def test_a_table_of_other_columns_is_named(database: str) -> None:
    engine = sqlalchemy.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text('CREATE TABLE scores ("order" TEXT, prediction REAL)'))
    with pytest.raises(SetupError, match="has no column snapshot, model, model_version, pred"):
        Target(database, "scores").write(predictions())


def test_times_are_in_utc_and_a_number_or_a_name_that_is_none_is_told(database: str) -> None:
    found = predictions(2)
    hours = pd.to_datetime(["2026-10-25 00:30", "2026-10-25 01:30"], utc=True)
    found.frame["at"] = hours.tz_convert("Europe/Berlin")  # the same hour twice, by the clock
    Target(database, "zoned").write(found)
    engine = sqlalchemy.create_engine(database)
    kept = pd.read_sql_table("zoned", engine)["at"]
    engine.dispose()
    assert kept.tolist() == hours.tz_localize(None).tolist()
    found.frame["order"] = pd.array([2**64 - 1, 2**64 - 2], "uint64")
    with pytest.raises(Unreachable, match="OverflowError"):
        Target(database, "large").write(found)
    with pytest.raises(UsageError, match=r"'scores\.' names no table"):
        Target(database, "scores.").write(found)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("sqlite:////none/there/x.db?password=hunter2", "sqlite:////none/there/x.db, table scores"),
        ("postgresql+psycopg9://me:hunter2@db/x", "none that SQLAlchemy knows"),
        ("me:hunter2", "none that SQLAlchemy knows"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(
    address: str, says: str
) -> None:
    with pytest.raises((SetupError, Unreachable)) as told:
        Target(address, "scores").write(predictions())
    assert says in str(told.value)
    assert "hunter2" not in f"{told.value} {told.value.hint}"


def test_a_folder_has_a_file_for_each_snapshot_and_version(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "for it"
    where = Target(str(folder)).write(predictions(3))
    Target(str(folder)).write(predictions(2))
    Target(f"file://{folder}").write(predictions(1, version="2"))
    assert sorted(path.name for path in folder.iterdir()) == [
        "2013-01-v1.parquet",
        "2013-01-v2.parquet",
    ]
    assert len(pd.read_parquet(where)) == 2
    assert len(pd.read_parquet(folder)) == 3


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "2013-01-v1.parquet").mkdir()
    with pytest.raises(Unreachable, match="parquet is a folder there"):
        Target(str(tmp_path)).write(predictions())
    assert [path.name for path in tmp_path.rglob("*")] == ["2013-01-v1.parquet"]


def test_a_bucket_gets_whole_files_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = fsspec.filesystem("memory")
    where = Target("memory://team/scores").write(predictions(3))
    assert where == "memory://team/scores/2013-01-v1.parquet"
    before = memory.cat("/team/scores/2013-01-v1.parquet")

    def cut(self: Any, local: str, path: str, **options: Any) -> None:
        self.pipe_file(path, Path(local).read_bytes()[:100])
        raise ConnectionError("https://me:hunter2@host/ was cut off")

    monkeypatch.setattr(type(memory), "put_file", cut)
    with pytest.raises(Unreachable, match="memory://team/scores: ConnectionError") as told:
        Target("memory://team/scores").write(predictions(2))
    assert "hunter2" not in str(told.value)
    assert memory.ls("/team/scores", detail=False) == ["/team/scores/2013-01-v1.parquet"]
    assert memory.cat("/team/scores/2013-01-v1.parquet") == before
    memory.rm("/team", recursive=True)


@pytest.mark.parametrize("address", ["nothing://me:hunter2@host/x", "gdrive://me:hunter2@x/y"])
def test_an_address_of_no_kind_that_is_here_is_told(address: str) -> None:
    with pytest.raises(SetupError, match="cannot be opened") as told:
        Target(address).write(predictions())
    assert "hunter2" not in f"{told.value} {told.value.hint}"


def test_who_asks_is_heard_before_the_environment_and_that_before_settings(
    project: Project, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert target(project) is None
    project = edit(project, {"predictions": {"to": "out", "table": ""}})
    assert target(project) == Target(str(project.root / "out"))
    monkeypatch.setenv("HOME", "/home/me")
    assert target(project, "~/out") == Target("/home/me/out")
    monkeypatch.setenv("PREDICTIONS_TO", "s3://team/scores")
    assert target(project) == Target("s3://team/scores")
    assert target(project, "here") == Target(str(project.invoked / "here"))
    assert target(project, "sqlite://", "t") == Target("sqlite://", "t")
    monkeypatch.delenv("PREDICTIONS_TO")
    with pytest.raises(UsageError, match="the table t is in no database"):
        target(edit(project, {"predictions": {}}), "", "t")


def test_the_verb_writes_where_it_is_asked_to(
    crowned: Project, verb: Verb, database: str, tmp_path: Path
) -> None:
    for _ in range(2):
        code, result = verb("predict", "--to", database, "--table", "main.scores")
        assert (code, result["model_version"]) == (0, "1")
    engine = sqlalchemy.create_engine(database)
    found = pd.read_sql_table("scores", engine)
    engine.dispose()
    assert len(found) == result["rows"] > 100
    assert set(found["snapshot"]) == {result["snapshot"]}
    assert set(found["predicted_at"].astype(str)) == {result["predicted_at"][:19].replace("T", " ")}
    code, result = verb("predict", "--to", str(tmp_path / "out"))
    assert pd.read_parquet(result["path"])["prediction"].tolist() == found["prediction"].tolist()
    assert stat.S_IMODE(Path(result["path"]).stat().st_mode) & 0o077 == 0
