"""The store is for its owner alone whatever the umask; for its group where asked for."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from modelyard_platform import doctor
from modelyard_platform.settings import Project, load_project

Verb = Callable[..., tuple[int, Any]]


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A user whose files are open to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def bits(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def below(store: Path) -> Iterator[Path]:
    yield store
    yield from store.rglob("*")


@pytest.mark.parametrize(("shared", "others"), [("", 0o077), ("1", 0o007)])
def test_what_is_in_the_store_is_closed_to_others(
    project: Project,
    verb: Verb,
    open_umask: None,
    months: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shared: str,
    others: int,
) -> None:
    store = tmp_path / "new" / "store"
    monkeypatch.setenv("STORE", str(store))
    monkeypatch.setenv("STORE_SHARED", shared)
    assert verb("ingest", "--until", months[-1])[0] == 0
    assert verb("train", "--direct")[0] == 0
    assert verb("promote")[0] == 0
    found = [path for path in below(store) if bits(path) & others]
    assert found == []
    assert len(list(below(store))) > 20
    assert not bits(store.parent) & others
    if shared:
        assert bits(store) == 0o2770
    for path in (project.root / ".dvc" / "cache").rglob("*"):
        assert not bits(path) & others
    # What is the user's is as open as the user's umask makes it.
    assert verb("predict")[0] == 0
    written = list((project.root / "predictions").iterdir())
    assert [bits(path) for path in written] == [0o666]
    for pointer in project.raw.glob("*.dvc"):
        assert bits(pointer) == 0o666
    assert os.umask(0) == 0


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
