"""What is typed counts from where it is typed, and an interrupt is told."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import yaml

from tests.tool.worlds import World, lines


def modelyard(cwd: Path, *words: str) -> str:
    command = [sys.executable, "-m", "modelyard", *words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def source(repo: Path) -> str:
    return str(yaml.safe_load((repo / ".copier-answers.yml").read_text())["_src_path"])


def test_a_template_that_is_named_from_here_is_found_from_the_repo(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1.0.0", {"a.txt": lines(5)})
    modelyard(tmp_path, "new", "below/repo", "--template", "template", "--defaults")
    world.release("v1.1.0", {"a.txt": lines(5, l3="new")})
    repo = tmp_path / "below" / "repo"
    assert source(repo) == str(world.template)
    modelyard(repo, "update")
    assert (repo / "a.txt").read_text() == lines(5, l3="new")


def test_a_template_that_has_moved_is_recorded_where_it_is(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1.0.0", {"a.txt": lines(5)})
    repo = world.repo("v1.0.0")
    world.template.rename(tmp_path / "moved")
    modelyard(tmp_path, "update", "repo", "--template", "./moved")
    assert source(repo) == str(tmp_path / "moved")


def test_an_interrupt_is_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1.0.0", {"a.txt": lines(5)})
    repo = world.repo("v1.0.0")
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "git").write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nexec sleep 30\n")
    (slow / "git").chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "modelyard", "update"],
        cwd=repo,
        env={**os.environ, "PATH": f"{slow}{os.pathsep}{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
        text=True,
        # Who runs the tests in the background has them ignore it, and what they start too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (tmp_path / "begun").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (130, "interrupted: nothing was left half-done\n")
