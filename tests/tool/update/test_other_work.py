"""Somebody, or another git, is in the middle of something: their locks, files and work stay."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.errors import Busy, NotReady
from modelyard.update import update
from modelyard.update.index_lock import MARK
from modelyard.update.journal import NAME
from tests.repos import git
from tests.tool.worlds import World, commit, lines, state, write

FLAGS = pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])


def test_the_lock_of_another_git_survives_a_refusal(world: World) -> None:
    repo = world.repo()
    before = state(repo)
    lock = repo / ".git" / "index.lock"
    lock.write_bytes(b"DIRC of somebody")
    with pytest.raises(Busy, match=r"another git is at work.*index\.lock"):
        update(repo)
    assert lock.read_bytes() == b"DIRC of somebody"
    assert state(repo) == before and not (repo / ".git" / NAME).exists()
    assert update(repo, branch="up").status == "clean", "a branch takes no index"
    assert lock.exists()
    lock.unlink()
    assert update(repo).status == "clean"


def test_the_lock_of_another_git_survives_an_undo(world: World) -> None:
    repo = world.repo()
    head = git(repo, "rev-parse", "HEAD").strip()
    journal = repo / ".git" / NAME
    journal.write_text(f'{{"head": "{head}", "before": {{}}, "after": {{}}}}')
    lock = repo / ".git" / "index.lock"
    lock.write_bytes(b"")
    with pytest.raises(Busy, match="another git"):
        update(repo)
    assert lock.exists() and journal.exists()
    lock.write_bytes(MARK)
    assert update(repo).status == "clean", "an update of ours was killed while it held this one"
    assert not lock.exists()


def test_no_git_gets_in_while_the_work_tree_is_written(world: World, tmp_path: Path) -> None:
    """A filter of the person's own runs while git writes, and tries to use the index."""
    repo = world.repo()
    write(repo, {".gitattributes": "new.txt filter=mine\n"})
    commit(repo)
    said = tmp_path / "said"
    smudge = f"cat; env -u GIT_INDEX_FILE git add --all 2>{said}"
    settings = tmp_path / "gitconfig"
    settings.write_text("")
    git(repo, "config", "--file", str(settings), "filter.mine.smudge", smudge)
    git(repo, "config", "--file", str(settings), "filter.mine.clean", "cat")
    command = [sys.executable, "-m", "modelyard", "update", str(repo)]
    subprocess.run(command, check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": str(settings)})
    assert "index.lock" in said.read_text()
    assert git(repo, "diff", "--name-only") == ""


@FLAGS
def test_a_file_that_git_was_told_not_to_look_at(world: World, flag: str) -> None:
    repo = world.repo()
    git(repo, "update-index", flag, "a.txt")
    write(repo, {"a.txt": "of this machine\n"})
    before = state(repo)
    with pytest.raises(NotReady, match=r"a\.txt is hidden from git") as caught:
        update(repo)
    undo = f"git update-index {flag.replace('--', '--no-')} a.txt"
    assert caught.value.hint.startswith(undo)
    assert state(repo) == before and not list((repo / ".git").glob("modelyard-*"))
    assert not (repo / ".git" / "index.lock").exists()
    # It blocks nothing that comes later.
    assert update(repo, branch="up").status == "clean"
    git(repo, *undo.split()[1:])
    git(repo, "checkout", "--quiet", "a.txt")
    assert update(repo).status == "clean"


@FLAGS
def test_such_a_file_where_nothing_changes_stays_as_it_is(world: World, flag: str) -> None:
    repo = world.repo()
    git(repo, "update-index", flag, "b.txt")
    write(repo, {"b.txt": "of this machine\n"})
    assert update(repo).status == "clean"
    assert (repo / "b.txt").read_text() == "of this machine\n"
    assert git(repo, "ls-files", "-v", "b.txt")[0] in "Sh"


def unfinished_merge(repo: Path) -> None:
    git(repo, "merge", "--quiet", "--no-commit", "--no-ff", "--strategy", "ours", "other")


def unfinished_rebase(repo: Path) -> None:
    git(repo, "-c", "sequence.editor=sed -i 1ibreak", "rebase", "--quiet", "-i", "HEAD~1")


def unfinished_pick(repo: Path) -> None:
    head = git(repo, "rev-parse", "other")
    (repo / ".git" / "CHERRY_PICK_HEAD").write_text(head)


def unfinished_bisect(repo: Path) -> None:
    git(repo, "bisect", "start")


@pytest.mark.parametrize(
    ("begin", "what"),
    [
        (unfinished_merge, "a merge is not finished"),
        (unfinished_rebase, "a rebase is not finished"),
        (unfinished_pick, "a cherry-pick is not finished"),
        (unfinished_bisect, "a bisect is not finished"),
    ],
)
def test_what_git_waits_for_is_named(
    world: World, begin: Callable[[Path], None], what: str
) -> None:
    repo = world.repo()
    git(repo, "switch", "--quiet", "--create", "other")
    write(repo, {"mine.txt": "mine\n"})
    commit(repo)
    git(repo, "switch", "--quiet", "main")
    write(repo, {"second.txt": "second\n"})
    commit(repo)
    begin(repo)
    assert git(repo, "status", "--porcelain") == ""
    before = state(repo)
    with pytest.raises(NotReady, match=what) as caught:
        update(repo)
    assert caught.value.hint.startswith("git ") and state(repo) == before
    assert update(repo, branch="up").status == "clean"


def test_conflicts_that_are_not_decided_are_named_as_such(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    assert update(repo).status == "conflict"
    before = state(repo)
    with pytest.raises(NotReady, match=r"conflicts that are not decided yet: a\.txt") as caught:
        update(repo)
    assert "stash" not in caught.value.hint and state(repo) == before


def test_a_file_that_is_only_meant_to_be_added(world: World) -> None:
    repo = world.repo()
    write(repo, {"new.txt": "mine\n"})
    git(repo, "add", "--intent-to-add", "new.txt")
    with pytest.raises(NotReady, match=r"not committed: new\.txt"):
        update(repo)
    assert (repo / "new.txt").read_text() == "mine\n"
