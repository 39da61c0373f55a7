"""The commands in a request's text, typed as they stand there."""

import re
import shlex
from pathlib import Path

import pytest

from modelyard.fleet.rollout import rollout
from modelyard.update.one_repo import update
from modelyard.update.options import UpdateOptions
from tests.repos import git
from tests.tool.fleet.test_rollout import BRANCH
from tests.tool.fleet.test_several import in_folders, push
from tests.tool.fleet.worlds import labels, make, silent
from tests.tool.worlds import lines, write


def typed(command: str, clone: Path) -> None:
    """Do what a line says, as a shell does."""
    program, *words = shlex.split(command, comments=True)
    if program == "git" and words == ["status"]:
        for path in git(clone, "diff", "--name-only", "--diff-filter=U").split():
            write(clone, {path: lines(20, l3="decided")})
        git(clone, "add", "--all")
        git(clone, "commit", "--quiet", "--message", "Decide")
    elif program == "git":
        git(clone, *words)
    else:
        folder = words[3] if words[3:] else "."
        update(clone / folder, options=UpdateOptions(to=words[2]))


@pytest.mark.parametrize("joined", [True, False])
def test_they_work_and_keep_what_a_colleague_has_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, joined: bool
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yard = make(tmp_path, count=1)
    mine = ["a.txt"]
    if joined:
        mine = ["services/api/a.txt", "it's/a.txt"]
        in_folders(yard, "services/api", "it's", "services/shop")
        settings = yard.file.read_text()
        yard.file.write_text(settings.replace("[repos]\n", "[repos]\njoin_projects = true\n", 1))
    push(yard, dict.fromkeys(mine, lines(20, l3="mine")))
    rollout(yard.options(), silent)
    (request,) = yard.pull_requests("r0")
    yard.push("r0", BRANCH, note_txt="a colleague's\n")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(yard.bare("r0")), str(clone))
    block = re.search(r"```sh\n(.*?)```", request.body, re.S)
    assert block
    for command in block[1].splitlines():
        typed(command, clone)
    assert yard.show("r0", BRANCH, "note.txt") == "a colleague's\n"
    assert {yard.show("r0", BRANCH, path) for path in mine} == {lines(20, l3="decided")}
    if joined:
        assert yard.show("r0", BRANCH, "services/shop/a.txt") == lines(20, l3="THREE")
    yard.merge("r0", BRANCH)
    assert labels(rollout(yard.options(), silent)) == {"r0": "current"}
