"""The wheel in vendor/: there, the one that is locked, and in git; else a message with the mend."""

from collections.abc import Callable
from pathlib import Path

import pytest
from modelyard_platform import vendored
from modelyard_platform.git import git
from modelyard_platform.settings import Project


@pytest.fixture
def wheel(project: Project) -> Path:
    (found,) = (project.root / "vendor").glob("*.whl")
    return found


def problem(project: Project) -> vendored.Problem:
    found = vendored.examine(project.root)
    assert found is not None
    return found


def test_a_fresh_repo_has_nothing_wrong(project: Project, wheel: Path) -> None:
    assert vendored.examine(project.root) is None


def test_a_missing_wheel_comes_back(project: Project, wheel: Path) -> None:
    wheel.unlink()
    found = problem(project)
    assert found.message == f"vendor/{wheel.name} is missing"
    git(project.root, *found.hint.split()[1:])
    assert vendored.examine(project.root) is None


def test_another_wheel_is_told_and_comes_back(project: Project, wheel: Path) -> None:
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    found = problem(project)
    assert "is not the file that vendor/platform.lock names" in found.message
    git(project.root, *found.hint.split()[1:])
    assert vendored.examine(project.root) is None


def test_a_wheel_that_is_not_in_git_is_told(project: Project, wheel: Path) -> None:
    git(project.root, "rm", "--quiet", "--cached", f"vendor/{wheel.name}")
    found = problem(project)
    assert "not in git" in found.message
    assert found.hint.startswith(f"git add --force vendor/{wheel.name}")


def test_a_lock_without_a_wheel_is_told(project: Project, wheel: Path) -> None:
    (project.root / vendored.LOCK).write_text("# nothing\n")
    found = problem(project)
    assert found.message == "vendor/platform.lock names no wheel"
    git(project.root, *found.hint.split()[1:])
    assert vendored.examine(project.root) is None


@pytest.mark.parametrize("prefix", ["", "./"])
def test_the_line_is_read_as_uv_writes_it(project: Project, wheel: Path, prefix: str) -> None:
    line = (project.root / vendored.LOCK).read_text("utf-8").removeprefix("./")
    (project.root / vendored.LOCK).write_text(f"# of the standard\n{prefix}{line}")
    assert vendored.examine(project.root) is None


def test_without_git_or_without_a_wheel_there_is_less_to_ask(project: Project, wheel: Path) -> None:
    (project.root / ".git").rename(project.root.parent / "git")
    assert vendored.examine(project.root) is None
    wheel.unlink()
    assert problem(project).message == f"vendor/{wheel.name} is missing"
    (project.root / vendored.LOCK).unlink()
    assert vendored.examine(project.root) is None


def test_the_doctor_tells_of_it(
    project: Project, wheel: Path, verb: Callable[..., tuple[int, list[dict[str, str]]]]
) -> None:
    wheel.unlink()
    code, findings = verb("doctor")
    (library,) = (found for found in findings if found["about"] == "library")
    assert (code, library["state"]) == (5, "broken")
    assert library["message"].endswith("is missing")
