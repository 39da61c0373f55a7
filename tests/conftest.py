"""What every test of the suite shares: a tagged copy of it, renders, and repos that can run."""

import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import copier
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.repos import (
    Repo,
    borrow_environment,
    git,
    install_environment,
    link_environment,
    machine,
)
from tools import library_tests

SUITE = Path(__file__).parents[1]

# How long a machine that does other work as well needs for an example is no fault of a test.
settings.register_profile("any machine", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("life") is None)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share, and no other run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let what killed processes leave behind go with the folders of the tests."""
    folder = str(tmp_path_factory.mktemp("temporary"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.fixture(scope="session")
def quick_modelyard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for PATH, in which `modelyard` starts in no time; see the module."""
    # Imported by those alone whose scripts need it.
    from tests.tool.prefork import prefork

    with prefork(tmp_path_factory.mktemp("prefork")) as programs:
        yield programs


# What a render reads: a clone of all the rest would take half of its time.
TEMPLATE = ("copier.yml", "choices", "template")


@pytest.fixture(scope="session")
def whole_suite(shared: Path) -> Path:
    """A clone of the suite as it stands in the work tree, committed and tagged v0.1.0."""
    return _tagged(shared, "whole", ())


@pytest.fixture(scope="session")
def suite(shared: Path) -> Path:
    """The same as a template, without the files that no render reads."""
    return _tagged(shared, "suite", TEMPLATE)


def _tagged(shared: Path, name: str, paths: Sequence[str]) -> Path:
    target = shared / name
    with FileLock(shared / f"{name}.lock"):
        if not target.exists():
            listing = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--")
            partial = shared / f"{name}.partial"
            for path in filter(None, git(SUITE, *listing, *paths).split("\0")):
                if (SUITE / path).is_file():
                    (partial / path).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(SUITE / path, partial / path)
            git(partial, "init", "--quiet", "--initial-branch", "main")
            git(partial, "add", "--all")
            git(partial, "commit", "--quiet", "--message", "Release v0.1.0")
            git(partial, "tag", "v0.1.0")
            partial.rename(target)
    return target


Render = Callable[..., Path]


@pytest.fixture(scope="session")
def render(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Render the template: `render(task="regression")` gives the folder; no git, no environment."""

    made: dict[str, Path] = {}

    def make(folder: Path | None = None, **answers: Any) -> Path:
        target = folder or tmp_path_factory.mktemp("render") / "repo"
        key = repr(sorted(answers.items()))
        if key not in made:
            made[key] = tmp_path_factory.mktemp("rendered") / "repo"
            copier.run_copy(str(suite), made[key], data=answers, defaults=True, quiet=True)
        return shutil.copytree(made[key], target, symlinks=True, dirs_exist_ok=True)

    return make


@pytest.fixture(scope="session")
def environment(shared: Path, suite: Path, render: Render) -> Path:
    """The locked environment of a generated repo, installed once and linked into each."""
    target = shared / "environment"
    with FileLock(shared / "environment.lock"):
        if not (target / "ready").exists():
            root, partial = render(), shared / "environment.partial"
            shutil.rmtree(partial, ignore_errors=True)
            # The pieces of every storage are on top of the core's, so this serves any render.
            lock, donor = library_tests.environment_lock(), SUITE / ".venv-library"
            if _serves(donor, lock):
                runners = [*library_tests.RUNNERS, "modelyard-platform"]
                borrow_environment(donor, partial, root, without=runners)
            else:
                (shared / "environment.txt").write_text(lock, "utf-8")
                locks = [shared / "environment.txt", root / "vendor" / "platform.lock"]
                install_environment(locks, partial, root)
            (partial / "ready").touch()
            partial.rename(target)
    return target


def _serves(donor: Path, lock: str) -> bool:
    """Whether the environment of the library's tests has been installed, from this lock."""
    installed = donor / "requirements.txt"
    return (donor / "ready").exists() and installed.read_text("utf-8") == lock


@pytest.fixture(scope="session")
def make_repo(render: Render, environment: Path) -> Callable[..., Repo]:
    """Make a generated repo in a folder: with its environment, a home and a first commit."""

    def make(folder: Path, name: str = "repo", **answers: Any) -> Repo:
        root = render(folder / name, **answers)
        made = Repo(root, machine(folder / f"{name}-home"))
        git(root, "init", "--quiet", "--initial-branch", "main")
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message", "Start from the template")
        link_environment(environment, made)
        return made

    return make


@pytest.fixture
def repo(tmp_path: Path, make_repo: Callable[..., Repo]) -> Callable[..., Repo]:
    """Make a generated repo in a folder of this test: `repo(task="regression")`."""
    return functools.partial(make_repo, tmp_path)
