"""The environment of that day is asked from where its library came from."""

import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from modelyard_platform.lineage.record import Lineage
from modelyard_platform.provenance import day

URL = "https://packages.example.com/simple"
INDEX = f"""
[[tool.uv.index]]
name = "another"
url = "https://another.example.com/simple"

[[tool.uv.index]]
name = "library"
url = "{URL}"
explicit = true
"""


@pytest.fixture
def clone(rendered: Path, tmp_path: Path) -> Path:
    """A copy of the repo whose lock is not the one of today."""
    made = shutil.copytree(rendered, tmp_path / "clone")
    with (made / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("another==1.0\n")
    return made


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was run, in its place: the words of each, after the index of its environment."""
    asked: list[list[str]] = []

    def run(command: list[str], **given: Any) -> subprocess.CompletedProcess[str]:
        index = given.get("env", {}).get("UV_INDEX")
        asked.append([*([f"UV_INDEX={index}"] if index else []), *command])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def install(rendered: Path, clone: Path) -> None:
    recorded = Lineage("commit", False, {}, {}, "params", "lock", "template", "3.12.1")
    project: Any = SimpleNamespace(root=rendered)
    day.environment(project, clone, recorded, clone.with_name("venv"))


def test_a_library_from_an_index_is_asked_from_that_index(
    rendered: Path, clone: Path, commands: list[list[str]]
) -> None:
    shutil.rmtree(clone / "vendor")
    with (clone / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(INDEX)
    install(rendered, clone)
    venv, sync = commands
    assert venv[3:6] == ["venv", "--python", "3.12"]
    assert sync[0] == f"UV_INDEX={URL}"
    assert not [word for word in sync[1:] if URL in word]  # arguments are for all to see
    assert "--require-hashes" in sync
    assert sync[-1] == "requirements.lock"


def test_a_vendored_library_is_installed_from_the_clone(
    rendered: Path, clone: Path, commands: list[list[str]]
) -> None:
    install(rendered, clone)
    sync = commands[1]
    assert not [word for word in sync if word.startswith("--index")]
    assert sync[-2:] == ["requirements.lock", "vendor/platform.lock"]
