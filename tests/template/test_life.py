"""A generated repo lives: from `copier copy` to `reproduce`, typed as a user types it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import pytest

from tests.conftest import Render
from tests.repos import Repo, git, link_packages, machine
from tests.template.lives import free_port, path_without, predicted_by
from tests.template.long_runs import ASKED

METRICS = {
    "classification": {"roc_auc", "average_precision", "brier"},
    "regression": {"mae", "rmse", "r2", "rank_correlation"},
}
PLOTS = {
    "classification": {"roc.png", "calibration.png", "importance.png"},
    "regression": {"residuals.png", "actual_vs_predicted.png", "importance.png"},
}

# Reads from the registry what training has to leave there for the next person.
READ_RUN = """
import json
import mlflow
from modelyard_platform.settings import load_project
from modelyard_platform.tracking.client import connect

project = load_project()
client = connect(project)
version = client.get_model_version_by_alias(project.name, "champion")
run = client.get_run(version.run_id)
model = mlflow.models.get_model_info(f"models:/{project.name}/{version.version}")
folder = mlflow.artifacts.download_artifacts(f"models:/{project.name}/{version.version}")
print(json.dumps({
    "status": run.info.status,
    "params": run.data.params,
    "metrics": run.data.metrics,
    "files": [file.path for file in client.list_artifacts(run.info.run_id)],
    "plots": [file.path.removeprefix("plots/")
              for file in client.list_artifacts(run.info.run_id, "plots")],
    "inputs": [{"name": given.dataset.name, "tags": {tag.key: tag.value for tag in given.tags}}
               for given in run.inputs.dataset_inputs],
    "columns": model.signature.inputs.input_names(),
    "example": len(mlflow.models.Model.load(folder).load_input_example(folder)),
    "tags": version.tags,
}))
"""


class Life:
    """A repo on a machine, whose user only knows `make`."""

    def __init__(self, root: Path, env: dict[str, str]) -> None:
        self.repo = Repo(root, env)

    def make(self, verb: str, arguments: str = "", code: int = 0, **extra: str) -> str:
        """Type `make VERB ARGS=…`, and return what it prints."""
        words = [f"ARGS={arguments}"] if arguments else []
        done = self.repo.run("make", verb, *words, code=2 if code else 0, **extra)
        assert not code or f"Error {code}" in done.stderr
        return done.stdout

    def json(self, verb: str, arguments: str = "") -> Any:
        """Type `make VERB ARGS="… --json"`, and return the document that stdout must be."""
        return json.loads(self.make(verb, f"{arguments} --json"))


@contextmanager
def eavesdropping(env: dict[str, str]) -> Iterator[list[bytes]]:
    """Listen to all that verbs send to other machines: the proxy that they are told to use."""
    heard: list[bytes] = []

    class Listener(BaseRequestHandler):
        def handle(self) -> None:
            heard.append(self.request.recv(500))

    with ThreadingTCPServer(("127.0.0.1", 0), Listener) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{proxy.server_address[1]}"
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        env.update(dict.fromkeys(names, url))
        yield heard
        for name in names:
            del env[name]
        proxy.shutdown()


def without_signs_of_a_test(env: dict[str, str]) -> dict[str, str]:
    """Take out what tells libraries that this is no real user, so that telemetry may stay off."""
    signs = ("CI", "GITHUB_", "GITLAB_", "BUILDKITE", "JENKINS_", "TOX_", "NO_PROXY", "no_proxy")
    return {name: value for name, value in env.items() if not name.startswith(signs)}


# The demo and the tutorial live through a classification, too.
LIVES = {
    "regression": False,
    **({"classification": True} if ASKED else {}),
}


@pytest.mark.life
@pytest.mark.parametrize(("task", "with_uv"), LIVES.items(), ids=list(LIVES))
def test_from_copy_to_reproduce(
    task: str, with_uv: bool, render: Render, environment: Path, tmp_path: Path
) -> None:
    root = render(tmp_path / "repo", task=task, project_name="Night trains")
    env = without_signs_of_a_test(machine(tmp_path / "home"))
    if not with_uv:
        env["PATH"] = path_without(tmp_path / "bin", "uvx?")
    life = Life(root, env)
    assert not (root / ".git").exists()

    if not ASKED:  # the same packages, with their bytecode
        link_packages(environment, life.repo)
    # A server that does not answer today is told, and is no reason not to set up.
    life.make("setup", MLFLOW_TRACKING_URI=f"http://127.0.0.1:{free_port()}")
    assert git(root, "log", "--format=%s") == "Start from the template\n"
    assert (root / ".uv" / "bin" / "uv").exists() is not with_uv
    assert (root / ".git" / "hooks" / "pre-commit").exists()

    with eavesdropping(env) as heard:
        landed = life.json("ingest", "--until 2013-03")
        assert list(landed) == ["2013-01", "2013-02", "2013-03"]
        assert "Land the snapshot of 2013-01 to 2013-03" in git(root, "log", "--format=%s")

        first = life.json("train")
        assert (first["version"], first["verdict"]) == ("1", "passed")
        assert set(first["metrics"]) == METRICS[task]
        assert life.json("promote")["candidate"] == "1"
        run = json.loads(life.repo.python(READ_RUN))
        check_run(run, task, first["metrics"])

        assert list(life.json("ingest", "--until 2013-05")) == ["2013-04", "2013-05"]
        assert "2500 predictions of version 1 in predictions/2013-05.parquet" in life.make(
            "predict"
        )
        if ASKED:  # the library's own tests have these as well, in one process
            assert life.json("predict", "--snapshot 2013-04")["rows"] == 2500
        assert predicted_by(life.repo, "2013-05") == {("night-trains", "1")}

        chain = life.json("lineage")
        assert chain["version"] == "1"
        assert chain["lineage"]["train_snapshots"] == ["2013-01", "2013-02"]
        assert chain["lineage"]["holdout_snapshots"] == ["2013-03"]
        assert not chain["lineage"]["dirty"]
        assert chain["intact"]
        assert chain["changed_since"] == []
        assert life.json("reproduce")["exact"]

        if ASKED:  # and as verbs below
            second = life.json("train", "--direct")
            assert second["champion"] == "1"
            assert "version 2 is champion, after version 1" in life.make("promote")
            assert life.json("rollback") == {"champion": "1"}
            assert [row["version"] for row in life.json("lineage", "--all")] == ["2", "1"]
            life.make("rollback", code=5)

        assert life.make("check").count("Passed") >= 8
        assert "✗" not in life.make("doctor")
    assert heard == []
    assert not git(root, "status", "--porcelain")


def check_run(run: dict[str, Any], task: str, metrics: dict[str, float]) -> None:
    """Assert that a run has all that the next person looks for."""
    assert run["status"] == "FINISHED"
    assert run["params"]["seed"] == "2013"
    assert {"gate.tolerance", "split.holdout_snapshots", "model.learning_rate"} <= set(
        run["params"]
    )
    assert run["metrics"] == metrics
    assert set(run["plots"]) == PLOTS[task]
    assert {"params.yaml", "lineage.json", "evaluation.json", "gate.json"} <= set(run["files"])
    (given,) = run["inputs"]
    assert given["name"] == "train"
    assert given["tags"].keys() >= {f"data/raw/2013-0{month}.parquet" for month in (1, 2, 3)}
    assert "distance" in run["columns"]
    assert "dep_delay" not in run["columns"]
    assert run["example"] == 5
    assert run["tags"]["lineage.gate"] == "passed"
    assert len(run["tags"]["lineage.git_commit"]) == 40


def test_a_second_version_is_crowned_and_taken_back(day: Repo) -> None:
    assert day.json("train", "--direct")["champion"] == "1"
    assert "version 2 is champion, after version 1" in day.verb("promote").stdout
    assert day.json("rollback") == {"champion": "1"}
    assert [row["version"] for row in day.json("lineage", "--all")] == ["2", "1"]


def test_verbs_find_the_repo_from_a_folder_inside(day: Repo) -> None:
    inside = Repo(day.package, day.env)
    script = day.root / ".venv" / "bin" / day.name
    assert json.loads(inside.run(script, "lineage", "--json").stdout)["version"] == "1"
