"""The engines that a team puts in the place of what is embedded: an MLflow server, S3."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen

import pytest

from tests.repos import Repo, git, link_environment, machine
from tests.template.lives import (
    free_port,
    mlflow_server,
    predicted_by,
    refused,
    serving,
    state,
    versions,
)
from tests.template.long_runs import LONG, one_of_each

BUCKET = "s3://team-bucket/flights"


@pytest.fixture(scope="module")
def server(
    environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """A real MLflow server that also serves its artifacts; its URL, and where its state is."""
    folder = tmp_path_factory.mktemp("server")
    with mlflow_server(environment, folder, machine(folder / "home")) as (url, _):
        yield url, folder


@LONG
def test_a_whole_life_against_a_server(day: Repo, server: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = server
    env = {"MLFLOW_TRACKING_URI": url, "STORE": str(tmp_path / "store")}
    assert day.on(env).json("lineage", "--all") == []
    before = state(day)
    trained = day.on(env).json("train", "--direct")
    assert (trained["version"], trained["verdict"]) == ("1", "passed")
    assert day.on(env).json("promote")["verdict"] == "passed"
    day.on(env).verb("predict")
    assert predicted_by(day, "2013-02") == {("flight-delays", "1")}
    chain = day.on(env).json("lineage")
    assert set(chain["aliases"]) == {"challenger", "champion"}
    assert chain["intact"]
    assert chain["metrics"] == trained["metrics"]
    assert day.on(env).json("reproduce")["exact"]
    assert day.on(env).json("doctor")
    # All of it is on the server, and nothing of it on this machine.
    assert len(versions(folder / "mlflow.db")) == 3
    assert list(folder.glob("artifacts/**/lineage.json"))
    assert not (tmp_path / "store" / "mlflow").exists()
    assert state(day) == before


class Closed(BaseHTTPRequestHandler):
    """A server that is up, and lets nobody in."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 401)
        self.end_headers()

    do_POST = do_GET  # noqa: N815 -- the name that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


def test_a_server_that_refuses_credentials_is_named(day: Repo) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Closed) as closed:
        Thread(target=closed.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{closed.server_port}"
        hint = "check MLFLOW_TRACKING_URI and the credentials"
        done = refused(
            day, "train", "--direct", code=6, says=url, hint=hint, MLFLOW_TRACKING_URI=url
        )
        closed.shutdown()
    assert "fit on" not in done.stderr


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real S3 endpoint on loopback, with the team's bucket."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = ["moto_server", "--host", "127.0.0.1", "--port", str(port)]
    with serving(command, f"{url}/moto-api/", machine(tmp_path_factory.mktemp("s3"))):
        urlopen(Request(f"{url}/team-bucket", method="PUT"), timeout=10).close()
        yield url


KEYS = {
    "AWS_ACCESS_KEY_ID": "somebody",
    "AWS_SECRET_ACCESS_KEY": "secret",  # pragma: allowlist secret
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def reach(repo: Repo, endpoint: str) -> None:
    """Tell DVC on one machine where the S3 of the team is."""
    repo.run(".venv/bin/dvc", "remote", "modify", "--local", "team", "endpointurl", endpoint)


@pytest.fixture(scope="module")
def sharing(
    make_repo: Callable[..., Repo], s3: str, tmp_path_factory: pytest.TempPathFactory
) -> Repo:
    """A repo that shares its data through S3, and whose source has since gone."""
    repo = make_repo(tmp_path_factory.mktemp("sharing"), dvc_remote=BUCKET)
    reach(repo, s3)
    repo.on(KEYS).verb("ingest", "--until", "2013-02")
    with (repo.package / "data.py").open("a") as file:
        file.write(GONE)
    repo.commit("The warehouse was shut down")
    return repo


GONE = """

def fetch(snapshot, destination, params):  # type: ignore
    raise ConnectionError("there is no warehouse any more")
"""


@LONG
def test_a_second_clone_trains_and_reproduces_from_s3(
    sharing: Repo, environment: Path, s3: str, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", str(sharing.root), "clone")
    clone = Repo(tmp_path / "clone", machine(tmp_path / "home"))
    link_environment(environment, clone)
    reach(clone, s3)
    clone.on(KEYS).verb("train", "--direct")
    names = ["2013-01.parquet", "2013-02.parquet"]
    for name in names:
        path = Path("data", "raw", name)
        assert (clone.root / path).read_bytes() == (sharing.root / path).read_bytes()
    assert not (clone.store / "dvc").exists()
    assert clone.on(KEYS).json("reproduce", "1")["exact"]
    for name in names:
        (clone.root / "data" / "raw" / name).unlink()
    clone.on(KEYS).run(".venv/bin/dvc", "pull")
    assert all((clone.root / "data" / "raw" / name).exists() for name in names)


@pytest.mark.parametrize("wrong", one_of_each(["credentials", "endpoint", "bucket"], always=0))
def test_an_s3_that_does_not_take_a_snapshot_is_named(
    repo: Callable[..., Repo], s3: str, wrong: str
) -> None:
    bucket = "s3://nobody-made-it/flights" if wrong == "bucket" else BUCKET
    made = repo(dvc_remote=bucket)
    reach(made, f"http://127.0.0.1:{free_port()}" if wrong == "endpoint" else s3)
    keys = KEYS if wrong != "credentials" else {"AWS_EC2_METADATA_DISABLED": "true"}
    says = {
        "endpoint": "DVC: Could not connect to the endpoint URL",
        "bucket": "The specified bucket does not exist",
        "credentials": "DVC: Unable to locate credentials",
    }[wrong]
    refused(made, "ingest", "--until", "2013-01", code=6, says=says, hint="dvc remote list", **keys)
    assert not git(made.root, "status", "--porcelain")
