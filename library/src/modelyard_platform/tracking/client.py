"""MLflow: the connection, its store and its runs. Imported only by verbs that need it."""

import functools
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import deferred
from ..errors import NotTrusted
from ..redaction import redacted
from ..settings import Project
from ..store import opening
from . import addresses, database, schema

if TYPE_CHECKING:
    from mlflow import MlflowClient


def connect(project: Project) -> "MlflowClient":
    """Return a client of the project's tracking server, with its experiment in place.

    Raises Unreachable at once where a server does not answer, instead of retrying for minutes.
    """
    _set_up(project)
    import mlflow

    with reachable(project):
        if project.tracks_here:
            with opening(project, "mlflow") as folder:
                schema.check(project)
                # Not ./mlruns, which is where the process happens to stand.
                client = _open(project, (folder / "artifacts").as_uri())
                schema.note(project)
        else:
            client = _open(project)
        mlflow.set_experiment(project.name)
    return client


def probe(project: Project) -> None:
    """Ask a tracking server for the project's experiment, and change nothing.

    Raises what `reachable` does where something else answers: a proxy, another program, an error.
    A database is opened, and asked nothing: MLflow would make its tables.
    """
    if database.is_database(project.tracking_uri):
        database.check(project.tracking_uri)
        return
    _set_up(project)
    from mlflow import MlflowClient

    with reachable(project):
        MlflowClient().get_experiment_by_name(project.name)


def _set_up(project: Project) -> None:
    """Let MLflow, in this process, speak with the project's tracking server."""
    # Read when mlflow is first imported.
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "60")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    if not project.tracks_here:
        ping(project.tracking_uri)
        if database.is_database(project.tracking_uri):
            database.check(project.tracking_uri)
    deferred.defer()
    with deferred.plugins_read_once():
        import mlflow

    # What they log as an error is raised as well.
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"mlflow\..*")
    addresses.keep_to(project)
    _redact_context()
    mlflow.set_tracking_uri(project.tracking_uri)
    mlflow.set_registry_uri(project.tracking_uri)


def _redact_context() -> None:
    """Let MLflow tag no run and no model with a URL's credentials.

    It names the remote of git, in which a CI job has a token.
    """
    from mlflow.tracking.context import registry

    known = registry.resolve_tags
    if getattr(known, "redacts", False):
        return

    @functools.wraps(known)
    def resolve(*arguments: Any, **options: Any) -> Any:
        return redacted(known(*arguments, **options))

    resolve.redacts = True  # type: ignore[attr-defined]  # marks it, so that it is wrapped once
    registry.resolve_tags = resolve


@contextmanager
def reachable(project: Project) -> Iterator[None]:
    """Turn what MLflow raises into an error that says the cause, and a hint where one is known."""
    from mlflow.exceptions import MlflowException
    from requests import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    from . import causes

    try:
        yield
    except (MlflowException, RequestException, SQLAlchemyError) as error:
        raise causes.error_of(project, error) from error


@contextmanager
def run(project: Project, run_id: str | None = None, name: str | None = None) -> Iterator[str]:
    """Start a run, or go on with one, and yield its id. It ends FAILED if the block raises."""
    import mlflow

    with reachable(project), mlflow.start_run(run_id=run_id, run_name=name) as active:
        yield active.info.run_id


def download(project: Project, target: Path, **what: str) -> Path:
    """Copy an artifact, or all of a run or a model, into `target`; return where it then is."""
    import mlflow

    with reachable(project):
        return Path(mlflow.artifacts.download_artifacts(dst_path=str(target), **what))


# What is read into memory: the predictions of some ten million rows.
MOST_BYTES = 256 * 2**20


def artifact_bytes(project: Project, run_id: str, name: str) -> bytes | None:
    """Return an artifact of a run as it is on the server; None where there is none.

    NotTrusted where it is larger than any that a training stores.
    """
    from mlflow import MlflowClient

    with reachable(project):
        listed = {found.path: found.file_size for found in MlflowClient().list_artifacts(run_id)}
    if name not in listed:
        return None
    _check_size(name, listed[name] or 0)
    with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
        path = download(project, Path(scratch), run_id=run_id, artifact_path=name)
        if not path.is_file():
            return None
        _check_size(name, path.stat().st_size)
        return path.read_bytes()


def _check_size(name: str, found: int) -> None:
    if found > MOST_BYTES:
        what = f"{name} on the server has {found} bytes, more than any that a training stores"
        raise NotTrusted(what, "train again; or ask whoever may write to the server")


def _open(project: Project, artifacts: str | None = None) -> "MlflowClient":
    from mlflow import MlflowClient

    client = MlflowClient()
    if client.get_experiment_by_name(project.name) is None:
        client.create_experiment(project.name, artifact_location=artifacts)
    return client


def ping(uri: str) -> None:
    """Raise Unreachable where no MLflow server answers at an http or https address."""
    if not uri.startswith("http"):
        return
    import requests

    from . import causes

    try:
        # An address where nothing is shows within seconds; a busy server may take its time.
        requests.get(f"{uri.rstrip('/')}/health", timeout=(5, 30), verify=_trusted())
    except requests.RequestException as error:
        raise causes.of_request(uri, error) from error


def _trusted() -> bool | str:
    """Return whose certificates are good, as MLflow is told it for its own requests."""
    if os.environ.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in ("true", "1"):
        return False
    return os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH") or True
