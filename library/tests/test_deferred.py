"""What no verb needs is not run; who asks for it gets it."""

import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from modelyard_platform import deferred
from modelyard_platform.settings import Project

Verb = Callable[..., tuple[int, Any]]
ASKED = """
import sys
from modelyard_platform import deferred

deferred.defer()
import mlflow
import mlflow.store.tracking.sqlalchemy_store
import skops.io  # it asks all modules for names that they do not have

early = {"fastapi", "mlflow.genai.datasets"} & set(sys.modules)
assert mlflow.genai.scorers.Correctness.__name__ == "Correctness"
assert callable(mlflow.genai.evaluate)
assert callable(mlflow.gateway.get_gateway_uri)
print(early, "fastapi" in sys.modules)
"""


def test_what_is_deferred_runs_when_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "set() True\n"), done.stderr


def test_plugins_are_those_that_are_installed() -> None:
    entry_points = metadata.entry_points
    wanted = {group: entry_points(group=group) for group in ("mlflow.app", "console_scripts")}
    with deferred.plugins_read_once():
        found = {group: metadata.entry_points(group=group) for group in wanted}
        assert metadata.entry_points(group="console_scripts", name="mlflow")
        assert not metadata.entry_points(group="nobody")
    assert found == wanted and wanted["mlflow.app"]
    assert metadata.entry_points is entry_points


def test_a_promotion_reads_what_it_judges_by(trained: Project, verb: Verb) -> None:
    path = trained.raw / "2013-01.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole + b"changed")
    try:
        code, result = verb("promote")
        assert (code, result["verdict"]) == (0, "passed")
        assert verb("train", "--direct")[0] == 4
    finally:
        path.write_bytes(whole)


EARLY = """
import sys
from pathlib import Path
from modelyard_platform.evaluation import formats
from modelyard_platform.settings import load_project

formats.early(load_project(Path(sys.argv[1])).owner)
print("skops.io" in sys.modules, "mlflow" in sys.modules)
"""


def test_what_looks_through_all_modules_is_imported_before_there_are_many(rendered: Path) -> None:
    words = [sys.executable, "-c", EARLY, str(rendered)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=rendered)
    assert (done.returncode, done.stdout) == (0, "True False\n"), done.stderr
