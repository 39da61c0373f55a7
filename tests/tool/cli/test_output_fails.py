"""What has been done is done, whatever becomes of the words about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repos import git
from tests.tool.in_turns import in_turns
from tests.tool.worlds import World, commit, lines, write

ASCII = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN = {"PYTHONIOENCODING": "latin-1"}


def modelyard(repo: Path, redirection: str, *words: str, **env: str) -> tuple[int, str]:
    """Run an update in a shell, and return its own exit code and what it said beside."""
    command = " ".join([sys.executable, "-m", "modelyard", "update", str(repo), *words])
    script = f"{{ {command}; echo $? >{repo.parent}/code; }} {redirection}"
    done = subprocess.run(
        ["bash", "-c", script], env={**os.environ, **env}, capture_output=True, text=True
    )
    return int((repo.parent / "code").read_text()), done.stderr


REDIRECTIONS: list[tuple[str, dict[str, str]]] = [
    (">/dev/full", {}),
    (">&-", {}),
    ("| true", {}),
    ("| head -c 1 >/dev/null", {}),
    (">/dev/null", ASCII),
    (">/dev/null", LATIN),
    (">&- 2>&-", {}),
]
# Each redirection in both formats, in turns of a clean update and of one with a conflict.
FORMATS = [(*one, words) for words in ((), ("--json",)) for one in REDIRECTIONS]


@pytest.mark.parametrize(
    ("redirection", "env", "words", "mine"),
    [(*one, mine) for one, mine in in_turns(FORMATS, ["line 3", "mine"])],
)
def test_the_result_is_written_and_the_code_is_right(
    world: World, redirection: str, env: dict[str, str], words: tuple[str, ...], mine: str
) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3=mine), "größe ✓.txt": "mine\n"})
    commit(repo)
    code, said = modelyard(repo, redirection, *words, **env)
    assert code == (3 if mine == "mine" else 0), said
    assert "Traceback" not in said and "Exception ignored" not in said
    assert "the repo is as it was" not in said
    assert (repo / "new.txt").exists()
    assert git(repo, "status", "--porcelain", "a.txt")[:2] == ("UU" if mine == "mine" else "M ")


def test_a_full_disk_under_the_output_is_told(world: World) -> None:
    code, said = modelyard(world.repo(), ">/dev/full")
    assert code == 0 and "not all of this could be printed: No space left" in said


def test_an_error_keeps_its_code_where_it_cannot_be_said(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": "dirty\n"})
    for redirection in (">&- 2>&-", ">/dev/full 2>/dev/full", "2>&1 | true"):
        assert modelyard(repo, redirection)[0] == 5
