"""A disk without room is told as one, whichever limit it is that has been reached."""

import errno
import os
from pathlib import Path

import pytest

from modelyard.errors import DiskFull
from modelyard.gitrepo import git


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_git_that_has_no_room_is_a_full_disk(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "git"
    program.write_text(
        f'#!/bin/sh\necho "fatal: write error: {os.strerror(number)}" >&2\nexit 128\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(DiskFull, match=os.strerror(number)):
        git.run(None, "fetch", env={"LANG": "C"})
