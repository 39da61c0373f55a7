"""What the tests of generated repos share: one repo with a champion, good as new for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.repos import Repo
from tests.template.lives import copy_state, restore_state
from tests.template.quick import quick


@pytest.fixture(scope="session")
def veteran(
    make_repo: Callable[..., Repo], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Repo, Path]]:
    """A repo with two snapshots and a champion, and a copy of what it was then."""
    folder = tmp_path_factory.mktemp("veteran")
    with quick(make_repo(folder)) as repo:
        repo.verb("ingest", "--until", "2013-02")
        repo.verb("train", "--direct")
        repo.verb("promote")
        copy_state(repo, folder / "copy")
        yield repo, folder / "copy"


@pytest.fixture
def day(veteran: tuple[Repo, Path]) -> Iterator[Repo]:
    """The repo with the champion, for a test that may spoil it."""
    repo, copy = veteran
    yield repo
    restore_state(repo, copy)
