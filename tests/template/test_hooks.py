"""Each hook of a generated repo can fail.

The hooks run with pre-commit. With MODELYARD_LONG=1 all of it is done again with prek, which many
people have in its place, and which says the same.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.repos import Repo, git
from tests.template.hook_cases import CASES
from tests.template.long_runs import LONG
from tests.template.questions import parse

PREK = pytest.param(
    str(Path(sys.executable).with_name("prek")),
    id="prek",
    marks=LONG,
)
PRE_COMMIT = ".venv/bin/pre-commit"
RUNNERS = [pytest.param(PRE_COMMIT, id="pre-commit"), PREK]


@pytest.fixture(scope="module")
def committed(make_repo: Callable[..., Repo], tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A generated repo as it comes."""
    return make_repo(tmp_path_factory.mktemp("hooks"))


@pytest.fixture
def repo(committed: Repo) -> Iterator[Repo]:
    """The same, and the same again afterwards."""
    yield committed
    git(committed.root, "reset", "--quiet", "--hard", "v0")
    git(committed.root, "clean", "-d", "--force", "--quiet")


@pytest.fixture(scope="module", autouse=True)
def _tag(committed: Repo) -> None:
    git(committed.root, "tag", "v0")


def hooks(repo: Repo, runner: str, *which: str) -> tuple[int, dict[str, str]]:
    """Run hooks on all files; return the exit code, and what is said of each."""
    done = repo.run(runner, "run", "--all-files", "--color=never", *which, code=None)
    said = re.findall(r"^(\S.*?)\.{3,}.*?(Passed|Failed|Skipped)$", done.stdout, re.M)
    assert said, done.stderr
    return done.returncode, dict(said)


def test_every_hook_has_a_case(repo: Repo) -> None:
    (source,) = parse(repo.root / ".pre-commit-config.yaml")["repos"]
    assert [hook["id"] for hook in source["hooks"]] == list(CASES)


@LONG  # a life runs `make check` as well
@pytest.mark.parametrize("runner", RUNNERS)
def test_a_fresh_repo_passes_all_hooks(runner: str, repo: Repo) -> None:
    code, said = hooks(repo, runner)
    assert code == 0, said
    assert len(said) == len(CASES)
    assert {name for name, word in said.items() if word != "Passed"} == {
        "notebooks carry no outputs"
    }
    assert git(repo.root, "status", "--porcelain") == ""


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("hook", CASES)
def test_a_hook_refuses(hook: str, runner: str, repo: Repo) -> None:
    CASES[hook](repo.root)
    git(repo.root, "add", "--all")
    code, said = hooks(repo, runner, hook)
    assert code == 1
    assert list(said.values()) == ["Failed"]


def test_the_outputs_of_a_notebook_are_stripped(repo: Repo) -> None:
    CASES["notebooks"](repo.root)
    git(repo.root, "add", "--all")
    hooks(repo, PRE_COMMIT, "notebooks")
    (cell,) = json.loads((repo.root / "notebooks" / "look.ipynb").read_text("utf-8"))["cells"]
    assert cell["outputs"] == []
    assert cell["source"] == ["1 + 1"]
    git(repo.root, "add", "--all")
    assert hooks(repo, PRE_COMMIT, "notebooks")[0] == 0


@pytest.mark.parametrize("hook", ["large-files", "merge-conflict", "secrets"])
def test_what_was_committed_past_a_hook_is_still_found(hook: str, repo: Repo) -> None:
    CASES[hook](repo.root)
    repo.commit("Past the hooks")
    assert hooks(repo, PRE_COMMIT, hook)[0] == 1


def test_the_hooks_run_on_a_commit(repo: Repo) -> None:
    CASES["types"](repo.root)
    git(repo.root, "add", "--all")
    somebody = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    done = repo.run("git", *somebody, "commit", "--message", "Change", code=1)
    assert "Incompatible types in assignment" in done.stdout + done.stderr
    assert git(repo.root, "rev-parse", "HEAD") == git(repo.root, "rev-parse", "v0")


def test_make_check_runs_the_hooks(repo: Repo) -> None:
    os.utime(repo.root / ".venv" / "ready")
    repo.run("make", "check")
    CASES["merge-conflict"](repo.root)
    git(repo.root, "add", "--all")
    repo.run("make", "check", code=2)


def test_make_check_refuses_where_nothing_is_added(repo: Repo) -> None:
    os.utime(repo.root / ".venv" / "ready")
    git(repo.root, "rm", "-r", "--quiet", "--cached", ".")
    done = repo.run("make", "check", code=2)
    assert "hint: git add --all" in done.stderr
    # Left alone, the hooks look at nothing and are content.
    assert hooks(repo, PRE_COMMIT)[0] == 0
