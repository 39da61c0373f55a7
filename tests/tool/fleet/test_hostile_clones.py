"""Clones that somebody tampered with, folders whose hooks look around, servers that lie."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from modelyard.errors import NotReady, Unreachable
from modelyard.fleet import clones
from modelyard.forges.forge import Remote
from modelyard.gitrepo.cache import make_cache
from tests.repos import git
from tests.tool.hostile import Canary, surroundings
from tests.tool.worlds import commit, write


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A bare repository with one commit, whose work tree is beside it."""
    git(tmp_path / "work", "init", "--quiet", "--initial-branch", "main")
    write(tmp_path / "work", {"a.txt": "1\n"})
    commit(tmp_path / "work")
    git(tmp_path, "clone", "--quiet", "--bare", "work", "there.git")
    return tmp_path / "there.git"


def next_head(there: Path) -> str:
    """Commit once more, and return the commit."""
    write(there.parent / "work", {"a.txt": "more\n"})
    head = commit(there.parent / "work")
    git(there.parent / "work", "push", "--quiet", str(there), "main")
    return head


def head_of(there: Path) -> str:
    return git(there, "rev-parse", "main").strip()


def test_the_hooks_of_a_folder_see_nothing_of_value(
    there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    hook = there / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\nenv >{seen}\n")
    hook.chmod(0o755)
    secrets = {
        "GITHUB_TOKEN": "planted-1",
        "AWS_SECRET_ACCESS_KEY": "planted-2",
        "SSH_AUTH_SOCK": "/planted-3",
        "https_proxy": "http://me:planted-4@proxy.invalid",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": "planted-5",
    }
    with surroundings(monkeypatch, **secrets):
        pushed = clones.push(
            Remote(str(there)), tmp_path / "work", head_of(there), "modelyard/v2", ""
        )
    assert pushed and "planted" not in seen.read_text()
    assert "GIT_QUARANTINE_PATH" in seen.read_text(), "it is the hook's own environment"


@pytest.mark.parametrize("where", ["config", "config.worktree", "hooks"])
def test_a_clone_that_somebody_rewrote_runs_nothing_and_is_put_right(
    where: str, there: Path, tmp_path: Path
) -> None:
    canary, remote = Canary(tmp_path), Remote(str(there))
    folder = clones.clone(remote, head_of(there), tmp_path / "cache")
    known = (folder / "config").read_bytes()
    words = f"[core]\n\tfsmonitor = {canary.program}\n\tsshCommand = {canary.program}\n"
    evil = f'{words}\thooksPath = {tmp_path}\n[url "{tmp_path}/other.git"]\n\tinsteadOf = {there}\n'
    if where == "hooks":
        canary.hooks(folder / "hooks")
    else:
        more = "[extensions]\n\tworktreeConfig = true\n" if where == "config.worktree" else ""
        (folder / "config").write_bytes(known + (more or evil).encode())
        (folder / where).write_text((folder / where).read_text() + evil if not more else evil)
    head = next_head(there)
    again = clones.clone(remote, head, tmp_path / "cache")
    assert git(again, "rev-parse", "HEAD").strip() == head
    assert (again / "config").read_bytes() == known
    assert not (again / "config.worktree").exists()
    assert canary.ran == ""


@pytest.mark.parametrize("name", ["objects/info/alternates", "commondir"])
def test_a_clone_that_takes_its_objects_from_elsewhere_is_made_anew(
    name: str, there: Path, tmp_path: Path
) -> None:
    remote = Remote(str(there))
    folder = clones.clone(remote, head_of(there), tmp_path / "cache")
    (folder / name).write_text(f"{tmp_path}/work/.git/objects\n")
    clones.clone(remote, head_of(there), tmp_path / "cache")
    assert not (folder / name).exists()
    assert git(folder, "rev-parse", "HEAD").strip() == head_of(there)


def test_no_template_folder_of_gits_comes_into_a_clone(
    there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = Canary(tmp_path)
    canary.hooks(tmp_path / "template" / "hooks")
    with surroundings(monkeypatch, GIT_TEMPLATE_DIR=str(tmp_path / "template")):
        folder = clones.clone(Remote(str(there)), head_of(there), tmp_path / "cache")
    assert not (folder / "hooks").exists()


def test_clones_are_for_their_owner_alone(there: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o755)
    cache.chmod(0o777)
    clones.clone(Remote(str(there)), head_of(there), cache)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    make_cache(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() == 0, reason="root may change what is anybody's")
def test_a_cache_of_somebody_else_is_not_used() -> None:
    with pytest.raises(NotReady, match="cannot be kept"):
        make_cache(Path("/usr"))


def test_two_members_share_no_clone(there: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(there), "other.git")
    cache, head = tmp_path / "cache", head_of(there)
    found = {
        clones.clone(Remote(str(place)), head, cache) for place in (there, tmp_path / "other.git")
    }
    assert len(found) == 2


def test_a_tree_with_two_files_of_one_name_is_not_taken(there: Path, tmp_path: Path) -> None:
    blob = git(there, "rev-parse", "main:a.txt").strip()
    entry = b"100644 a.txt\0" + bytes.fromhex(blob)
    made = subprocess.run(
        ["git", "-C", there, "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
        input=entry + entry,
        capture_output=True,
        check=True,
    )
    tree = made.stdout.decode().strip()
    bad = git(there, "commit-tree", tree, "-m", "Two").strip()
    git(there, "update-ref", "refs/heads/main", bad)
    with pytest.raises(Unreachable, match="duplicateEntries"):
        clones.clone(Remote(str(there)), bad, tmp_path / "cache")


def test_an_old_mistake_in_history_is_taken(there: Path, tmp_path: Path) -> None:
    blob = git(there, "rev-parse", "main:a.txt").strip()
    tree = git(there, "rev-parse", "main^{tree}").strip()
    inner = subprocess.run(
        ["git", "-C", there, "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
        input=b"040000 d\0" + bytes.fromhex(tree) + b"100644 e\0" + bytes.fromhex(blob),
        capture_output=True,
        check=True,
    )
    old = (
        f"tree {inner.stdout.decode().strip()}\n"
        "author A U Thor <> 1 +051800\ncommitter A U Thor<a@b> 1 +0000\n\nOld\n"
    )
    made = subprocess.run(
        ["git", "-C", there, "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        input=old.encode(),
        capture_output=True,
        check=True,
    )
    head = made.stdout.decode().strip()
    git(there, "update-ref", "refs/heads/main", head)
    folder = clones.clone(Remote(str(there)), head, tmp_path / "cache")
    assert git(folder, "show", "HEAD:e") == "1\n"
