"""The runs of a search in MLflow: one for the search and, as its children, one for each trial."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..settings import Project
from .client import connect, reachable

if TYPE_CHECKING:
    from mlflow import MlflowClient

_PARENT = "mlflow.parentRunId"


@contextmanager
def search(project: Project, run_id: str, name: str) -> Iterator[tuple[str, int]]:
    """Go on with the run of a search, or start one; yield its id, and how many trials were killed.

    What a process that was killed has left running below it ends as KILLED: nobody else may be at
    this search. Where somebody deleted its run, there is a new one.
    """
    import mlflow

    client = connect(project)
    with reachable(project):
        if not _exists(client, run_id):
            with mlflow.start_run(run_name=name) as made:
                run_id = str(made.info.run_id)
        client.update_run(run_id, status="RUNNING")
        left = _running(client, run_id)
        for trial_id in left:
            client.set_terminated(trial_id, "KILLED")
    status = "FAILED"
    try:
        yield run_id, len(left)
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        with reachable(project):
            client.set_terminated(run_id, status)


def _exists(client: "MlflowClient", run_id: str) -> bool:
    from mlflow.exceptions import MlflowException

    try:
        return bool(run_id) and client.get_run(run_id).info.lifecycle_stage == "active"
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return False


def _running(client: "MlflowClient", run_id: str) -> list[str]:
    experiment = client.get_run(run_id).info.experiment_id
    wanted = f"tags.`{_PARENT}` = '{run_id}' and attributes.status = 'RUNNING'"
    return [str(run.info.run_id) for run in client.search_runs([experiment], wanted)]


@dataclass
class Ending:
    """How the run of a trial ends."""

    project: Project
    status: str = "FINISHED"

    def log(self, metrics: Mapping[str, float]) -> None:
        """Log metrics as `validation.NAME`: no row of the holdout is behind them."""
        import mlflow

        found = {f"validation.{name}": v for name, v in metrics.items() if math.isfinite(v)}
        with reachable(self.project):
            mlflow.log_metrics(found)

    def fail(self, error: str) -> None:
        """Let the run end as FAILED, with what the error was."""
        import mlflow

        self.status = "FAILED"
        with reachable(self.project):
            mlflow.set_tag("tune.error", error[:5000])


@contextmanager
def trial(
    project: Project, run_id: str, name: str, settings: Mapping[str, str]
) -> Iterator[Ending]:
    """Start the run of a trial below that of its search, with what is set in it.

    It ends as FAILED where the block raises, and as KILLED where that is a Ctrl-C.
    """
    import mlflow

    ending = Ending(project)
    with reachable(project):
        mlflow.start_run(run_name=name, parent_run_id=run_id, nested=True)
    try:
        with reachable(project):
            mlflow.log_params(dict(settings))
        yield ending
    except BaseException as error:
        ending.status = "KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED"
        raise
    finally:
        with reachable(project):
            while mlflow.active_run():  # also one that the owner's code has left open
                mlflow.end_run(ending.status)


def tag(project: Project, run_id: str, **tags: str) -> None:
    """Tag the run of a search with what came of it."""
    client = connect(project)
    with reachable(project):
        for name, value in tags.items():
            client.set_tag(run_id, f"tune.{name}", value)
