"""Pushes that are too late, and pushes that were heard although the answer was lost."""

from pathlib import Path

import pytest

from modelyard.errors import Unreachable
from modelyard.fleet import clones
from modelyard.forges.forge import Remote
from tests.repos import git
from tests.tool.worlds import commit, write


@pytest.fixture
def work(tmp_path: Path) -> Path:
    git(tmp_path / "work", "init", "--quiet", "--initial-branch", "main")
    write(tmp_path / "work", {"a.txt": "1\n"})
    commit(tmp_path / "work")
    git(tmp_path, "clone", "--quiet", "--bare", "work", "there.git")
    return tmp_path / "work"


def another(work: Path, text: str) -> str:
    write(work, {"a.txt": text})
    commit(work)
    return git(work, "rev-parse", "HEAD").strip()


def test_a_branch_that_somebody_else_has_pushed_is_left_alone(work: Path) -> None:
    remote = Remote(str(work.parent / "there.git"))
    first, second = another(work, "2\n"), another(work, "3\n")
    assert clones.push(remote, work, first, "update", "")
    assert not clones.push(remote, work, second, "update", "")
    assert clones.tips(remote, "update").branches["update"] == first
    assert clones.push(remote, work, first, "update", second), "it is there already"
    assert clones.push(remote, work, second, "update", first)


def test_a_server_that_refuses_the_push_is_named(work: Path) -> None:
    hook = work.parent / "there.git" / "hooks" / "update"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Unreachable, match=r"there\.git"):
        clones.push(
            Remote(str(work.parent / "there.git")), work, another(work, "2\n"), "update", ""
        )


def test_a_commit_that_was_looked_at_is_pushed_again_once_its_branch_is_gone(work: Path) -> None:
    """The same merge is the same commit; to look at one fetches it without its parents."""
    there = work.parent / "there.git"
    remote, head = Remote(str(there)), git(work, "rev-parse", "HEAD").strip()
    folder = clones.clone(remote, head, work.parent / "cache")
    made = git(folder, "commit-tree", f"{head}^{{tree}}", "-p", head, "-m", "Update").strip()
    assert clones.push(remote, folder, made, "update", "")
    assert clones.commit(remote, folder, made).parents == (head,)
    git(there, "update-ref", "-d", "refs/heads/update")
    git(there, "gc", "--quiet", "--prune=now")
    assert clones.push(remote, folder, made, "update", "")
    assert clones.tips(remote, "update").branches == {"update": made}
