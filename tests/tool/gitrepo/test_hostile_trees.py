"""A tree with paths that git would not check out, as `mktree` and a bad server make them."""

from pathlib import Path

import pytest

from modelyard.errors import ModelyardError, NotReady
from modelyard.gitrepo.repo import open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import World, state

PARTS = [".git", ".GIT", "git~1", ".g\u200cit", ".git ", ".git::$INDEX_ALLOCATION"]


def with_hook(repo: Path, part: str) -> None:
    """Put a hook below a folder of a name into the commit of HEAD, past git's own check."""
    blob = git(repo, "hash-object", "-w", "b.txt").strip()
    hooks = mktree(repo, f"100755 blob {blob}\tpost-checkout")
    folder = mktree(repo, f"040000 tree {hooks}\thooks")
    listed = git(repo, "ls-tree", "HEAD")
    top = mktree(repo, f"{listed}040000 tree {folder}\t{part}")
    made = git(repo, "commit-tree", top, "-p", "HEAD", "-m", "A hook").strip()
    git(repo, "update-ref", "HEAD", made)


def mktree(repo: Path, entries: str) -> str:
    place = repo / ".git" / "entries"
    place.write_bytes(entries.replace("\n", "\0").encode() + b"\0" * (entries[-1] != "\n"))
    import subprocess

    made = subprocess.run(
        ["git", "-C", str(repo), "mktree", "-z"],
        input=place.read_bytes(),
        capture_output=True,
        check=True,
    )
    return made.stdout.decode().strip()


@pytest.mark.parametrize("part", PARTS)
def test_no_branch_gets_a_hook_that_a_member_had(part: str, world: World) -> None:
    repo = world.repo()
    with_hook(repo, part)
    for options in ({"dry_run": True}, {"branch": "update"}, {}):
        with pytest.raises(NotReady) as caught:
            update(repo, **options)
        assert not git(repo, "branch", "--list", "update")
        if options:
            assert "where git keeps its settings and hooks" in caught.value.message
    assert not list((repo / ".git" / "hooks").glob("post-checkout"))


@pytest.mark.parametrize("part", PARTS)
def test_no_result_with_such_a_path_is_written(part: str, world: World) -> None:
    opened = open_repo(world.repo())
    before = state(opened.folder)
    with Scratch(opened) as scratch:
        oid = scratch.put(b"#!/bin/sh\n")
        for path in (f"{part}/hooks/post-checkout", f"deep/{part}/config", part):
            with pytest.raises(NotReady, match="so nothing is written"):
                scratch.write_tree(opened, {**opened.tree, path: File("100755", oid)})
        with pytest.raises(ModelyardError, match="symlink"):
            scratch.write_tree(opened, {".gitmodules": File("120000", oid)})
    assert state(opened.folder) == before
