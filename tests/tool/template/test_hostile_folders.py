"""A template in a folder of this machine that somebody has made up, or that is not whole."""

import os
from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.errors import Unreachable
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import World, commit, lines


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1", {"a.txt": lines(20), "b.txt": "b\n"})
    made.release("v2", {"a.txt": lines(20, l3="THREE"), "b.txt": "B\n"})
    return made


@pytest.mark.parametrize("kind", ["loop", "dangling", "outside", "pipe"])
def test_what_is_no_tag_among_the_tags_is_not_read(world: World, kind: str) -> None:
    repo = world.repo()
    place = world.template / ".git" / "refs" / "tags" / "x.lock"
    targets = {"loop": ".", "dangling": "missing", "outside": "/etc"}
    if kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(targets[kind])
    assert check(repo).behind
    assert update(repo).status == "clean"


@pytest.mark.parametrize("lacking", ["v1", "v2"])
def test_a_clone_that_lacks_files_is_no_version_without_them(world: World, lacking: str) -> None:
    repo = world.repo()
    oid = git(world.template, "rev-parse", f"{lacking}:template/b.txt").strip()
    (world.template / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    for verb in (check, update):
        with pytest.raises(Unreachable, match="cannot be checked out") as caught:
            verb(repo)
        assert "clone the template anew" in caught.value.hint
    assert (repo / "b.txt").read_text() == "b\n"


def test_a_partial_clone_is_not_enough(world: World, tmp_path: Path) -> None:
    git(world.template, "config", "uploadpack.allowFilter", "true")
    clone = ("clone", "--quiet", "--filter=blob:none", f"file://{world.template}")
    git(tmp_path, *clone, str(tmp_path / "partial"))
    repo = world.repo()
    answers = repo / ".copier-answers.yml"
    answers.write_text(answers.read_text().replace(str(world.template), "../partial"))
    commit(repo)
    with pytest.raises(Unreachable, match="cannot be checked out"):
        update(repo)
