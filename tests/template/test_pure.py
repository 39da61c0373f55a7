"""Law 1: a render needs no trust, and depends on nothing but the version and the answers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repos import git
from tests.template.questions import contents

COPIER = Path(sys.executable).with_name("copier")
ANSWERS = {"project_name": "Ärger & <Züge> 🛫", "owner": "Équipe", "task": "regression"}


def copy(source: Path, target: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Copy a template as a person would, who trusts nobody."""
    data = [word for name, value in ANSWERS.items() for word in ("--data", f"{name}={value}")]
    command = [str(COPIER), "copy", "--quiet", "--defaults", *data, str(source), str(target)]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=env)


@pytest.fixture
def clone(suite: Path, tmp_path: Path) -> Path:
    """A plain clone of the suite."""
    git(tmp_path, "clone", "--quiet", str(suite), "clone")
    return tmp_path / "clone"


def test_copying_needs_no_trust(clone: Path, tmp_path: Path) -> None:
    done = copy(clone, tmp_path / "repo")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "repo" / "pyproject.toml").is_file()


def test_a_template_with_a_task_would_need_trust(clone: Path, tmp_path: Path) -> None:
    with (clone / "copier.yml").open("a", encoding="utf-8") as file:
        file.write("_tasks: [git init]\n")
    git(clone, "commit", "--quiet", "--all", "--message", "Add a task")
    git(clone, "tag", "v0.2.0")
    done = copy(clone, tmp_path / "repo")
    assert done.returncode != 0
    assert not (tmp_path / "repo").exists()


def test_the_same_answers_give_the_same_bytes_anywhere(clone: Path, tmp_path: Path) -> None:
    here = {"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "1", "HOME": str(tmp_path / "a")}
    there = {"TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "2"}
    there |= {"HOME": str(tmp_path / "b"), "USER": "somebody", "COLUMNS": "20"}
    renders = []
    for name, environment in (("here", here), ("there", there)):
        done = copy(clone, tmp_path / name / "repo", **environment)
        assert done.returncode == 0, done.stderr
        renders.append(contents(tmp_path / name / "repo"))
    assert renders[0] == renders[1]


def test_a_render_leaves_the_template_and_the_home_alone(clone: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert copy(clone, tmp_path / "repo", HOME=str(home)).returncode == 0
    assert git(clone, "status", "--porcelain", "--ignored") == ""
    assert not list(home.iterdir())
