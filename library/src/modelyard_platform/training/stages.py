"""The stages of a training, as plain functions: every engine calls these, and nothing else.

Between stages travel a lineage, frames, the id of a run and the number of a version; models and
evaluations are in MLflow, snapshots in the DVC remote. So each stage may run on its own machine.
"""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from .. import ci
from ..batches import gathered
from ..changes import without
from ..console import stage
from ..data.snapshots import check_unchanged, landed, restore
from ..errors import NotTrusted
from ..evaluation import gate, mlmodel, scoring
from ..evaluation.metrics import Evaluation, evaluate
from ..lineage.record import Lineage
from ..settings import Project
from ..store import by_turns
from ..tracking import client, logging, records, registry, verified
from . import candidate, fitting, judging, kept, trial
from . import split as splitting
from .announce import announce
from .frozen import check, check_read
from .holdout import holdout_of
from .reading import read_here, recorded


@dataclass(frozen=True)
class Outcome:
    """What was trained, its metrics on the holdout, and what the gate said of it.

    `version` is the number of its version, or the id of its run where nothing was registered.
    """

    version: str
    metrics: dict[str, float]
    verdict: gate.Verdict

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain values."""
        number = None if candidate.is_run(self.version) else self.version
        return {"version": number, "metrics": self.metrics, **self.verdict.to_dict()}


def build(project: Project, data: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the features of the rows of some snapshots, and their labels.

    `data` holds the MD5 of each snapshot by its name; DataRefused where this clone has another. The
    labels have a column for each target; a last one, `__weight__`, where model.py gives weights.
    """
    snapshots = recorded(project, data)
    restore(project, [snapshot for snapshot in snapshots if not snapshot.path.exists()])
    with stage(f"build features of {len(snapshots)} snapshots"):
        raw = gathered(frame for snapshot in snapshots for frame in snapshot.batches())
        rows, labels = fitting.build(project, (splitting.training_rows(project, f) for f in raw))
        check_unchanged(snapshots)
        check_read(project)
        return rows, labels


def fit(project: Project, begun: Lineage, rows: pd.DataFrame, labels: pd.DataFrame) -> str:
    """Train a model, store it in a new run, and return the run's id."""
    check(project, begun)
    given = fitting.given(project, rows, labels)
    trial.check(project, given)
    with stage(f"fit on {len(rows)} rows"):
        fitted = fitting.fit(project, given)
    check(project, begun)
    check_read(project)
    return store(project, begun, fitted, given.rows.head(logging.EXAMPLE_ROWS), len(rows))


def store(project: Project, begun: Lineage, fitted: Any, rows: pd.DataFrame, n_rows: int) -> str:
    """Store a model, fitted on `n_rows` rows such as `rows`, in a new run; return the run's id.

    Where that fails, it is kept in the store.
    """
    with kept.keeping(project, begun, fitted, rows, n_rows), stage("store the model"):
        client.connect(project)
        with client.run(project, name=_run_name(begun)) as run_id:
            logging.log_inputs(project, rows, begun, n_rows)
            logging.log_model(project, fitted, rows, begun)
    return run_id


def assess(project: Project, run_id: str) -> Evaluation:
    """Evaluate the stored model of a run on the holdout, and log metrics, plots and predictions."""
    client.connect(project)
    begun = records.of_run(project, run_id).lineage
    check(project, begun)
    held_out = begun.snapshots(begun.holdout_snapshots)
    holdout = read_here(project, recorded(project, held_out))
    holdout = splitting.holdout_rows(project, holdout)
    with stage(f"evaluate on {len(holdout)} rows"), client.run(project, run_id):
        uri = logging.model_uri(project, run_id)
        with verified.model_of_run(project, run_id, uri) as stored:
            predictions = scoring.score(project.owner, stored, holdout)
            seen = mlmodel.seen(stored.folder)
            result = evaluate(project, run_id, seen, holdout, predictions)
            check_read(project)
            logging.log_evaluation(project, stored.folder, holdout, predictions, result)
    return result


def _run_name(begun: Lineage) -> str:
    """Return how a run is called in MLflow, which takes no name that is empty."""
    named = f"trained until {begun.trained_until[:10]}"
    return named if begun.trained_until else f"trained on {begun.train_snapshots[-1]} and before"


@by_turns("train: register")
def register(project: Project, begun: Lineage, run_id: str) -> str:
    """Register the model of a finished run, and return the number of its version.

    Where nothing is registered (`ci.registers`), it is the id of the run, which `admit` judges too.
    """
    with stage("register the model"):
        versions = registry.Registry(project)
        uri = logging.model_uri(project, run_id)
        with verified.model_of_run(project, run_id, uri):
            record = records.of_run(project, run_id)
        if not record.lineage.continues(begun):
            what = f"run {run_id} did not start from the lineage that was given"
            raise NotTrusted(what, "train again from the start")
        hashes = verified.artifact_hashes(project, run_id, logging.READ_BACK)
        done = replace(record.lineage, artifacts=hashes)
        if not ci.registers():
            with client.run(project, run_id):
                records.log(project, done, record)
            return run_id
        number = versions.register(run_id, uri, done.tags()).number
        try:
            with client.run(project, run_id):
                records.log(project, replace(done, version=number), record)
        except BaseException:
            versions.remove(number)
            raise
        return number


@by_turns("train: admit")
def admit(project: Project, version: str) -> gate.Verdict:
    """Judge what `register` gave; a version that passes is the challenger, and none other.

    Without a verdict, it does not stay in the registry.
    """
    versions = registry.Registry(project)
    try:
        verdict = judge(project, version)
        if verdict.passed and not candidate.is_run(version):
            versions.challenge(version)
    except BaseException:
        if not candidate.is_run(version):
            versions.remove(version)
        raise
    if not candidate.is_run(version):
        announce(project, verdict)
    return verdict


def judge(project: Project, version: str, record: records.Record | None = None) -> gate.Verdict:
    """Hold a version, or a run, against the champion on the newest holdout; log the verdict.

    What is asked of it stands in params.yaml, whatever was set for its training.
    """
    project = without(project)
    versions = registry.Registry(project)
    mine = candidate.find(project, version, record)
    champion = versions.find(registry.CHAMPION)
    newest = splitting.held_out(project, landed(project))
    rows = holdout_of(project, read_here(project, newest), newest)
    with stage(f"judge {mine.title}"):
        other = None
        if champion is not None and champion.number != mine.name:
            other = candidate.of_version(project, champion)
        verdict = judging.judge(project, mine, other, rows)
        logging.log_verdict(project, versions, mine.version, mine.record, verdict)
    return verdict
