"""What is said where a repo is not ready: the paths are the right ones, the advice can be typed."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.update.one_repo import update
from tests.repos import git
from tests.tool.worlds import World, commit, write


def test_a_file_that_was_moved_is_named_as_git_has_it_and_no_part_of_its_old_name(
    world: World,
) -> None:
    repo = world.repo()
    write(repo, {"UU conflict": "1\n" * 50})
    commit(repo)
    git(repo, "mv", "UU conflict", "moved")
    with pytest.raises(NotReady) as refused:
        update(repo)
    assert refused.value.message.endswith("are not committed: UU conflict, moved")


def test_the_advice_about_a_folder_that_takes_no_lock_can_be_typed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = world.repo()
    # As on a disk that is only read: root is refused a file nowhere else.
    (repo / ".git" / "modelyard.lock").unlink(missing_ok=True)
    real = os.open

    def refused_lock(path: str | Path, *more: int, **named: int) -> int:
        if str(path).endswith("modelyard.lock"):
            raise OSError(30, "Read-only file system")
        return int(real(path, *more, **named))

    monkeypatch.setattr("modelyard.update.apply.os.open", refused_lock)
    with pytest.raises(NotReady, match="Read-only file system") as refused:
        update(repo)
    assert subprocess.run(shlex.split(refused.value.hint), capture_output=True).returncode == 0
