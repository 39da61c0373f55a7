"""The lock is compiled beside the one that is there, which stays whole whatever happens."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from modelyard_platform import lock, relock
from modelyard_platform.errors import SetupError

OLD = "numpy==2.4.0 \\\n    --hash=sha256:00\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = []\n')
    (tmp_path / "requirements.lock").write_text(OLD)
    return tmp_path


def program(root: Path, script: str) -> str:
    """Write a program that stands for uv."""
    path = root / "uv"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_relock_that_fails_leaves_the_lock(root: Path) -> None:
    assert relock.relock(root, program(root, "exit 3"), []) == 3
    assert (root / "requirements.lock").read_text() == OLD
    assert not (root / relock.PARTIAL).exists()


def test_a_relock_takes_what_was_compiled_and_prefers_what_was_tested(root: Path) -> None:
    keep = program(root, f"cp {relock.PARTIAL} asked; echo new==1 > {relock.PARTIAL}")
    assert relock.relock(root, keep, []) == 0
    assert (root / "requirements.lock").read_text() == "new==1\n"
    asked = (root / "asked").read_text()
    assert asked.startswith(relock.tested()) and "numpy==2.4.0" not in asked


def test_a_relock_that_is_killed_leaves_the_lock(root: Path) -> None:
    uv = program(root, "touch begun; sleep 60")
    code = "import pathlib, sys\nfrom modelyard_platform.relock import relock\n"
    code += "relock(pathlib.Path(), sys.argv[1], [])"
    started = subprocess.Popen([sys.executable, "-c", code, uv], cwd=root, start_new_session=True)
    while not (root / "begun").exists():
        assert started.poll() is None
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    assert (root / "requirements.lock").read_text() == OLD


def test_what_no_lock_can_hold_does_not_make_it_stale(root: Path) -> None:
    (root / "pyproject.toml").write_text(
        """
[project]
name = "x"
dependencies = [
    "numpy>=2",
    "tomli; python_version < '3.11'",
    "own @ https://example.com/own.whl",
    "ours",
]
[dependency-groups]
docs = ["mkdocs"]
[tool.uv.sources]
ours = { path = "vendor/ours-1-py3-none-any.whl" }
"""
    )
    assert lock.out_of_step(root) == []


def test_what_is_no_requirement_is_told(root: Path) -> None:
    (root / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["numpy => 2"]\n')
    with pytest.raises(SetupError, match="'numpy => 2' is no requirement"):
        lock.out_of_step(root)
