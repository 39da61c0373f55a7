"""`make demo`, the first thing that anybody sees."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.repos import machine
from tests.template.long_runs import LONG


def run(whole_suite: Path, home: Path) -> "subprocess.CompletedProcess[str]":
    """Run what `make demo` runs, on a machine whose home is `home`."""
    command = [sys.executable, "tools/demo.py"]
    return subprocess.run(
        command, cwd=whole_suite, env=machine(home), capture_output=True, text=True
    )


@LONG
@pytest.mark.life
def test_the_demo_ends_with_a_champion_its_lineage_and_what_to_do_next(
    whole_suite: Path, tmp_path: Path
) -> None:
    leftover = whole_suite / "demo" / "flight-delays" / "of-an-earlier-run"
    leftover.parent.mkdir(parents=True, exist_ok=True)
    leftover.touch()
    done = run(whole_suite, tmp_path / "home")
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'make ingest ARGS="--until 2013-03"' in done.stdout
    assert "version 1 is champion" in done.stdout
    assert "2500 predictions of version 1 in predictions/2013-06.parquet" in done.stdout
    for said in ("roc_auc", "passed", "2013-01 to 2013-02", "A champion in", "make ui"):
        assert said in done.stdout
    assert not leftover.exists()
