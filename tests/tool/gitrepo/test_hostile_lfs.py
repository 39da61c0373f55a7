"""A filter of the person's, like git-lfs, starts nothing that a repository names."""

from pathlib import Path

import pytest

from modelyard.update import update
from tests.repos import git
from tests.tool.hostile import Canary, surroundings
from tests.tool.worlds import World, lines, write

# What git-lfs does with each of these settings, as far as the tests need it.
STARTS = """#!/bin/sh
for name in {names}; do
    program=$(git config --get "$name")
    case "$program" in /*) "$program" "$name" ;; esac
done
git config --get-all credential.helper >{helpers}
exec cat
"""
NAMES = (
    "lfs.extension.evil.clean",
    "lfs.extension.evil.smudge",
    "lfs.customtransfer.evil.path",
    "core.sshCommand",
    "core.askPass",
)


@pytest.mark.parametrize("included", [False, True])
def test_none_of_its_settings_starts_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, included: bool
) -> None:
    world, canary = World(tmp_path), Canary(tmp_path)
    world.release("v1", {"a.txt": lines(20), ".gitattributes": "*.txt filter=mine\n"})
    world.release("v2", {"a.txt": lines(20, l3="THREE")})
    repo, helpers = world.repo(), tmp_path / "helpers"
    write(tmp_path, {"mine": STARTS.format(names=" ".join(NAMES), helpers=helpers)})
    (tmp_path / "mine").chmod(0o755)
    write(
        tmp_path,
        {
            "gitconfig": f'[filter "mine"]\n\tclean = {tmp_path}/mine\n\tsmudge = {tmp_path}/mine\n'
            "[credential]\n\thelper = cache\n[user]\n\tname = me\n\temail = me@localhost\n"
        },
    )
    where = ("--file", str(repo / ".git" / "more")) if included else ("--local",)
    for name in NAMES:
        git(repo, "config", *where, name, str(canary.program))
    git(repo, "config", *where, "credential.helper", f"!{canary.program}")
    if included:
        git(repo, "config", "--local", "include.path", "more")
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=str(tmp_path / "gitconfig")):
        assert update(repo).status == "clean"
    assert canary.ran == ""
    assert helpers.read_text().split()[-1] == "cache"
    assert "THREE" in (repo / "a.txt").read_text()
