"""An update that is interrupted while it writes, and branches that git does not make."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import World, state


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1", {"a.txt": "a\n", ".gitattributes": "*.slow filter=slow\n"})
    made.release("v2", {f"f{number}.slow": f"{number}\n" for number in range(6)})
    return made


def test_an_interrupt_while_git_writes_leaves_all_of_it_written(
    world: World, tmp_path: Path
) -> None:
    repo = world.repo()
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 0.3\ncat\n")
    slow.chmod(0o755)
    settings = tmp_path / "settings"
    settings.write_text(f'[filter "slow"]\n\tsmudge = {slow}\n\tclean = cat\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "modelyard", "update"],
        cwd=repo,
        env={**os.environ, "GIT_CONFIG_GLOBAL": str(settings)},
        stderr=subprocess.PIPE,
        text=True,
        # Who runs the tests in the background has them ignore it, and what they start too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (repo / "f0.slow").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "all of it is written" in told
    left = {place.name for place in (repo / ".git").iterdir()}
    assert not left & {"index.lock", "modelyard-index", "modelyard-journal.json"}
    assert {f"f{number}.slow" for number in range(6)} <= {place.name for place in repo.iterdir()}
    assert "A  f5.slow\n" in git(repo, "status", "--porcelain")


@pytest.mark.parametrize("name", ["HEAD", "@", "-x", "main/update", "team"])
def test_a_branch_that_git_does_not_make_is_refused_with_a_message(world: World, name: str) -> None:
    repo = world.repo()
    git(repo, "branch", "team/one")
    before = state(repo)
    with pytest.raises(NotReady, match=r"name of a branch|beside it"):
        update(repo, branch=name)
    assert state(repo) == before


def test_a_branch_that_is_checked_out_is_not_advised_to_be_deleted(world: World) -> None:
    with pytest.raises(NotReady) as refused:
        update(world.repo(), branch="main")
    assert "branch -D" not in str(refused.value.hint)
