"""`make demo-fleet`: what it shows is what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repos import machine
from tests.template.long_runs import LONG


@LONG
@pytest.mark.life
def test_the_demo_shows_a_gate_that_blocks_a_conflict_and_the_page(
    whole_suite: Path, tmp_path: Path
) -> None:
    environment = machine(tmp_path / "home")
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    command = [sys.executable, "-m", "tools.demo_fleet"]
    done = subprocess.run(command, cwd=whole_suite, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout
    assert re.search(r"merged\s+0 of 2\s+at least 50%\s+blocked", told)
    assert "the wave early stays closed" in told and "the wave early is open" in told
    assert re.search(r"to decide .*fraud\.git#1: \.github/workflows/ci\.yml", told)
    assert "12 repos: 2 current, 10 waits" in told
    page = (whole_suite / "demo" / "fleet" / "fleet.html").read_text("utf-8")
    assert "v0.4.0" in page and "fraud" in page
