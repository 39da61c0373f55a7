"""The rooms of the tool: who may import whom, and the tests that mirror them."""

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


def test_lower_rooms_never_import_upper_ones() -> None:
    done = lint(SUITE / "src")
    assert done.returncode == 0, done.stdout


def test_an_import_of_an_upper_room_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(SUITE / "src", tmp_path / "src")
    with (tmp_path / "src" / "modelyard" / "gitrepo" / "git.py").open("a") as low:
        low.write("from modelyard.update import result\n")
    done = lint(tmp_path / "src")
    assert done.returncode == 1
    assert "modelyard.gitrepo.git -> modelyard.update" in done.stdout


def test_the_tests_mirror_the_rooms() -> None:
    rooms = {path.name for path in (SUITE / "src" / "modelyard").iterdir() if path.is_dir()}
    tested = {path.name for path in (SUITE / "tests" / "tool").iterdir() if path.is_dir()}
    assert tested - {"__pycache__"} <= rooms
