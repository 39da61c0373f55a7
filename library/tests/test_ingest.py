"""A snapshot lands whole, within the contract and under its hash, or not at all."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from modelyard_platform import Column, Contract
from modelyard_platform.data import snapshots
from modelyard_platform.errors import DataRefused, ProjectError, Unreachable
from modelyard_platform.git import git
from modelyard_platform.hashing import file_md5
from modelyard_platform.settings import Project
from modelyard_platform.training import preparing
from modelyard_platform.validation import check

Verb = Callable[..., tuple[int, Any]]
ID = Column("integer", minimum=1, maximum=9)
WORD, MAYBE = Column("string", allowed=("a", "b")), Column("number", nullable=True)
COLUMNS = {"id": ID, "at": Column("datetime"), "word": WORD, "maybe": MAYBE}
SMALL = Contract(key="id", time="at", columns=COLUMNS, fresh_within_days=2, min_rows=3)


def found(at: list[str] | pd.DatetimeIndex, **columns: Any) -> set[tuple[str, str, int]]:
    frame = pd.DataFrame({"at": at, **columns})
    return {(wrong.column, wrong.problem, wrong.rows) for wrong in check(frame, "2020-02", SMALL)}


def test_each_value_that_breaks_the_contract_is_named() -> None:
    times = pd.to_datetime(["2020-02-01", "2020-02-28", "2020-02-29"])
    assert found(times, id=[1, 2, 9], word=["a", "b", "a"], maybe=[0.5, None, 1.5]) == set()
    times = pd.to_datetime(["2020-01-31", "2020-02-28", "2020-03-01"])
    assert found(times, id=[0, 10, 10], word=["a", "c", None], maybe=[1, 2, 3], new=[1, 2, 3]) == {
        ("at", "within 2020-02", 2),
        ("id", "at least 1", 1),
        ("id", "at most 9", 2),
        ("id", "unique", 2),
        ("word", "one of a, b", 1),
        ("word", "never null", 1),
        ("new", "left out, or named in contract.py", 1),
    }


def test_types_freshness_and_what_is_missing_are_named() -> None:
    times = pd.to_datetime(["2020-02-01", "2020-02-27"])
    assert found(times, id=[1.5, 2.5], maybe=[1, 2]) == {
        ("(table)", "at least 3 rows", 2),
        ("at", "fresh: a row on or after 2020-02-28 00:00", 1),
        ("id", "of type integer", 1),
        ("word", "there", 1),
    }
    assert ("at", "of type datetime", 1) in found(["2020-02-28"] * 3, id=[1, 2, 3])


def test_landing_commits_the_pointers_and_nothing_else(
    project: Project, months: list[str], verb: Verb
) -> None:
    Path("staged.txt").write_text("work of somebody")
    git(project.root, "add", "staged.txt")
    Path("README.md").write_text("edited")
    ((month, md5),) = verb("ingest", "--until", months[0])[1].items()
    committed = git(project.root, "show", "--format=", "--name-only").split()
    assert committed == [f"data/raw/{months[0]}.parquet.dvc"]
    assert git(project.root, "status", "--porcelain") == " M README.md\nA  staged.txt\n"
    assert (month, md5) == (months[0], file_md5(project.raw / f"{months[0]}.parquet"))
    assert verb("ingest", "--until", months[0]) == (0, {})
    assert verb("ingest", "--until", "9999-12")[0] == 5


def test_one_bad_month_keeps_all_months_out(
    project: Project, months: list[str], verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = project.owner.data
    fetch, commit = data.fetch, git(project.root, "rev-parse", "HEAD")

    key = project.owner.contract.key

    def spoiled(month: str, destination: Path, params: dict[str, Any]) -> None:
        fetch(month, destination, params)
        if month == months[-1]:
            pd.read_parquet(destination).drop(columns=key).to_parquet(destination)

    monkeypatch.setattr(data, "fetch", spoiled)
    code, error = verb("ingest", "--until", months[-1])
    assert code == 4
    wrong = [(detail["snapshot"], detail["column"]) for detail in error["details"]]
    assert wrong == [(months[-1], key)]
    assert not list(project.raw.iterdir())
    assert git(project.root, "rev-parse", "HEAD") == commit


@pytest.mark.parametrize(
    ("stop", "told"),
    [(KeyboardInterrupt(), KeyboardInterrupt), (OSError(), Unreachable), (None, DataRefused)],
)
def test_a_fetch_that_breaks_off_leaves_nothing(
    project: Project, months: list[str], stop: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(month: str, destination: Path, params: dict[str, Any]) -> None:
        destination.write_bytes(b"PAR1 and no more")
        if stop:
            raise stop

    monkeypatch.setattr(project.owner.data, "fetch", broken)
    with pytest.raises(told):
        snapshots.ingest(project, months[0])
    assert not list(project.raw.iterdir())


def test_a_remote_that_is_not_there_keeps_the_month_out(
    project: Project, months: list[str], tmp_path: Path
) -> None:
    config = f"[core]\n    remote = gone\n['remote \"gone\"']\n    url = {tmp_path / 'gone'}\n"
    Path(".dvc/config").write_text(config, "utf-8")
    with pytest.raises(Unreachable, match="gone"):
        snapshots.ingest(project, months[0])
    assert not list(project.raw.iterdir())
    assert not (tmp_path / "gone").exists()


def test_a_push_that_fails_keeps_the_month_out(
    project: Project, months: list[str], tmp_path: Path
) -> None:
    remote = tmp_path / "remote"
    remote.mkdir()
    (remote / "files").write_text("in the way of the folder of that name", "utf-8")
    config = f"[core]\n    remote = full\n['remote \"full\"']\n    url = {remote}\n"
    Path(".dvc/config").write_text(config, "utf-8")
    with pytest.raises(ProjectError):
        snapshots.ingest(project, months[0])
    assert not list(project.raw.iterdir())
    assert not git(project.root, "status", "--porcelain", "data")


def test_a_file_that_dvc_does_not_know_is_never_overwritten(
    project: Project, months: list[str], verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.raw.mkdir()
    mine = project.raw / f"{months[1]}.parquet"
    mine.write_bytes(b"six weeks of labels by hand")
    code, error = verb("ingest", "--until", months[1])
    assert (code, mine.read_bytes()) == (4, b"six weeks of labels by hand")
    assert f"data/raw/{mine.name}" in error["error"]
    assert list(project.raw.iterdir()) == [mine]
    # Nor where it appears while the source is read, nor where landing fails then.
    mine.unlink()
    fetch = project.owner.data.fetch

    def beside(month: str, destination: Path, params: dict[str, Any]) -> None:
        fetch(month, destination, params)
        mine.write_bytes(b"written meanwhile")

    monkeypatch.setattr(project.owner.data, "fetch", beside)
    with pytest.raises(DataRefused, match=mine.name):
        snapshots.ingest(project, months[1])
    assert mine.read_bytes() == b"written meanwhile"
    assert list(project.raw.iterdir()) == [mine]


def test_what_a_killed_ingest_had_placed_is_not_taken_for_the_owners(
    project: Project, months: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # between the files and their pointers, with no clean-up
        patch.setattr(snapshots.dvc, "push", killed)
        patch.setattr(snapshots.placing, "take_back", lambda _: None)
        patch.setattr(snapshots.placing.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            snapshots.ingest(project, months[0])
    assert (project.raw / f"{months[0]}.parquet").exists()
    assert [landed.name for landed in snapshots.ingest(project, months[0])] == months[:1]
    assert not list(project.raw.glob(".incoming-*"))


def test_changed_bytes_are_refused_by_name(landed: Project) -> None:
    snapshot = snapshots.landed(landed)[0]
    snapshot.read()[::-1].to_parquet(snapshot.path)
    with pytest.raises(DataRefused, match=snapshot.path.name):
        preparing.prepare(landed)


def test_missing_bytes_come_back_from_the_remote_or_else_the_source(
    landed: Project,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    everything = snapshots.landed(landed)
    data = landed.owner.data

    def lose(*folders: Path) -> None:
        for folder in (landed.root / ".dvc" / "cache", *folders):
            shutil.rmtree(folder)
        for snapshot in everything:
            snapshot.path.unlink()

    lose()
    with monkeypatch.context() as no_source:
        no_source.setattr(data, "fetch", None)
        snapshots.verify(landed, everything)
    lose(landed.store / "dvc")
    capfd.readouterr()
    snapshots.verify(landed, everything)
    told = f"store/dvc does not have {len(everything)} snapshots: the source gave the same bytes"
    assert told in capfd.readouterr().err
    assert "Missing cache files" not in caplog.text  # as an engine's own handler would show it
    everything[0].path.unlink()
    monkeypatch.setattr(data, "fetch", lambda month, path, params: path.write_bytes(b"other"))
    with pytest.raises(Unreachable, match=everything[0].path.name):
        snapshots.restore(landed, everything[:1])
    assert not everything[0].path.exists()
