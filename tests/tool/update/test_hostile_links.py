"""A link of the person's, in whose place the template has a folder: kept, and not written through.

Such a link often leads to a large disk, and nothing but the machine knows of it.
"""

from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import World, commit, lines


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    world = World(tmp_path)
    world.release("v1", {"a.txt": lines(20)})
    world.release("v2", {"a.txt": lines(20, l3="THREE"), "data/x.txt": "x\n"})
    made = world.repo()
    (tmp_path / "disk").mkdir()
    (made / "data").symlink_to(tmp_path / "disk")
    return made


CONTENTS = pytest.mark.parametrize("there", [None, "x\n", "other\n"])


def fill(disk: Path, there: str | None) -> dict[str, str]:
    if there is not None:
        (disk / "x.txt").write_text(there)
    return held(disk)


def held(disk: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in disk.iterdir()}


@CONTENTS
def test_one_that_only_this_clone_ignores_is_kept(
    repo: Path, tmp_path: Path, there: str | None
) -> None:
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "exclude").write_text("data\n")
    before = fill(tmp_path / "disk", there)
    found = update(repo)
    assert found.status == "clean"
    assert [n.reason for n in found.notices if n.path == "data/x.txt"] == [NoticeReason.OCCUPIED]
    assert (repo / "data").is_symlink() and held(tmp_path / "disk") == before
    assert "data" not in git(repo, "status", "--short")


@CONTENTS
def test_one_that_is_tracked_is_a_conflict(repo: Path, tmp_path: Path, there: str | None) -> None:
    commit(repo, "A link")
    before = fill(tmp_path / "disk", there)
    found = update(repo)
    assert found.status == "conflict"
    assert [conflict.path for conflict in found.conflicts] == ["data~yours"]
    assert held(tmp_path / "disk") == before
