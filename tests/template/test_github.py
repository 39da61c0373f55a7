"""The workflow of a generated repo, executed: green as it comes, red where a verb fails.

act runs it on this machine and in an empty home. Its checkout is a copy of the work tree, and
setup-python has a stand-in that puts a real interpreter of the asked version first.
"""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.repos import git, machine
from tests.template.long_runs import one_of_each
from tools.interpreters import interpreters

STAND_IN = """
name: setup-python
inputs:
  python-version-file:
    required: true
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        folder="{folder}/$(cat '${{{{ inputs.python-version-file }}}}')"
        "$folder/python3" --version
        echo "$folder" >> "$GITHUB_PATH"
"""


# act drops the end of what a failing step writes to its terminal, so each step writes to a file.
LOGGED = """
unset BASH_ENV
exec >> "{log}/${{VERB:-setup}}.log" 2>&1
"""


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An action with the interpreters of this machine, each in a folder by its version."""
    folder = tmp_path_factory.mktemp("setup-python")
    for version, python in interpreters().items():
        (folder / version).symlink_to(python.parent)
    (folder / "action.yml").write_text(STAND_IN.format(folder=folder), "utf-8")
    return folder


def run(repo: Path, stand_in: Path, *options: str) -> tuple[dict[str, str], str]:
    """Run the workflow, and return the result of each verb, and the log."""
    workflow = (repo / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    pinned = re.search(r"actions/setup-python@\w{40}", workflow)
    assert pinned
    command = ["act", "push", "--json", "--platform", "ubuntu-latest=-self-hosted"]
    command += ["--local-repository", f"{pinned[0]}={stand_in}"]
    command += ["--artifact-server-addr", "127.0.0.1", "--cache-server-addr", "127.0.0.1"]
    env = machine(repo.parent / "home")
    logs = repo.parent / "logs"
    logs.mkdir()
    (logs / "redirect.sh").write_text(LOGGED.format(log=logs), "utf-8")
    command += ["--env", f"BASH_ENV={logs / 'redirect.sh'}"]
    done = subprocess.run([*command, *options], cwd=repo, env=env, capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    # The result of a job is that of all legs of its matrix, so each leg's last step tells.
    steps = [line for line in lines if line.get("step") == "Run the verb" and "stepResult" in line]
    results = {line["matrix"]["verb"]: line["stepResult"] for line in steps}
    assert (done.returncode == 0) == (set(results.values()) == {"success"})
    return results, "".join(log.read_text("utf-8") for log in sorted(logs.glob("*.log")))


@pytest.fixture
def repo(render: Callable[..., Path], tmp_path: Path) -> Path:
    """A generated repo with a first commit, and nothing installed."""
    root = render(tmp_path / "repo")
    commit(root)
    return root


def commit(root: Path) -> None:
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Change")


def break_check(repo: Path) -> str:
    """Have a hook refuse; return what it says."""
    features = next(repo.glob("src/*/features.py"))
    features.write_text(features.read_text("utf-8") + "import os\n", "utf-8")
    return "files were modified by this hook"


def break_test(repo: Path) -> str:
    """Have a test fail; return what it says."""
    test = '"""Fails."""\n\n\ndef test_broken() -> None:\n    assert not __name__\n'
    (repo / "tests" / "test_broken.py").write_text(test, "utf-8")
    return "1 failed"


def break_train(repo: Path) -> str:
    """Have a training refused; return what it says."""
    params = repo / "params.yaml"
    params.write_text(params.read_text("utf-8") + "unknown: 1\n", "utf-8")
    return "unknown: no such setting"


# Each installs the whole environment: one by default.
BREAK = {"train": break_train, "check": break_check, "test": break_test}


# What each verb says in the end.
SAYS = {"train": "version 1 passed the gate", "test": r"\d+ passed", "check": r"mypy\.+Passed"}


@pytest.mark.parametrize("verb", one_of_each(SAYS, always=0))
def test_a_fresh_repo_is_green(verb: str, repo: Path, stand_in: Path) -> None:
    # The rest of the generated tests runs elsewhere, once for all.
    only = ["--matrix", f"verb:{verb}", "--env", "PYTEST_ADDOPTS=-k test_features"]
    results, log = run(repo, stand_in, *only)
    assert results == {verb: "success"}, log
    assert re.search(SAYS[verb], log)
    assert git(repo, "status", "--porcelain", "--ignored") == ""


@pytest.mark.parametrize("verb", one_of_each(BREAK))
def test_a_verb_that_fails_is_red(verb: str, repo: Path, stand_in: Path) -> None:
    reason = BREAK[verb](repo)
    commit(repo)
    only = ["--matrix", f"verb:{verb}", "--env", "PYTEST_ADDOPTS=tests/test_broken.py"]
    results, log = run(repo, stand_in, *only)
    assert results == {verb: "failure"}, log
    assert reason in log
