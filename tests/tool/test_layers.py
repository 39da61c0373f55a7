"""The layers of the tool: who may import whom, and the tests that mirror its packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SUITE = Path(__file__).parents[2]

LINTER = Path(sys.executable).with_name("lint-imports")


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINTER), "--no-cache", "--no-logo", str(SUITE / "pyproject.toml")]
    env = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(command, cwd=source, env=env, capture_output=True, text=True)


def test_lower_layers_never_import_upper_ones() -> None:
    done = lint(SUITE / "src")
    assert done.returncode == 0, done.stdout


def test_an_import_of_an_upper_layer_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(SUITE / "src", tmp_path / "src")
    with (tmp_path / "src" / "modelyard" / "gitrepo" / "git.py").open("a") as low:
        low.write("from modelyard.update import result\n")
    done = lint(tmp_path / "src")
    assert done.returncode == 1
    assert "modelyard.gitrepo.git -> modelyard.update" in done.stdout


def test_the_tests_mirror_the_packages() -> None:
    packages = {path.parent.name for path in (SUITE / "src" / "modelyard").glob("*/__init__.py")}
    tested = {path.parent.name for path in (SUITE / "tests" / "tool").glob("*/__init__.py")}
    assert tested == packages
