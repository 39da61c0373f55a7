"""A clone that lacks objects: what is missing is told with the command that brings it."""

import subprocess
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.replay.replay import replay
from modelyard.replay.result import SkipReason
from tests.repos import git
from tests.tool.replay.pasts import RECORD, Past, everything


def _partial(made: Past) -> Path:
    git(made.repo, "config", "uploadpack.allowFilter", "true")
    git(made.repo, "config", "uploadpack.allowAnySHA1InWant", "true")
    words = ("clone", "--quiet", "--filter=blob:none", made.repo.as_uri(), "partial")
    git(made.world.folder, *words)
    return made.world.folder / "partial"


def _fetched_by(hint: str) -> None:
    subprocess.run(["sh", "-c", f"{hint.partition('#')[0]} --quiet"], check=True)


def test_what_the_history_lacks_is_brought_by_the_hint(
    made: Past, capfd: pytest.CaptureFixture[str]
) -> None:
    clone = _partial(made)
    before = everything(clone)
    capfd.readouterr()
    with pytest.raises(NotReady, match="lacks this object") as error:
        replay(clone)
    assert capfd.readouterr().err == "", "git does not speak beside us"
    assert everything(clone) == before
    _fetched_by(error.value.hint)
    assert len(replay(clone).updates) == 2


def test_what_an_update_lacks_is_too(made: Past) -> None:
    clone = _partial(made)
    git(clone, "log", "-p", "--", RECORD)
    found = replay(clone)
    assert [one.reason for one in found.skipped] == [SkipReason.NOT_READY] * 2
    (hint,) = {one.hint for one in found.skipped}
    assert str(clone) in hint
    _fetched_by(hint)
    assert len(replay(clone).updates) == 2
