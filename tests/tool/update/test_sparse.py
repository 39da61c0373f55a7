"""A sparse checkout hides files; an update works there, and what has to be decided can be seen."""

from pathlib import Path

import pytest

from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import World, commit, lines, state, write

MODES = pytest.mark.parametrize(
    "words",
    [
        ("--cone", "in"),
        ("--cone", "--sparse-index", "in"),
        ("--no-cone", "/in/", "/.copier-answers.yml"),
    ],
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1", {"in/a.txt": lines(20), "out/deep/b.txt": lines(20), "out/gone.txt": "g\n"})
    made.release(
        "v2",
        {
            "in/a.txt": lines(20, l3="THREE"),
            "out/deep/b.txt": lines(20, l3="THREE"),
            "out/new.txt": "new\n",
            "out/gone.txt": None,
        },
    )
    return made


def sparse(repo: Path, words: tuple[str, ...]) -> None:
    git(repo, "sparse-checkout", "set", *words)
    assert not (repo / "out").exists()


@MODES
def test_what_is_hidden_is_updated_and_stays_hidden(world: World, words: tuple[str, ...]) -> None:
    repo = world.repo()
    sparse(repo, words)
    assert update(repo).status == "clean"
    assert (repo / "in/a.txt").read_text() == lines(20, l3="THREE")
    assert not (repo / "out").exists()
    git(repo, "commit", "--quiet", "--message", "Update")
    assert git(repo, "show", "HEAD:out/deep/b.txt") == lines(20, l3="THREE")
    assert git(repo, "ls-tree", "-r", "--name-only", "HEAD", "out").split() == [
        "out/deep/b.txt",
        "out/new.txt",
    ]
    assert git(repo, "status", "--porcelain") == ""


@MODES
def test_a_hidden_conflict_has_a_file_to_decide(world: World, words: tuple[str, ...]) -> None:
    repo = world.repo()
    write(repo, {"out/deep/b.txt": lines(20, l3="mine")})
    commit(repo)
    sparse(repo, words)
    before = state(repo)
    found = update(repo)
    assert [conflict.path for conflict in found.conflicts] == ["out/deep/b.txt"]
    assert "<<<<<<< yours\nmine\n" in (repo / "out/deep/b.txt").read_text()
    assert "UU out/deep/b.txt" in git(repo, "status", "--porcelain")
    git(repo, "reset", "--quiet", "--hard")
    git(repo, "sparse-checkout", "reapply")
    assert state(repo) == before


@MODES
def test_such_a_conflict_is_decided_as_any_other(world: World, words: tuple[str, ...]) -> None:
    repo = world.repo()
    write(repo, {"out/deep/b.txt": lines(20, l3="mine")})
    commit(repo)
    sparse(repo, words)
    update(repo)
    write(repo, {"out/deep/b.txt": lines(20, l3="both")})
    git(repo, "add", "--sparse", "out/deep/b.txt")
    git(repo, "commit", "--quiet", "--message", "Decided")
    assert git(repo, "show", "HEAD:out/deep/b.txt") == lines(20, l3="both")
    assert git(repo, "status", "--porcelain") == ""


@MODES
def test_a_link_in_the_place_of_a_hidden_folder_is_kept(
    world: World, tmp_path: Path, words: tuple[str, ...]
) -> None:
    repo = world.repo()
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "exclude").write_text("/out\n")
    write(tmp_path, {"disk/new.txt": "precious\n"})
    sparse(repo, words)
    (repo / "out").symlink_to(tmp_path / "disk")
    assert update(repo).status == "clean"
    assert (repo / "out").is_symlink() and git(repo, "ls-files", "out/new.txt") == ""
    assert (tmp_path / "disk/new.txt").read_text() == "precious\n"
