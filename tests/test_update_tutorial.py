"""The tutorial of updates, typed in from its first command to its last, prints what it shows."""

import os
import subprocess
from pathlib import Path

from tests.conftest import SUITE
from tests.markdown import blocks, typed
from tests.repos import machine
from tests.test_tutorial import shown

PAGE = SUITE / "docs" / "tutorials" / "first-update.md"


def test_every_command_prints_what_the_page_shows(tmp_path: Path, quick_modelyard: Path) -> None:
    env = machine(tmp_path / "home")
    (tmp_path / "home" / ".gitconfig").write_text("[user]\nname = Me\nemail = me@example.com\n")
    env["PATH"] = os.pathsep.join([str(quick_modelyard), env["PATH"]])
    steps = [step for block in blocks(PAGE) if block.language == "console" for step in typed(block)]
    assert len(steps) > 20
    folder = tmp_path
    wrong = []
    for step in steps:
        command = f"{step.command}\npwd > {tmp_path}/where"
        done = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=env, capture_output=True, text=True
        )
        folder = Path((tmp_path / "where").read_text().strip())
        missing = shown(step, done.stdout.replace(str(tmp_path), "/home/me"))
        if missing or done.stderr:
            wrong.append((step.command, missing, done.stdout, done.stderr))
    assert wrong == []


def test_the_page_is_not_right_by_accident(tmp_path: Path) -> None:
    steps = [step for block in blocks(PAGE) if block.language == "console" for step in typed(block)]
    step = next(step for step in steps if step.command == "modelyard update --dry-run")
    assert shown(step, "v1.0.0 → v1.1.0\n")
