"""The tests that ship in a generated repo bite: each way to break `platform/` turns one red.

By default one way for each file; all of them with MODELYARD_LONG=1. That the tests are green where
nothing is broken is held by tests/engine/test_own_template.py, which runs them all.
"""

import os
import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.repos import Repo, git, machine

MUTATIONS = tomllib.loads(Path(__file__).with_name("mutations.toml").read_text("utf-8"))
FIRST = {mutation["file"]: name for name, mutation in reversed(MUTATIONS.items())}
CHOSEN = list(MUTATIONS) if os.environ.get("MODELYARD_LONG") else sorted(FIRST.values())


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


@pytest.mark.parametrize("name", CHOSEN)
def test_a_mutation_turns_a_generated_test_red(name: str, repo: Repo, environment: Path) -> None:
    mutation = MUTATIONS[name]
    path = repo.package / "platform" / mutation["file"]
    source = path.read_text("utf-8")
    assert source.count(mutation["old"]) == 1
    mutated = source.replace(mutation["old"], mutation["new"])
    compile(mutated, path, "exec")
    path.write_text(mutated, "utf-8")
    command = [str(environment / "bin" / "python"), "-m", "pytest", "--quiet", "--tb=line"]
    try:
        done = repo.run(*command, f"tests/platform/{mutation['test']}", code=None)
    finally:
        path.write_text(source, "utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    # Each failure is of an assertion in a test, none of code that cannot run at all.
    crashes = done.stdout.partition("= FAILURES =")[2].partition("= short test summary")[0]
    places = [line for line in crashes.splitlines() if re.match(r"/.*:\d+: ", line)]
    assert places and all("/tests/platform/" in place for place in places), done.stdout
