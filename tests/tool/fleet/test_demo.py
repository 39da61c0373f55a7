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
def test_the_demo_stops_a_bad_release_takes_it_back_and_rolls_out_a_mended_one(
    whole_suite: Path, tmp_path: Path
) -> None:
    environment = {**machine(tmp_path / "home"), "COLUMNS": "80"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    command = [sys.executable, "-m", "tools.demo_fleet"]
    done = subprocess.run(command, cwd=whole_suite, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout
    story = [
        "the wave canary is open",
        "✗ churn ",
        "the wave early stays closed",
        "CI red team/pricing",
        "fleet withdraw v0.4.0",
        "withdrawn team/churn",
        "back on v0.3.0",
        "v0.4.1 is released",
        "the wave rest is open",
        "7 of 8 repos of team are up to date",
        "conflict team/fraud · early · @team/fraud",
        "dashboard opened",
        "Rollout of v0.4.1",
        "Needs a person: 1",
    ]
    places = [told.index(words) for words in story]
    assert places == sorted(places)
    assert re.search(r"to decide .*fraud/pull/1: \.github/workflows/ci\.yml", told)
    page = (whole_suite / "demo" / "fleet" / "fleet.html").read_text("utf-8")
    assert "v0.4.1" in page and "fraud" in page
