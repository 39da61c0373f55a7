"""The stages of a training, as plain functions. The pipeline and `train --direct` call the same."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from .. import features, model
from ..contract import CONTRACT
from . import gate, lineage, recording, registry, scoring, tracking
from .console import stage
from .errors import SetupError
from .evaluation import Evaluation, evaluate
from .lineage import Lineage
from .settings import Project
from .snapshots import Snapshot, ingest, landed, verify


@dataclass(frozen=True)
class Outcome:
    """A trained version, its metrics on the holdout, and what the gate said of it."""

    version: str
    metrics: dict[str, float]
    verdict: gate.Verdict

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain values."""
        return {"version": self.version, "metrics": self.metrics, **self.verdict.to_dict()}


def run(project: Project) -> Outcome:
    """Run all stages in this process."""
    prepare(project)
    begun = begin(project, "direct")
    rows, labels = build(project, begun.train_months)
    run_id = fit(project, rows, labels, begun)
    metrics = assess(project, run_id).metrics
    number = register(project, run_id, begun)
    return Outcome(number, metrics, admit(project, number))


def prepare(project: Project) -> None:
    """Make sure of enough landed snapshots, each whole and within the contract.

    Lands what the source offers where nothing has landed yet.
    """
    gate.check_names(project.params.gate, CONTRACT)
    tracking.connect(project)  # before hours of work, not after them
    snapshots = landed(project) or ingest(project)
    needed = project.params.split.holdout_months + 1
    if len(snapshots) < needed:
        has = f"there are {len(snapshots)} snapshots, and a training needs at least {needed}"
        raise SetupError(has, "ingest (lands the next ones)")
    with stage(f"check {len(snapshots)} snapshots"):
        verify(project, snapshots)


def begin(project: Project, pipeline_run: str) -> Lineage:
    """Return the lineage of the training that starts now."""
    snapshots = landed(project)
    training, holdout = split(project, snapshots)
    times = read(training, columns=[CONTRACT.time])[CONTRACT.time]
    return replace(
        lineage.capture(project, snapshots),
        pipeline_run=pipeline_run,
        train_months=tuple(snapshot.month for snapshot in training),
        holdout_months=tuple(snapshot.month for snapshot in holdout),
        trained_until=times.max().isoformat(),
    )


def split(project: Project, snapshots: list[Snapshot]) -> tuple[list[Snapshot], list[Snapshot]]:
    """Return the snapshots to train on, and the newest ones, which are held out."""
    months = project.params.split.holdout_months
    return snapshots[:-months], snapshots[-months:]


def read(snapshots: list[Snapshot], columns: list[str] | None = None) -> pd.DataFrame:
    """Return the rows of several snapshots, oldest snapshot first."""
    frames = [snapshot.read(columns) for snapshot in snapshots]
    return pd.concat(frames, ignore_index=True)


def build(project: Project, months: tuple[str, ...]) -> tuple[pd.DataFrame, pd.Series]:
    """Return the features and the labels of the rows of `months`."""
    frame = read([snapshot for snapshot in landed(project) if snapshot.month in months])
    with stage(f"build features of {len(frame)} rows"):
        rows = features.build(frame, project.params.features)
        return rows, model.target(frame, project.params.model)


def fit(project: Project, rows: pd.DataFrame, labels: pd.Series, begun: Lineage) -> str:
    """Train a model, store it in a new run, and return the run's id."""
    with stage(f"fit on {len(rows)} rows"):
        fitted = model.fit(rows, labels, project.params.model, project.params.seed)
    with stage("store the model"):
        tracking.connect(project)
        with tracking.run(project, name=f"trained until {begun.trained_until[:10]}") as run_id:
            recording.log_inputs(project, rows, begun)
            recording.log_model(project, fitted, rows, begun)
    return run_id


def assess(project: Project, run_id: str) -> Evaluation:
    """Evaluate the stored model of a run on the holdout, and log metrics, plots and predictions."""
    tracking.connect(project)
    holdout = read(split(project, landed(project))[1])
    with stage(f"evaluate on {len(holdout)} rows"), tracking.run(project, run_id):
        stored = recording.stored_model(project, run_id)
        predictions = scoring.score(stored, holdout)
        result = evaluate(
            run_id, scoring.trained_until(stored), holdout, predictions, project.params
        )
        recording.log_evaluation(project, stored, holdout, predictions, result)
    return result


def register(project: Project, run_id: str, begun: Lineage) -> str:
    """Register the model of a finished run, and return the number of its version."""
    with stage("register the model"):
        versions = registry.Registry(project)
        stored = recording.stored_model(project, run_id)
        done = replace(begun, model=lineage.hash_tree(stored))
        with tracking.run(project, run_id):
            recording.log_text(done.to_json(), lineage.ARTIFACT)
        return versions.register(run_id, recording.model_uri(project, run_id), done.tags()).number


def admit(project: Project, number: str) -> gate.Verdict:
    """Judge a new version, and make it challenger; without a verdict it does not stay."""
    versions = registry.Registry(project)
    try:
        verdict = judge(project, number)
        versions.challenge(number)
    except BaseException:
        versions.remove(number)
        raise
    return verdict


def judge(project: Project, number: str) -> gate.Verdict:
    """Hold a version against the champion on the newest holdout, and log the verdict with it."""
    versions = registry.Registry(project)
    candidate, champion = versions.get(number), versions.find(registry.CHAMPION)
    holdout = read(split(project, landed(project))[1])
    with stage(f"judge version {candidate.number}"):
        mine = _evaluation(project, candidate.number, holdout, versions.files(candidate))
        other = None
        if champion is not None and champion.number != candidate.number:
            other = _evaluation(project, champion.number, holdout, versions.files(champion))
        verdict = gate.judge(mine, other, holdout[CONTRACT.time].min(), project.params.gate)
        recording.log_verdict(project, versions, candidate, verdict)
    return verdict


def _evaluation(project: Project, number: str, holdout: pd.DataFrame, stored: Path) -> Evaluation:
    predictions = scoring.score(stored, holdout)
    return evaluate(number, scoring.trained_until(stored), holdout, predictions, project.params)
