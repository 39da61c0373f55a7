"""A journal that somebody has put into a repository is not obeyed, and ends in no traceback."""

import json
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import World, lines


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    world = World(tmp_path)
    world.release("v1", {"a.txt": lines(20), "data/b.txt": "b\n"})
    world.release("v2", {"a.txt": lines(20, l3="THREE")})
    return world.repo()


def journal(repo: Path, before: object, after: object) -> None:
    head = git(repo, "rev-parse", "HEAD").strip()
    text = json.dumps({"head": head, "before": before, "after": after})
    (repo / ".git" / "modelyard-journal.json").write_text(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a.txt": 5}, {"a.txt": ""}),
        ({"a.txt": ""}, {}),
        (["a.txt"], ["a.txt"]),
        ({"a.txt": ""}, {"a.txt": "--output=x"}),
        ({"a.txt": None}, {"a.txt": None}),
    ],
)
def test_one_of_other_values_is_said_to_be_damaged(
    repo: Path, before: object, after: object
) -> None:
    journal(repo, before, after)
    for branch in ("update", None):
        with pytest.raises(NotReady, match="was not written by modelyard"):
            update(repo, branch=branch)
    assert (repo / "a.txt").read_text() == lines(20)


@pytest.mark.parametrize("kind", ["folder", "link", "dangling", "pipe"])
def test_what_is_no_file_is_not_opened(repo: Path, tmp_path: Path, kind: str) -> None:
    import os

    place = repo / ".git" / "modelyard-journal.json"
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(tmp_path / ("missing" if kind == "dangling" else "template/copier.yml"))
    with pytest.raises(NotReady, match="was not written by modelyard"):
        update(repo)


def test_a_folder_in_place_of_the_new_journal_is_named(repo: Path) -> None:
    (repo / ".git" / "modelyard-journal.partial").mkdir()
    with pytest.raises(NotReady, match=r"modelyard-journal\.partial"):
        update(repo)
    assert (repo / "a.txt").read_text() == lines(20)


def test_nothing_is_deleted_through_a_link(repo: Path, tmp_path: Path) -> None:
    precious = tmp_path / "outside" / "precious"
    precious.parent.mkdir()
    precious.write_text("precious\n")
    (repo / "mine").symlink_to(precious.parent)
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "exclude").write_text("mine\n")
    oid = git(repo, "hash-object", str(precious)).strip()
    journal(repo, {"mine/precious": ""}, {"mine/precious": oid})
    assert update(repo).status == "clean"
    assert precious.read_text() == "precious\n" and (repo / "mine").is_symlink()


def test_a_link_in_place_of_a_tracked_folder_is_told_as_work_of_somebody(
    repo: Path, tmp_path: Path
) -> None:
    oid = git(repo, "rev-parse", "HEAD:data/b.txt").strip()
    (repo / "data").rename(tmp_path / "data")
    (repo / "data").symlink_to(tmp_path / "data")
    journal(repo, {"data/b.txt": oid}, {"data/b.txt": ""})
    with pytest.raises(NotReady, match="were edited since"):
        update(repo)
    assert (repo / "data").is_symlink() and (tmp_path / "data" / "b.txt").exists()
