"""A disk that fills up: nothing is written or everything is put back, and the exit code is 28."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.repos import git
from tests.tool.in_turns import LONG
from tests.tool.worlds import World, lines, state


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "modelyard-test", str(place)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release(
        "v1", {"a.txt": lines(20), "gone.txt": lines(9), ".gitattributes": "*.big filter=mine\n"}
    )
    big = {f"folder/{number}.txt": lines(9000, f"v{number}") for number in range(20)}
    inflated = {f"{number}.big": f"{number}\n" for number in range(6)}
    made.release("v2", {"a.txt": lines(20, l3="THREE"), "gone.txt": None, **big})
    made.release("v3", {**inflated})
    return made


def fill(disk: Path, left: int) -> Path:
    """Leave so many bytes on a disk."""
    filler = disk / "filler"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - left)
    return filler


Modelyard = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def modelyard(quick_modelyard: Path) -> Modelyard:
    def run(repo: Path, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
        command = [str(quick_modelyard / "modelyard"), "update", str(repo), *words]
        done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


def on(disk: Path, repo: Path, where: str) -> Path:
    """Put a repo, its work tree or its `.git` onto a disk."""
    if where == "all":
        subprocess.run(["cp", "-a", str(repo), str(disk / "repo")], check=True)
        return disk / "repo"
    if where == ".git":
        subprocess.run(["cp", "-a", str(repo / ".git"), str(disk / "git")], check=True)
        shutil.rmtree(repo / ".git")
        (repo / ".git").write_text(f"gitdir: {disk / 'git'}\n")
        return repo
    git(repo, "init", "--quiet", f"--separate-git-dir={repo.parent / 'git-elsewhere'}")
    subprocess.run(["cp", "-a", str(repo), str(disk / "repo")], check=True)
    return disk / "repo"


PLACES, SPACES = ("all", "work tree", ".git"), (0, 60_000, 400_000, 1_200_000)
# Each place with two of the spaces, in turns; with each in long runs.
FULL = [
    (where, left)
    for row, where in enumerate(PLACES)
    for column, left in enumerate(SPACES)
    if LONG or (row + column) % 2 == 0
]


@pytest.mark.parametrize(("where", "left"), FULL)
def test_too_little_space(
    world: World, modelyard: Modelyard, disk: Path, where: str, left: int
) -> None:
    repo = on(disk, world.repo(), where)
    before = state(repo)
    filler = fill(disk, left)
    done = modelyard(repo, "--to", "v2")
    assert (done.returncode, done.stdout) == (28, ""), done.stderr
    assert "is full" in done.stderr and "free disk space" in done.stderr
    assert state(repo) == before
    assert git(repo, "--no-optional-locks", "status", "--porcelain", "--ignored") == ""
    filler.unlink()
    assert modelyard(repo, "--to", "v2").returncode == 0
    assert (repo / "folder/19.txt").read_text() == lines(9000, "v19")


@pytest.mark.parametrize("where", ["all", "work tree"])
def test_the_disk_fills_while_git_writes(
    world: World, modelyard: Modelyard, disk: Path, tmp_path: Path, where: str
) -> None:
    """A filter makes more of each file than anybody could know before."""
    settings = tmp_path / "gitconfig"
    git(tmp_path, "config", "--file", str(settings), "filter.mine.smudge", "head -c 300K /dev/zero")
    git(tmp_path, "config", "--file", str(settings), "filter.mine.clean", "cat")
    repo = on(disk, world.repo(), where)
    before = state(repo)
    filler = fill(disk, 1_000_000)
    done = modelyard(repo, "--to", "v3", "--data", "name=x", GIT_CONFIG_GLOBAL=str(settings))
    assert done.returncode == 28, done.stderr
    assert state(repo) == before
    assert not list(Path(git(repo, "rev-parse", "--absolute-git-dir").strip()).glob("modelyard-*"))
    filler.unlink()
    assert modelyard(repo, "--to", "v3").returncode == 0
    assert (repo / "5.big").exists()


def test_no_space_for_the_merge_itself(world: World, modelyard: Modelyard, disk: Path) -> None:
    repo = world.repo()
    before = state(repo)
    fill(disk, 100_000)
    done = modelyard(repo, "--to", "v2", TMPDIR=str(disk))
    assert done.returncode == 28, done.stderr
    assert state(repo) == before


def test_a_branch_for_which_there_is_no_space(
    world: World, modelyard: Modelyard, disk: Path
) -> None:
    repo = on(disk, world.repo(), ".git")
    before = state(repo)
    filler = fill(disk, 50_000)
    done = modelyard(repo, "--to", "v2", "--branch", "up")
    assert done.returncode == 28, done.stderr
    assert state(repo) == before
    filler.unlink()
    assert modelyard(repo, "--to", "v2", "--branch", "up").returncode == 0
