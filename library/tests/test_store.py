"""A store that was moved, or is of another release, is told before anything is written to it."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking._tracking_service.utils import _artifact_repos_cache
from modelyard_platform import doctor, store_record
from modelyard_platform.orchestrators import zenml
from modelyard_platform.settings import Project, load_project
from modelyard_platform.tracking import client, schema

Verb = Callable[..., tuple[int, Any]]
WRITING = (["ingest"], ["train", "--direct"], ["promote"], ["rollback"], ["lineage"], ["ui"])


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """Return every file below a folder with its size and when it was written."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(p.relative_to(folder)): (p.stat().st_size, p.stat().st_mtime_ns) for p in found}


@pytest.fixture(params=["moved", "copied"])
def elsewhere(
    request: pytest.FixtureRequest,
    trained: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Project]:
    """The trained repo with its store at another place; where it was is put back after the test."""
    now = shutil.copytree(trained.store, tmp_path / "another place")
    kept = trained.store.with_name("kept")
    if request.param == "moved":
        # Put back as it is: MLflow, in this process, has its database open.
        trained.store.rename(kept)
    monkeypatch.setenv("STORE", str(now))
    yield load_project()
    monkeypatch.setenv("STORE", str(trained.store))
    if request.param == "moved":
        kept.rename(trained.store)


def test_a_store_that_was_moved_is_told_and_then_works_where_it_is(
    elsewhere: Project,
    trained: Project,
    verb: Verb,
    command: Callable[..., tuple[int, str, str]],
    edit: Callable[..., Project],
) -> None:
    before, there = files(elsewhere.store), files(trained.store)
    for words in WRITING:
        code, printed, told = command(*words)
        assert code == 5, (words, printed, told)
        assert str(trained.store) in told and 'make store ARGS="move"' in told
    broken = {f.about: f for f in doctor.examine(elsewhere) if f.state == "broken"}
    assert 'make store ARGS="move"' in broken["store"].hint
    assert files(elsewhere.store) == before
    code, moved = verb("store", "move")
    assert (code, moved["path"]) == (0, str(elsewhere.store))
    with closing(sqlite3.connect(elsewhere.store / "mlflow" / "mlflow.db")) as database:
        dump = "\n".join(database.iterdump())
    assert f"{trained.store}/" not in dump.replace(str(elsewhere.store), "")
    _artifact_repos_cache.clear()  # a verb has a process of its own
    edit(elsewhere)
    chain = verb("lineage", "1")[1]
    assert chain["intact"] and chain["lineage"]["version"] == "1"
    assert verb("promote")[0] == 0
    with client.run(elsewhere, name="another"):
        pass
    assert files(trained.store) == there
    assert "where it was made" in verb("store", "move")[1]["done"]


def test_a_store_of_0_2_0_says_where_it_was_made_by_its_database(trained: Project) -> None:
    record = trained.store / store_record.NAME
    text = record.read_text("utf-8")
    record.unlink()
    try:
        assert store_record.made_at(trained) == trained.store
    finally:
        record.write_text(text, "utf-8")


def test_a_store_that_is_in_place_names_what_wrote_it(trained: Project, verb: Verb) -> None:
    code, shown = verb("store")
    found = json.loads((trained.store / "store.json").read_text("utf-8"))
    assert code == 0
    assert {key: shown[key] for key in found} == found
    assert found["path"] == str(trained.store)
    assert found["library"].startswith("0.") and found["mlflow"][0].isdigit()
    assert verb("store", "mvoe")[0] == 2


def written_by(project: Project, revision: str, **versions: str) -> None:
    """Let a store be one that other versions wrote, with tables in another state."""
    with closing(sqlite3.connect(project.store / "mlflow" / "mlflow.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        database.execute("DROP TABLE IF EXISTS assessments")  # so that MLflow would make it
    path = project.store / store_record.NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | versions), "utf-8")


@pytest.mark.parametrize(
    ("revision", "says", "hint"),
    [
        ("0123456789ab", "which is newer than this repo", "another-folder"),
        ("5d2d30f0abce", "would change its tables", 'make store ARGS="upgrade"'),
    ],
)
def test_tables_of_another_mlflow_are_left_alone(
    landed: Project, verb: Verb, revision: str, says: str, hint: str
) -> None:
    client.connect(landed)
    written_by(landed, revision, library="9.9.0", mlflow="9.9.9")
    before = files(landed.store / "mlflow")
    for words in (["lineage"], ["promote"], ["train", "--direct"]):
        code, error = verb(*words)
        assert code == 5, error
        assert "modelyard-platform 9.9.0 with MLflow 9.9.9" in error["error"]
        assert says in error["error"] and hint in error["hint"]
    assert files(landed.store / "mlflow") == before


def test_tables_of_before_are_upgraded_when_that_is_asked(
    project: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import command
    from mlflow.store.db.utils import _get_alembic_config
    from mlflow.store.tracking.dbmodels.initial_models import Base
    from sqlalchemy import create_engine

    folder = project.store / "mlflow"
    folder.mkdir(parents=True)
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    Base.metadata.create_all(create_engine(uri))
    command.upgrade(_get_alembic_config(uri), "5d2d30f0abce")
    assert verb("lineage", "--all")[0] == 5
    code, done = verb("store", "upgrade")
    assert code == 0, done
    copy = folder / "mlflow.db.5d2d30f0abce"
    assert str(copy) in done["done"] and schema._revision(copy) == "5d2d30f0abce"
    assert verb("lineage", "--all") == (0, [])
    assert "nothing to upgrade" in verb("store", "upgrade")[1]["done"]


def test_zenml_migrates_the_state_of_no_other_version(project: Project) -> None:
    folder = project.store / "zenml"
    assert zenml._folder(project) == "zenml"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "zenml.db")) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('0.1.0')")
    assert zenml._folder(project).startswith("zenml-")
    assert os.sep not in zenml._folder(project)
