"""What the tests of generated repos share: one repo with a champion, good as new for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.repos import Repo
from tests.template.lives import copy_state, restore_state


@pytest.fixture(scope="session")
def veteran(
    make_repo: Callable[..., Repo], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Repo, Path]:
    """A repo with two snapshots and a champion, and a copy of what it was then."""
    folder = tmp_path_factory.mktemp("veteran")
    repo = make_repo(folder)
    repo.verb("ingest", "--until", "2013-02")
    repo.verb("train", "--direct")
    repo.verb("promote")
    copy_state(repo, folder / "copy")
    return repo, folder / "copy"


@pytest.fixture
def day(veteran: tuple[Repo, Path]) -> Iterator[Repo]:
    """The repo with the champion, for a test that may spoil it."""
    repo, copy = veteran
    yield repo
    restore_state(repo, copy)
