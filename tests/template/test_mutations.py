"""The tests that ship in a generated repo bite: each way to break `platform/` turns one red."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.repos import Repo, git, machine

MUTATIONS = tomllib.loads(Path(__file__).with_name("mutations.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def repo(render: Render, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A generated repo for all mutations of this worker; it runs from `src`, without an install."""
    folder = tmp_path_factory.mktemp("mutations")
    root = render(folder / "repo")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Start from the template")
    plain = {"PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1"}
    fonts = {"MPLCONFIGDIR": str(shared / "matplotlib")}
    return Repo(root, machine(folder / "home") | plain | fonts)


def test_there_are_at_least_twenty_mutations() -> None:
    assert len(MUTATIONS) >= 20


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_turns_a_generated_test_red(name: str, repo: Repo, environment: Path) -> None:
    mutation = MUTATIONS[name]
    path = repo.package / "platform" / mutation["file"]
    source = path.read_text("utf-8")
    assert source.count(mutation["old"]) == 1
    mutated = source.replace(mutation["old"], mutation["new"])
    compile(mutated, path, "exec")
    path.write_text(mutated, "utf-8")
    try:
        pytest_ = [environment / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = repo.run(*pytest_, f"tests/platform/{mutation['test']}", code=None)
    finally:
        path.write_text(source, "utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    # Red by an assertion in the test, not because the mutated code cannot run at all.
    summary = done.stdout.splitlines()[-1]
    assert " failed" in summary and " error" not in summary, done.stdout


@pytest.mark.life
def test_without_a_mutation_they_are_green(tmp_path: Path, make_repo: Callable[..., Repo]) -> None:
    assert " passed" in make_repo(tmp_path).run("make", "test").stdout
