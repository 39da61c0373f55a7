"""A small world that most tests of one update begin with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard import redaction
from modelyard.forges import token_store
from tests.tool.worlds import World, lines


@pytest.fixture(autouse=True)
def no_token_of_another_test() -> Iterator[None]:
    """A token that a test has opened a forge with is kept by its process."""
    yield
    token_store.forget()
    redaction.forget()


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The template of `world`, to be copied."""
    made = World(tmp_path_factory.mktemp("two-releases"))
    made.release("v1", {"a.txt": lines(20), "old.txt": lines(20, "word"), "b.txt": "b\n"})
    made.release(
        "v2", {"a.txt": lines(20, l3="THREE"), "old.txt": None, "new.txt": lines(20, "word")}
    )
    return made


@pytest.fixture
def world(two_releases: World, tmp_path: Path) -> World:
    """Two releases: the second changes line 3, renames a file and ships a new one."""
    made = World(tmp_path)
    shutil.copytree(two_releases.template, made.template, symlinks=True)
    return made
