"""An address of artifacts that somebody else wrote gets no credential, and no folder is used."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from modelyard_platform.errors import NotTrusted
from modelyard_platform.settings import Project, Tracking
from modelyard_platform.tracking import addresses, client

Verb = Callable[..., tuple[int, Any]]
SECRET = "planted-tracking-token"  # noqa: S105 (what must not leave)


class Thief(BaseHTTPRequestHandler):
    """A server that keeps what it is asked with, and gives nothing."""

    seen: list[str]

    def do_GET(self) -> None:
        type(self).seen.append(f"{self.path} {self.headers}")
        self.send_response(404)
        self.end_headers()

    do_PUT = do_GET  # noqa: N815 (the name that http.server looks for)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def thief(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of somebody's server; this machine has a token for the tracking server."""
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", SECRET)
    Thief.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Thief) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("what", ["the model", "the run", "the experiment"])
def test_no_other_host_gets_the_credentials_of_the_tracking_server(
    crowned: Project, verb: Verb, thief: str, what: str
) -> None:
    import sqlite3

    statement = {
        "the model": "UPDATE model_versions SET source = :uri, storage_location = :uri",
        "the run": "UPDATE runs SET artifact_uri = :uri",
        "the experiment": "UPDATE experiments SET artifact_location = :uri",
    }[what]
    database = crowned.store / "mlflow" / "mlflow.db"
    kept = database.read_bytes()
    with sqlite3.connect(database) as connection:
        uri = f"{thief}/api/2.0/mlflow-artifacts/artifacts/1/models/m-0/artifacts"
        connection.execute(statement, {"uri": uri})
    connection.close()
    try:
        code, error = verb(*(["train", "--direct"] if what == "the experiment" else ["predict"]))
    finally:
        database.write_bytes(kept)
    assert Thief.seen == []
    assert code == NotTrusted.exit_code
    assert thief in error["error"]


def served(project: Project, *artifacts: str) -> Project:
    tracking = Tracking(uri="https://mlflow.example.com/team", artifacts=artifacts)
    params = project.params.model_copy(update={"tracking": tracking})
    return replace(project, params=params, tracking_uri=tracking.uri)


@pytest.mark.parametrize(
    "uri",
    [
        "mlflow-artifacts:/1/run/artifacts",
        "mlflow-artifacts://mlflow.example.com/1",
        "https://mlflow.example.com/team/api/2.0/mlflow-artifacts/artifacts/1",
        "https://MLflow.example.com/api",
    ],
)
def test_what_the_tracking_server_has_is_read_from_it(project: Project, uri: str) -> None:
    addresses.check(served(project), uri)


@pytest.mark.parametrize(
    "uri",
    [
        "http://mlflow.example.com/api",  # in clear text
        "https://mlflow.example.com:8443/api",
        "https://mlflow.example.com.evil.example/api",
        "https://mlflow.example.com@evil.example/api",
        "mlflow-artifacts://evil.example/1",
        "file:///home/somebody/.ssh",
        "/etc",
        "file:///mnt/models/../../etc",
        "file:///mnt/models-of-others/1",
        "https://artifacts.example.com.evil.example/1",
    ],
)
def test_other_servers_and_folders_are_refused(project: Project, uri: str) -> None:
    with pytest.raises(NotTrusted, match=r"tracking server names artifacts at"):
        addresses.check(served(project, "/mnt/models", "https://artifacts.example.com"), uri)


@pytest.mark.parametrize(
    "uri",
    [
        "file:///mnt/models/1/run",
        "/mnt/models/1/run",
        "https://artifacts.example.com/1",
        "mlflow-artifacts://artifacts.example.com/1",
    ],
)
def test_what_params_yaml_names_may_have_artifacts(project: Project, uri: str) -> None:
    addresses.check(served(project, "file:///mnt/models", "https://artifacts.example.com"), uri)


def test_a_checked_model_is_loaded_from_a_folder_that_is_this_users_alone(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ours = Path(tempfile.mkdtemp(prefix="modelyard-"))
    addresses.check(served(project), str(ours / "model"))
    (tmp_path / "modelyard-link").symlink_to(ours)
    (tmp_path / "modelyard-open").mkdir(mode=0o755)
    (tmp_path / "another").mkdir(mode=0o700)
    refused = ("modelyard-link", "modelyard-open", "another", "modelyard-none", "")
    for name in (*refused, f"{ours.name}/../another"):
        with pytest.raises(NotTrusted):
            addresses.check(served(project), str(tmp_path / name))


def test_the_guard_is_of_the_project_that_is_at_work(project: Project) -> None:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    for _ in range(2):
        addresses.keep_to(served(project))
        with pytest.raises(NotTrusted):
            get_artifact_repository("https://evil.example/1")
        addresses.keep_to(project)
        assert get_artifact_repository(str(project.store)).artifact_dir == str(project.store)


def test_what_is_too_large_to_be_a_lineage_is_not_read(
    crowned: Project, run_folder: Callable[[Project, str], Path], verb: Verb
) -> None:
    with (run_folder(crowned, "1") / "lineage.json").open("r+b") as file:
        file.truncate(client.MOST_BYTES + 1)
    code, error = verb("predict")
    assert code == NotTrusted.exit_code
    assert "lineage.json" in error["error"]


def test_a_link_in_a_shared_store_is_not_written_through(
    crowned: Project, verb: Verb, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (crowned.store / "writer.txt").unlink(missing_ok=True)
    (crowned.store / "writer.txt").symlink_to(victim)
    assert verb("rollback")[0] == 5  # after it has held the store
    assert victim.read_text() == "mine"
