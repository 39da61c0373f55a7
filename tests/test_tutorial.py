"""The tutorial, typed in from its first command to its last, prints what it shows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SUITE
from tests.markdown import Typed, blocks, typed
from tests.repos import Repo, link_environment, machine
from tests.template.long_runs import LONG
from tools.library_tests import blocks as lock_blocks

PAGE = SUITE / "docs" / "tutorials" / "first-model.md"
VERBS = SUITE / "docs" / "reference" / "verbs.md"
COPY = "uvx copier copy https://github.com/YOUR-TEAM/modelyard my-model"
LEFT_OUT = "[…]"
# One process for all verbs. Three of them train, so only their results are made.
FIELDS = """
import contextlib, io, json, sys
from modelyard_platform.cli import main as cli
from modelyard_platform.evaluation import gate
from modelyard_platform.provenance import reproduce
from modelyard_platform.training import searched, stages, tuning
trained = stages.Outcome("1", {}, gate.Verdict("1", None, []))
trials = (searched.Trial({}, 0.5, 1.0),)
found = {
    "train": trained.to_dict(),
    "tune": tuning.Tuned("", trials, trials, trained).to_dict(),
    "reproduce": reproduce.Reproduction("1", {}, {}, 0.0).to_dict(),
}
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = [*words.split(), "--json"]
    printed = io.StringIO()
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(printed):
        cli.main()
    result = json.loads(printed.getvalue())
    found[words] = result[0] if isinstance(result, list) else result
print(json.dumps({words: list(result) for words, result in found.items()}))
"""


def pattern(line: str) -> str:
    """A line as it is on every day and machine: without numbers, hashes and widths."""
    line = re.sub(r"\b[0-9a-f]*\d[0-9a-f]*\b", "#", line)
    return " ".join(re.sub("━+", "━", line).split())


def shown(step: Typed, printed: str) -> list[str]:
    """The lines that the page shows in this order, and that were not printed in this order."""
    lines = iter([pattern(line) for line in printed.splitlines()])
    wanted = [line for line in step.printed if line != LEFT_OUT]
    return [line for line in wanted if pattern(line) not in lines]


@pytest.fixture(scope="module")
def lived(
    suite: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Repo, list[tuple[str, list[str]]]]:
    """The repo after the tutorial, and each command with what it failed to print."""
    folder = tmp_path_factory.mktemp("tutorial")
    env = machine(folder / "home")
    (folder / "home" / ".gitconfig").write_text("[user]\nname = Me\nemail = me@example.com\n")
    repo = Repo(folder / "my-model", env)
    missed = []
    for block in blocks(PAGE):
        if block.language == "diff":
            apply = ["git", "apply", "-"]
            subprocess.run(apply, cwd=repo.root, env=env, input=block.text, text=True, check=True)
        for step in typed(block):
            if step.command == COPY:
                copy = [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults"]
                subprocess.run([*copy, str(suite), str(repo.root)], env=env, check=True)
                link_environment(environment, repo)
            elif not step.command.startswith("cd "):
                refused = any("Error 3" in line for line in step.printed)
                merged = repo.run("bash", "-c", f"{step.command} 2>&1", code=2 if refused else 0)
                missed.append((step.command, shown(step, merged.stdout)))
    return repo, missed


@LONG
def test_each_command_prints_what_the_tutorial_shows(
    lived: tuple[Repo, list[tuple[str, list[str]]]],
) -> None:
    _, missed = lived
    # The environment is linked here, so make has nothing to install.
    count = len(lock_blocks(lived[0].root / "requirements.lock"))
    installs = [f"… install {count} locked packages into .venv"]
    missing = [(command, lines) for command, lines in missed if lines and lines != installs]
    assert missing == []
    assert len(missed) > 10


def test_a_line_that_is_not_printed_is_noticed() -> None:
    printed = "fit on 12 rows (0.3 s)\nroc │ 0.71 │ yes\n"
    wanted = ["fit on 34 rows (0.4 s)", LEFT_OUT, "roc │ 0.5 │ NO", "roc │ 0.71 │ yes"]
    assert shown(Typed("train", wanted[:2] + wanted[3:]), printed) == []
    assert shown(Typed("train", wanted[:3]), printed) == ["roc │ 0.5 │ NO"]
    assert shown(Typed("train", wanted[:0:-1] + wanted[:1]), printed)


@LONG
def test_json_has_the_fields_that_the_reference_names(
    lived: tuple[Repo, list[tuple[str, list[str]]]],
) -> None:
    said = re.findall(r"^`([^`]+) --json` prints (.*)\.$", VERBS.read_text("utf-8"), flags=re.M)
    documented = {words: re.findall(r"`([^`]+)`", fields) for words, fields in said}
    del documented["ingest"]  # its keys are snapshots
    documented["promote 2"] = documented.pop("promote")
    asked = ["doctor", "lineage", "lineage --all", "predict", "promote 2", "rollback"]
    repo, _ = lived
    python = str(repo.root / ".venv" / "bin" / "python")
    printed = repo.run(python, "-c", FIELDS, json.dumps(asked)).stdout
    assert json.loads(printed) == documented
