"""The library's tests bite: each way to break a file of the library turns one red.

By default some that no training has to show; all of them with MODELYARD_LONG=1. That the tests are
green where nothing is broken is what `make test` says of them.
"""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.conftest import SUITE
from tests.repos import machine
from tools.library_tests import render

MUTATIONS = tomllib.loads(Path(__file__).with_name("mutations.toml").read_text("utf-8"))
ALWAYS = [
    "the-gate-passes-everything",
    "the-key-may-repeat",
    "ingest-skips-the-contract",
    "the-pointers-are-not-committed",
]
CHOSEN = list(MUTATIONS) if os.environ.get("MODELYARD_LONG") else ALWAYS
PYTHON = SUITE / ".venv-library" / "bin" / "python"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library with its tests, for all mutations of this worker."""
    if not (SUITE / ".venv-library" / "ready").exists():
        pytest.fail("the environment of the library's tests is missing: make .venv-library/ready")
    target = tmp_path_factory.mktemp("mutations") / "library"
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache", ".repos*")
    shutil.copytree(SUITE / "library", target, ignore=ignore)
    render(target / "tests" / ".repos")
    return target


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy: what it imports is the copy's."""
    paths = {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    env = machine(copy.with_name("home")) | paths
    return subprocess.run([str(PYTHON), *words], cwd=copy, env=env, capture_output=True, text=True)


def test_there_are_at_least_twenty_mutations() -> None:
    assert len(MUTATIONS) >= 20


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_fits_the_library_of_today(name: str) -> None:
    source = SUITE / "library" / "src" / "modelyard_platform" / MUTATIONS[name]["file"]
    assert source.read_text("utf-8").count(MUTATIONS[name]["old"]) == 1
    test, _, function = MUTATIONS[name]["test"].partition("::")
    tests = (SUITE / "library" / "tests" / test).read_text("utf-8")
    assert f"def {function.partition('[')[0]}(" in tests


def test_what_is_imported_is_the_copy(copy: Path) -> None:
    done = run(copy, "-c", "import modelyard_platform; print(modelyard_platform.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(copy), done.stderr


@pytest.mark.parametrize("name", CHOSEN)
def test_a_mutation_turns_a_test_red(name: str, copy: Path) -> None:
    mutation = MUTATIONS[name]
    path = copy / "src" / "modelyard_platform" / mutation["file"]
    source = path.read_text("utf-8")
    assert source.count(mutation["old"]) == 1
    mutated = source.replace(mutation["old"], mutation["new"])
    compile(mutated, path, "exec")
    path.write_text(mutated, "utf-8")
    try:
        done = run(copy, "-m", "pytest", "--quiet", "--tb=line", f"tests/{mutation['test']}")
    finally:
        path.write_text(source, "utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    # Each failure is of an assertion in a test, none of code that cannot run at all.
    crashes = done.stdout.partition("= FAILURES =")[2].partition("= short test summary")[0]
    places = [line for line in crashes.splitlines() if re.match(r"/.*:\d+: ", line)]
    assert places and all("/library/tests/" in place for place in places), done.stdout
