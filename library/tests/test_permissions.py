"""The store is for its owner alone whatever the umask; for its group where asked for."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from modelyard_platform import doctor
from modelyard_platform.data import dvc, snapshots
from modelyard_platform.errors import Unreachable
from modelyard_platform.permissions import masked
from modelyard_platform.settings import Project, load_project
from modelyard_platform.training import prediction

Verb = Callable[..., tuple[int, Any]]


def bits(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def run(project: Project, *words: str, **env: str) -> None:
    """Run a verb in a process of its own, of a user whose files are open to everybody."""
    paths = [str(project.root / "src"), os.environ.get("PYTHONPATH", "")]
    extra = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), **env}
    command = [sys.executable, "-m", "modelyard_platform.cli.main", *words]
    done = subprocess.run(
        command, env={**os.environ, **extra}, umask=0, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("shared", "others"), [("", 0o077), ("1", 0o007)])
def test_what_is_in_the_store_is_closed_to_others(
    project: Project, months: list[str], tmp_path: Path, shared: str, others: int
) -> None:
    store = tmp_path / "new" / "store"
    env = {"STORE": str(store), "STORE_SHARED": shared}
    run(project, "ingest", "--until", months[0], **env)
    run(project, "lineage", "--all", **env)
    state = [store.parent, store, *store.rglob("*"), *(project.root / ".dvc/cache").rglob("*")]
    # 0444 is how DVC marks content that nobody may write; the folders above it are closed.
    found = [path for path in state if bits(path) & others and bits(path) != 0o444]
    assert found == []
    assert {"mlflow.db", "dvc", "files"} <= {path.name for path in state}
    assert bits(store) == (0o2770 if shared else 0o700)
    # What git keeps is as open as the user's umask makes it.
    assert [bits(pointer) for pointer in project.raw.glob("*.dvc")] == [0o666]


def test_predictions_are_as_open_as_the_users_files(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with masked(shared=False):
            path = tmp_path / "predictions" / "2026-01.parquet"
            prediction._write(pd.DataFrame({"prediction": [0.5]}), path)
            (tmp_path / "state").touch()
        assert (bits(path), bits(path.parent), bits(tmp_path / "state")) == (0o644, 0o755, 0o600)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_a_store_that_is_open_is_told_and_stays(project: Project) -> None:
    project.store.mkdir(parents=True, exist_ok=True)
    project.store.chmod(0o755)
    (project.root / ".env").touch()
    (project.root / ".env").chmod(0o644)
    found = {f.about: f for f in doctor.examine(project) if f.state == "note" and "chmod" in f.hint}
    assert found["store"].hint.startswith(f"chmod -R go-rwx {project.store}")
    assert found["secrets"].hint == f"chmod 600 {project.root / '.env'}"
    assert bits(project.store) == 0o755
    project.store.chmod(0o700)
    (project.root / ".env").chmod(0o600)
    notes = [f for f in doctor.examine(project) if "chmod" in f.hint and "config" not in f.message]
    assert notes == []


def test_a_switch_that_is_none_is_told(
    project: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_SHARED", "yes")
    code, error = verb("lineage")
    assert (code, "STORE_SHARED" in error["error"]) == (5, True)
    monkeypatch.setenv("STORE_SHARED", "0")
    assert load_project().shared is False


def sharing(project: Project, folder: Path) -> Project:
    config = f"[core]\n    remote = team\n['remote \"team\"']\n    url = {folder}\n"
    (project.root / ".dvc" / "config").write_text(config, "utf-8")
    return load_project(project.root)


@pytest.mark.parametrize(("given", "made"), [(0o2770, 0o2775), (0o700, 0o755)])
def test_what_is_pushed_into_a_groups_folder_is_the_groups(
    landed: Project, tmp_path: Path, given: int, made: int
) -> None:
    team = tmp_path / "team"
    team.mkdir()
    team.chmod(given)
    with masked(shared=False):
        dvc.push(sharing(landed, team), [snapshots.landed(landed)[0].path])
    folders = [path for path in team.rglob("*") if path.is_dir()]
    assert folders and {bits(path) for path in folders} == {made}


def test_the_doctor_tries_a_write_into_a_shared_folder(project: Project, tmp_path: Path) -> None:
    team = tmp_path / "team"
    (team / "files" / "md5" / "ab").mkdir(parents=True)
    here = sharing(project, team)
    found = {f.about: f for f in doctor.examine(here)}
    assert (found["data remote"].state, found["data remote"].message) == ("ok", str(team))
    found = {f.about: f for f in doctor.examine(sharing(project, Path("/sys")))}
    assert found["data remote"].state == "broken"
    assert "/sys cannot be written to" in found["data remote"].message
    assert "chmod -R g+rwX /sys" in found["data remote"].hint


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_a_folder_that_a_colleague_closed_is_named(tmp_path: Path) -> None:
    team = tmp_path / "team"
    closed = team / "files" / "md5" / "ab"
    closed.mkdir(parents=True)
    outer = [path for path in tmp_path.parents if path.name.startswith(("pytest-", "popen-"))]
    for path in (*outer, tmp_path, team, team / "files", team / "files" / "md5"):
        path.chmod(0o777)
    closed.chmod(0o755)
    os.seteuid(54321)
    try:
        with pytest.raises(Unreachable, match="md5/ab cannot be written to: Permission denied"):
            dvc.try_write(team)
    finally:
        os.seteuid(0)
