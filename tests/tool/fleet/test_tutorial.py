"""The tutorial of rollouts, typed in from its first command to its last, prints what it shows."""

import os
import subprocess
from pathlib import Path

from tests.conftest import SUITE
from tests.markdown import blocks, typed
from tests.repos import machine
from tests.test_tutorial import shown

PAGE = SUITE / "docs" / "tutorials" / "first-rollout.md"
# What the page says of an exit code; every other command succeeds.
CODES = {
    "modelyard fleet plan": [3],
    "modelyard fleet rollout --next": [0, 4, 3],
    "modelyard fleet status": [3],
}


def test_every_command_prints_what_the_page_shows(tmp_path: Path, quick_modelyard: Path) -> None:
    # Wide enough for a table with this folder in it.
    env = {**machine(tmp_path / "home"), "COLUMNS": "300"}
    (tmp_path / "home" / ".gitconfig").write_text("[user]\nname = Me\nemail = me@example.com\n")
    env["PATH"] = os.pathsep.join([str(quick_modelyard), env["PATH"]])
    steps = [step for block in blocks(PAGE) if block.language == "console" for step in typed(block)]
    assert len(steps) > 25
    folder = tmp_path
    codes = {command: iter(known) for command, known in CODES.items()}
    wrong = []
    for step in steps:
        command = f"{step.command}\ncode=$?\npwd > {tmp_path}/where\nexit $code"
        done = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=env, capture_output=True, text=True
        )
        folder = Path((tmp_path / "where").read_text().strip())
        missing = shown(step, done.stdout.replace(str(tmp_path), "/home/me"))
        expected = next(codes.get(step.command, iter([])), 3 if "to decide" in done.stdout else 0)
        if missing or done.returncode != expected:
            wrong.append((step.command, missing, done.returncode, done.stdout, done.stderr))
    assert wrong == []
    assert "<html" in (tmp_path / "fleet.html").read_text("utf-8")


def test_the_page_is_not_right_by_accident() -> None:
    steps = [step for block in blocks(PAGE) if block.language == "console" for step in typed(block)]
    step = next(step for step in steps if step.command == "modelyard fleet status")
    assert shown(step, "\n".join(step.printed[:-1])) == step.printed[-1:]
