"""Two templates of one repo that are at odds over a path, and records that say two things."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.update.one_repo import update
from modelyard.update.result import Status
from modelyard.update.several import update_all
from tests.repos import git
from tests.tool.update.layered import FIRST, SECOND, further, update_one
from tests.tool.worlds import World, commit, lines, state, write

Release = Mapping[str, str | None]


def made(folder: Path, first: tuple[Release, Release], second: tuple[Release, Release]) -> Path:
    """Return a repo of two templates of two releases each, which are not taken yet."""
    worlds = []
    for name, (before, after) in (("a", first), ("b", second)):
        (folder / name).mkdir()
        worlds.append(World(folder / name))
        worlds[-1].release("v1", {f"{name}.txt": "old\n", **before})
        for path in [path for path, content in after.items() if content is None]:
            git(worlds[-1].template, "rm", "--quiet", f"template/{path}")
        there = {path: content for path, content in after.items() if content is not None}
        worlds[-1].release("v2", {f"{name}.txt": "new\n", **there})
    repo = worlds[0].repo()
    further(repo, worlds[1])
    return repo


def test_what_one_template_lets_go_and_another_brings_in_one_update_is_there(
    tmp_path: Path,
) -> None:
    repo = made(
        tmp_path,
        ({"lint.yml": lines(8)}, {"lint.yml": None}),
        ({}, {"lint.yml": lines(8, l7="of b")}),
    )
    result = update_all(repo)
    assert (repo / "lint.yml").read_text() == lines(8, l7="of b")
    assert result.status is Status.CLEAN
    assert not [notice for one in result.projects for notice in one.update.notices]
    assert git(repo, "status", "--short", "lint.yml") == "M  lint.yml\n"


def test_what_one_template_moves_away_and_another_brings_in_one_update_is_there(
    tmp_path: Path,
) -> None:
    repo = made(
        tmp_path,
        ({"ci/run.sh": lines(20)}, {"ci/run.sh": None, "scripts/run.sh": lines(20)}),
        ({}, {"ci/run.sh": lines(5, word="b")}),
    )
    write(repo, {"ci/run.sh": lines(20, l9="mine")})
    commit(repo)
    assert update_all(repo).status is Status.CLEAN
    assert (repo / "scripts/run.sh").read_text() == lines(20, l9="mine")
    assert (repo / "ci/run.sh").read_text() == lines(5, word="b")


def test_what_is_untracked_there_stays_although_a_template_before_it_let_go(tmp_path: Path) -> None:
    repo = made(
        tmp_path,
        ({"tool/a.sh": lines(9)}, {"tool/a.sh": None}),
        ({}, {"tool": "a file of b\n"}),
    )
    write(repo, {".gitignore": "secret\n"})
    commit(repo)
    write(repo, {"tool/secret": "mine\n"})
    update_all(repo)
    assert (repo / "tool/secret").read_text() == "mine\n"
    assert not (repo / "tool/a.sh").exists()


@pytest.mark.parametrize("both_ship_it", [False, True])
def test_a_file_in_the_place_of_another_templates_folder_is_a_conflict(
    tmp_path: Path, both_ship_it: bool
) -> None:
    shared = {"etc/b.cfg": lines(6)} if both_ship_it else {"etc/a.cfg": lines(9)}
    repo = made(
        tmp_path,
        (shared, dict.fromkeys(shared) | {"etc": "one file now\n"}),
        ({"etc/b.cfg": lines(6)}, {}),
    )
    result = update_one(repo, FIRST)
    assert result.status is Status.CONFLICT
    assert [one.path for one in result.conflicts] == ["etc~template"]
    assert (repo / "etc/b.cfg").read_text() == lines(6)
    assert (repo / "etc~template").read_text() == "one file now\n"


@pytest.mark.parametrize("both_ship_it", [False, True])
def test_a_folder_in_the_place_of_another_templates_file_is_a_conflict(
    tmp_path: Path, both_ship_it: bool
) -> None:
    shared = {"etc": lines(6)} if both_ship_it else {"gone.txt": lines(9)}
    repo = made(
        tmp_path,
        (shared, {**dict.fromkeys(shared), "etc/a.cfg": "in a folder now\n"}),
        ({"etc": lines(6)}, {}),
    )
    result = update_one(repo, FIRST)
    assert result.status is Status.CONFLICT
    assert lines(6) in {path.read_text() for path in repo.glob("etc*") if path.is_file()}


@pytest.mark.parametrize(
    ("twice", "named"),
    [("_commit: v2\n", "_commit"), ("name: Else\n", "name"), ("_src_path: /x\n", "_src_path")],
)
def test_a_record_that_says_two_things_is_not_believed_in_either(
    tmp_path: Path, twice: str, named: str
) -> None:
    """A merge of two branches may leave it so, with `merge=union` without a word."""
    world = World(tmp_path)
    world.release("v1", {"a.txt": lines(5)})
    world.release("v2", {"a.txt": lines(5, l2="new")})
    repo = world.repo()
    (repo / FIRST).write_text((repo / FIRST).read_text() + twice)
    commit(repo)
    before = state(repo)
    with pytest.raises(NotReady, match=rf"\.copier-answers\.yml: {named} stands twice") as refused:
        update(repo)
    assert FIRST in refused.value.hint and state(repo) == before


def test_a_key_beside_one_that_an_alias_brings_does_not_stand_twice(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt.jinja": "{{ name }}\n"})
    world.release("v2", {"a.txt.jinja": "{{ name }}!\n"})
    repo = world.repo(name="repo")
    record = (repo / FIRST).read_text().replace("name: World\n", "")
    (repo / FIRST).write_text("x: &x {name: Else}\n" + record + "<<: *x\nname: World\n")
    commit(repo)
    update(repo)
    assert (repo / "a.txt").read_text() == "World!\n"


@pytest.mark.parametrize("written", ["[v1]", "{v1: v2}"])
def test_a_version_that_is_no_text_is_not_called_missing(tmp_path: Path, written: str) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "1\n"})
    repo = world.repo()
    record = (repo / FIRST).read_text()
    (repo / FIRST).write_text(record.replace("_commit: v1", f"_commit: {written}"))
    commit(repo)
    with pytest.raises(NotReady, match="has no text as _commit"):
        update(repo)


def test_a_template_that_is_gone_is_named_with_its_own_way_on(tmp_path: Path) -> None:
    repo = made(tmp_path, ({"x.txt": lines(9)}, {"x.txt": None}), ({}, {}))
    moved = tmp_path / "b" / "moved"
    (tmp_path / "b" / "template").rename(moved)
    with pytest.raises(Exception, match=r"what \.copier-answers\.ci\.yml has rendered") as refused:
        update_one(repo, FIRST)
    hint = refused.value.hint  # type: ignore[attr-defined] # of the tool's own error
    assert "--template" not in hint and f"_src_path in {SECOND}" in hint
    record = repo / SECOND
    record.write_text(record.read_text().replace(str(tmp_path / "b/template"), str(moved)))
    commit(repo)
    assert update_one(repo, FIRST).status is Status.CLEAN
