"""Cut off at any point, an update leaves a repo as it was or done, and never in between."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelyard.errors import Busy, NotReady
from modelyard.update import update
from modelyard.update.journal import NAME
from tests.killing import killed_at
from tests.repos import git
from tests.tool.in_turns import in_turns
from tests.tool.worlds import World, commit, lines, state, write


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.release("v1", {"a.txt": lines(20), "b.txt": "b\n"})
    made.release("v2", {"a.txt": lines(20, l3="THREE"), "b.txt": None, "c.txt": "c\n"})
    return made


def settled(repo: Path) -> None:
    """Wait until what a killed update has started is done: it holds the lock until then."""
    lock = repo / ".git" / "modelyard.lock"
    if lock.exists():
        subprocess.run(["flock", str(lock), "true"], check=True, timeout=60)


@pytest.mark.parametrize(("mine", "branch"), in_turns(["line 3", "conflicting"], [None, "up"]))
def test_killed_before_any_git_process(world: World, mine: str, branch: str | None) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3=mine)})
    commit(repo)
    before = state(repo)
    outcomes = []
    for count in range(60):
        code = killed_at(count, lambda: update(repo, branch=branch))
        settled(repo)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        outcomes.append(state(repo) == before)
        git(repo, "reset", "--quiet", "--hard")
        if "up" in git(repo, "branch"):
            git(repo, "branch", "--quiet", "--delete", "--force", "up")
    assert code == 0
    assert len(outcomes) > 8 and all(outcomes)


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[object, ...]]:
    """A repo whose update was killed while git wrote the work tree, and its state before."""
    world = World(tmp_path_factory.mktemp("cut-off"))
    world.release("v2", {"a.txt": lines(20), "c.txt": "c\n"})
    many = {f"folder{i % 40}/file{i}.txt": lines(40, f"v{i}") for i in range(2000)}
    world.release("v3", many)
    repo = world.repo("v2")
    before = state(repo)
    command = [sys.executable, "-c", f"from modelyard.update import update; update({str(repo)!r})"]
    process = subprocess.Popen(command, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (repo / "folder0").exists():
        assert time.monotonic() < deadline and process.poll() is None
    family = descendants(process.pid)
    for pid in [process.pid, *family]:
        os.kill(pid, signal.SIGKILL)
    process.wait()
    settled(repo)
    return repo, before


@pytest.fixture
def half_written(
    cut_off: tuple[Path, tuple[object, ...]], tmp_path: Path
) -> tuple[Path, tuple[object, ...]]:
    """A copy of it."""
    repo, before = cut_off
    return shutil.copytree(repo, tmp_path / "repo", symlinks=True), before


def descendants(pid: int) -> list[int]:
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(place.parent.name)] = int(fields[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_killed_while_git_writes(half_written: tuple[Path, tuple[object, ...]]) -> None:
    repo, before = half_written
    assert (repo / ".git" / NAME).exists(), "the journal is what brings it back"
    assert state(repo) != before
    outcome = update(repo)
    assert outcome.status == "clean"
    git(repo, "reset", "--quiet", "--hard")
    assert state(repo) == before


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_work_done_after_the_cut_is_not_undone(
    half_written: tuple[Path, tuple[object, ...]],
) -> None:
    repo, _ = half_written
    write(repo, {"folder0/file0.txt": "edited since\n"})
    with pytest.raises(NotReady, match=r"edited since: folder0/file0\.txt"):
        update(repo)
    assert (repo / "folder0/file0.txt").read_text() == "edited since\n"
    write(repo, {"folder0/file0.txt": None, "a.txt": "edited since\n"})
    with pytest.raises(NotReady, match=r"not committed: a\.txt"):
        update(repo)
    assert git(repo, "status", "--porcelain") == " M a.txt\n"
    assert (repo / "a.txt").read_text() == "edited since\n"


def test_git_that_cannot_write_leaves_everything_as_it_was(world: World) -> None:
    repo = world.repo()
    before = state(repo)
    (repo / ".git" / "index.lock").touch()
    with pytest.raises(Exception, match="could not write"):
        update(repo)
    (repo / ".git" / "index.lock").unlink(missing_ok=True)
    assert state(repo) == before
    assert update(repo).status == "clean"


def test_two_at_once(world: World) -> None:
    repo = world.repo()
    holder = subprocess.Popen(
        ["flock", str(repo / ".git" / "modelyard.lock"), "sleep", "60"], start_new_session=True
    )
    try:
        while (
            subprocess.run(
                ["flock", "--nonblock", str(repo / ".git" / "modelyard.lock"), "true"]
            ).returncode
            == 0
        ):
            time.sleep(0.02)
        with pytest.raises(Busy, match="another modelyard"):
            update(repo)
    finally:
        os.killpg(holder.pid, signal.SIGKILL)
        holder.wait()


def test_objects_arrive_only_with_success(world: World) -> None:
    repo = world.repo()
    before = git(repo, "count-objects")
    update(repo, dry_run=True)
    assert git(repo, "count-objects") == before
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    before = git(repo, "count-objects")
    assert update(repo, branch="up").status == "conflict"
    assert git(repo, "count-objects") == before
    update(repo)
    assert git(repo, "fsck", "--no-dangling") == ""
