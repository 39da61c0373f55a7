"""What is written is whole or not there."""

from pathlib import Path

import pytest

from modelyard.keep import verb
from tests.tool.worlds import World, state


def test_a_write_that_fails_leaves_all_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = world.repo()
    verb.keep(repo, "a.txt", because="one")
    before = state(repo)

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            verb.keep(repo, "b.txt")
    assert state(repo) == before
    verb.keep(repo, "b.txt")
    assert [one.path for one in verb.listed(repo).entries] == ["a.txt", "b.txt"]


def test_the_mode_of_the_file_stays(world: World) -> None:
    repo = world.repo()
    verb.keep(repo, "a.txt")
    (repo / ".modelyard.toml").chmod(0o640)
    verb.keep(repo, "b.txt")
    assert (repo / ".modelyard.toml").stat().st_mode & 0o777 == 0o640
