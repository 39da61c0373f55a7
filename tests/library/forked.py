"""Runs the conformance tests of repos, each in a fork of one process that has imported the rest.

Started by the Python of a generated repo. For each line, the folder of a repo and of its home as
JSON, it prints the outcome and the message of each test.
"""

import importlib
import json
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

for name in ("pandera.pandas", "sklearn.compose", "sklearn.ensemble", "sklearn.metrics"):
    importlib.import_module(name)
importlib.import_module("modelyard_platform.conformance.repo")
# Each fork's pytest loads these; some belong to packages of hundreds of modules.
for plugin in entry_points(group="pytest11"):
    if not plugin.module.startswith("modelyard_platform"):
        importlib.import_module(plugin.module)


class Outcomes:
    """What became of each test: its outcome, and what it said."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep what is final: the call, or a setup that did not get so far."""
        if report.when == "call" or report.outcome != "passed":
            name = report.nodeid.partition("::")[2]
            self.found[name] = (report.outcome, report.longreprtext)


def run(folder: str, home: str) -> None:
    """Run the tests in this process, and leave their outcomes in the home."""
    os.chdir(folder)
    os.environ["HOME"] = home
    log = os.open(f"{home}/log", os.O_CREAT | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    outcomes = Outcomes()
    options = ["-p", "no:cacheprovider", "-q", f"--basetemp={home}/work"]
    pytest.main([*options, "tests/test_conformance.py"], plugins=[outcomes])
    Path(home, "outcomes.json").write_text(json.dumps(outcomes.found), "utf-8")


if __name__ == "__main__":
    for line in sys.stdin:
        folder, home = json.loads(line)
        child = os.fork()
        if not child:
            try:
                run(folder, home)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        print(Path(home, "outcomes.json").read_text("utf-8"), flush=True)
