"""A repo of several templates, as people type it: what is told, exit codes, JSON."""

from pathlib import Path

import pytest

from tests.tool.cli.test_cli import modelyard
from tests.tool.schemas import valid
from tests.tool.update.layered import FIRST, SECOND, further
from tests.tool.worlds import CONFIG, World, commit, lines, write


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repo with two templates at its top."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    a, b = World(tmp_path / "a"), World(tmp_path / "b")
    a.release("v1", {"a.txt": "a\n", "README.md": lines(20)})
    a.release("v2", {"a.txt": "A\n", "README.md": lines(20, l3="of a")})
    b.release("v1", {"b.txt": "b\n", "README.md": lines(20)})
    b.release("v2", {"b.txt": "B\n", "README.md": lines(20, l17="of b")})
    made = a.repo()
    further(made, b)
    return made


def test_without_a_choice_the_error_names_what_there_is(repo: Path) -> None:
    for verb in ("update", "check"):
        said = modelyard(verb, repo, code=5).stderr
        assert FIRST in said and SECOND in said
        assert f"--answers-file {SECOND}" in said and "--all" in said


def test_check_and_update_take_all(repo: Path) -> None:
    behind = modelyard("check", repo, "--all", code=4).stdout
    assert behind.count("changes 2 files here") == 2 and "modelyard update --all" in behind
    assert len(valid("check-all", modelyard("check", repo, "--all", "--json", code=4).stdout))
    dry = modelyard("update", repo, "--all", "--dry-run").stdout
    assert "would change" in dry and "nothing was written" in dry
    found = valid("update-all", modelyard("update", repo, "--all", "--json").stdout)
    assert [(one["answers_file"], one["update"]["status"]) for one in found["projects"]] == [
        (FIRST, "clean"),
        (SECOND, "clean"),
    ]
    commit(repo)
    assert "✓ nothing to change" in modelyard("update", repo, "--all").stdout
    assert modelyard("check", repo, "--all").stdout.count("the newest") == 2


def test_a_conflict_in_one_of_all_is_exit_code_3_and_says_what_waits(repo: Path) -> None:
    write(repo, {"README.md": lines(20, l3="mine")})
    commit(repo)
    said = modelyard("update", repo, "--all", code=3).stdout
    assert "first decide README.md" in said and "1 file to decide" in said
    assert "git reset --hard" in said


def test_options_that_contradict_are_wrong_usage(repo: Path) -> None:
    words = ("--all", "--answers-file", SECOND)
    for verb in ("update", "check"):
        assert "--answers-file" in modelyard(verb, repo, *words, code=2).stderr


def test_what_was_not_looked_at_is_told(repo: Path) -> None:
    for verb, code in (("check", 4), ("update", 0)):
        said = modelyard(verb, repo, "--answers-file", SECOND, code=code).stdout
        assert f"not looked at: {FIRST}    # modelyard {verb} --all" in said
        assert verb == "update" or f"modelyard update --answers-file {SECOND}" in said


def test_trust_is_trust_on_the_command_line_too(tmp_path: Path) -> None:
    world = World(tmp_path)
    tasks = CONFIG + "_tasks: ['echo made > made.txt']\n"
    world.release("v1", {"a.txt": "a\n"})
    world.release("v2", {"a.txt": "A\n"}, tasks)
    repo = world.repo()
    modelyard("update", repo, code=9)
    modelyard("update", repo, "--trust")
    assert (repo / "a.txt").read_text() == "A\n"
