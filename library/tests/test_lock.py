"""What pyproject.toml, the library and its extras ask for is held against the lock."""

import re
import shutil
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from modelyard_platform import lock, pins, relock

Change = Callable[[str, str, str], None]


@pytest.fixture
def root(rendered: Path, tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "requirements.lock", "vendor"):
        source = rendered / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path


@pytest.fixture
def change(root: Path) -> Change:
    """Replace what a pattern finds in a file, once."""

    def replace(name: str, pattern: str, new: str) -> None:
        path = root / name
        text, found = re.subn(pattern, new, path.read_text("utf-8"), count=1, flags=re.M)
        assert found == 1
        path.write_text(text, "utf-8")

    return replace


def test_the_lock_of_a_fresh_repo_is_in_step(root: Path) -> None:
    assert lock.out_of_step(root) == []


@pytest.mark.parametrize("name", ["mlflow", "pandera", "scikit-learn", "typer", "zenml", "dvc"])
def test_what_the_library_asks_for_must_be_locked_as_it_asks(
    root: Path, change: Change, name: str
) -> None:
    change("requirements.lock", rf"^{name}==\S+", f"{name}==0.0.1")
    problems = lock.out_of_step(root)
    assert problems
    assert all(re.match(rf"{name}\b.*: locked at 0\.0\.1$", problem) for problem in problems)


def test_an_extra_of_the_library_must_be_locked(root: Path, change: Change) -> None:
    change("pyproject.toml", r"modelyard-platform\[zenml\]", "modelyard-platform[zenml,s3]")
    problems = lock.out_of_step(root)
    assert problems
    assert all(problem.startswith("dvc-s3") for problem in problems)


def test_without_an_extra_its_packages_are_not_asked_for(root: Path, change: Change) -> None:
    change("requirements.lock", r"^zenml==", "not-zenml==")
    assert any(problem.startswith("zenml") for problem in lock.out_of_step(root))
    change("pyproject.toml", r"modelyard-platform\[zenml\]", "modelyard-platform")
    assert lock.out_of_step(root) == []


def test_own_dependencies_and_groups_must_be_locked(root: Path, change: Change) -> None:
    change("pyproject.toml", r"^dependencies = \[", 'dependencies = [\n    "lightgbm>=4",')
    change("pyproject.toml", r"^dev = \[", 'dev = [\n    "Hypothesis>=6",')
    change("pyproject.toml", r'"ruff>=[^"]+"', '"ruff<0.1"')
    own, tool, ruff = sorted(lock.out_of_step(root), key=lambda found: found.startswith("ruff"))
    assert {own, tool} == {"lightgbm>=4: not locked", "Hypothesis>=6: not locked"}
    assert re.match(r"ruff<0\.1: locked at \d", ruff)


def test_the_wheel_must_be_the_one_that_pyproject_pins(root: Path, change: Change) -> None:
    version = metadata.version(pins.LIBRARY)
    change("pyproject.toml", rf"=={re.escape(version)}", "==9.9.9+modelyard.1")
    (problem,) = lock.out_of_step(root)
    assert problem.startswith("modelyard-platform")
    assert problem.endswith(f"vendor/platform.lock has {version}")


def test_from_an_index_the_library_is_in_the_lock(root: Path) -> None:
    shutil.rmtree(root / "vendor")
    (problem,) = lock.out_of_step(root)
    assert problem.startswith("modelyard-platform")
    assert problem.endswith("not locked")
    version = metadata.version(pins.LIBRARY)
    with (root / "requirements.lock").open("a") as file:
        file.write(f"modelyard-platform=={version}\n")
    assert lock.out_of_step(root) == []


def test_the_environment_is_held_against_the_pins_for_here(root: Path) -> None:
    present = metadata.version("pytest")
    (root / "requirements.lock").write_text(
        f"pytest=={present} \\\n    --hash=sha256:00\n"
        "Typer==0.0.1\n"
        "not_installed==1.0 ; python_version >= '3'\n"
        "elsewhere==1.0 ; sys_platform == 'plan9' \\\n    --hash=sha256:00\n"
    )
    typer = metadata.version("typer")
    assert lock.not_installed(root) == [
        f"typer: {typer}, locked at 0.0.1",
        "not-installed: missing, locked at 1.0",
    ]


def test_a_script_sees_by_the_exit_code(
    root: Path,
    change: Change,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "argv", ["lock"])
    assert (lock.main(), capsys.readouterr().out) == (0, "")
    change("requirements.lock", r"^mlflow==\S+", "mlflow==0.0.1")
    assert lock.main() == 1
    assert "hint: make lock" in capsys.readouterr().out


def test_the_tested_versions_are_those_that_are_installed_here() -> None:
    tested = pins.pins(relock.tested())
    assert len(tested) > 50
    assert tested["mlflow"][0][0] == metadata.version("mlflow")
