"""Law 6: six machines that share tracker and data remote give the version that `train` gives."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.repos import Repo, git, machine
from tests.template.lives import mlflow_server
from tests.template.long_runs import LONG

# The graph, as any engine would derive it: what each stage takes, then what it gives.
STAGES = {
    "prepare": ((), ("lineage",)),
    "build": (("lineage",), ("features", "labels")),
    "fit": (("lineage", "features", "labels"), ("run_id",)),
    "assess": (("run_id",), ("metrics",)),
    "register": (("lineage", "run_id", "metrics"), ("version",)),
    "admit": (("version",), ("verdict",)),
}

# What a version is, bit for bit, but for its names, and for the files that hold one or an
# address in memory: its predictions stand for the model.
FINGERPRINT = """
import hashlib, json, sys
from modelyard_platform.settings import load_project
from modelyard_platform.tracking import registry
from modelyard_platform.tracking.client import artifact_bytes

project = load_project()
version = registry.Registry(project).get(sys.argv[1])
def stored(name):
    return artifact_bytes(project, version.run_id, name)

print(json.dumps({
    "evaluation": json.loads(stored("evaluation.json")),
    "predictions": hashlib.sha256(stored("holdout_predictions.npy")).hexdigest(),
    "lineage": json.loads(stored("lineage.json")),
    "gate": json.loads(stored("gate.json"))["checks"],
}))
"""


def fingerprint(repo: Repo, python: Path, version: str) -> Any:
    found = json.loads(repo.run(python, "-c", FINGERPRINT, version).stdout)
    for key in ("pipeline_run", "model", "run", "version"):
        del found["lineage"][key]
    for name in ("MLmodel", "model.skops"):
        del found["lineage"]["model_files"][name]
    del found["lineage"]["artifacts"]["gate.json"]
    return found


@LONG
@pytest.mark.life
def test_six_machines_give_the_version_that_train_gives(
    make_repo: Callable[..., Repo], environment: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    first = make_repo(tmp_path, dvc_remote=str(tmp_path / "data"))
    python = environment / "bin" / "python"
    with mlflow_server(environment, tmp_path / "server", machine(tmp_path / "home")) as (url, _):
        shared = {"MLFLOW_TRACKING_URI": url}
        repo = first.on(shared)
        repo.verb("ingest", "--until", "2013-03")
        repo.verb("train", "--direct")

        files = tmp_path / "files"
        files.mkdir()
        for name, (takes, gives) in STAGES.items():
            place = tmp_path / name
            git(tmp_path, "clone", "--quiet", str(repo.root), name)
            apart = Repo(place, machine(tmp_path / f"{name}-home") | shared)
            paths = [f"{key}={files / key}" for key in (*takes, *gives)]
            apart.run(python, "-m", "modelyard_platform.cli.main", "stage", name, *paths)
            assert not git(place, "status", "--porcelain")
        assert (files / "version").read_text("utf-8") == "2"
        assert json.loads((files / "verdict").read_text("utf-8"))["verdict"] == "passed"
        assert fingerprint(repo, python, "2") == fingerprint(repo, python, "1")


def test_a_stage_says_which_files_it_needs(make_repo: Callable[..., Repo], tmp_path: Path) -> None:
    repo = make_repo(tmp_path)
    done = repo.verb("stage", "build", "lineage=somewhere", code=2)
    assert "this stage needs lineage=PATH features=PATH labels=PATH" in done.stderr
    done = repo.verb("stage", "bake", code=2)
    assert "use one of: prepare, build, fit, assess, register, admit" in done.stderr
    wrong = ["lineage=pyproject.toml", "features=a", "labels=b"]
    done = repo.verb("stage", "build", *wrong, code=2)
    assert "pyproject.toml cannot be read" in done.stderr
    assert not (repo.root / "a").exists()
