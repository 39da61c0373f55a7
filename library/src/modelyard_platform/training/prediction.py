"""Batch predictions with the champion."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..console import stage
from ..data.snapshots import Snapshot, landed, verify
from ..errors import SetupError
from ..evaluation import scoring
from ..settings import Project
from ..tracking import registry


@dataclass(frozen=True)
class Batch:
    """A file of predictions, and the version that gave them."""

    path: str
    rows: int
    model_version: str


def predict(project: Project, name: str | None) -> Batch:
    """Score a snapshot (default: the newest) with the champion.

    Writes `predictions/SNAPSHOT.parquet`: the key and the time of each row, `prediction` or a
    column for each of `OUTPUTS`, and the name and version of the model that gave it.
    """
    versions = registry.Registry(project)
    champion = versions.get(registry.CHAMPION)
    snapshot = _choose(landed(project), name)
    verify(project, [snapshot])
    with stage(f"score {snapshot.name} with version {champion.number}"):
        frame = snapshot.read()
        contract, outputs = project.owner.contract, project.owner.outputs
        result = frame[[c for c in (contract.key, contract.time) if c]].copy()
        stored = versions.files(champion)
        given = scoring.score(project.owner, stored, frame)
        scoring.check_outputs(project.owner, champion.number, stored, given, len(frame))
        result[list(outputs)] = given.reshape(len(frame), len(outputs))
        result["model"] = project.name
        result["model_version"] = champion.number
        path = project.root / "predictions" / f"{snapshot.name}.parquet"
        _write(result, path)
    return Batch(str(path.relative_to(project.root)), len(result), champion.number)


def _choose(snapshots: list[Snapshot], name: str | None) -> Snapshot:
    found = [snapshot for snapshot in snapshots if name in (None, snapshot.name)]
    if not found:
        raise SetupError(
            f"no snapshot {name} has landed" if name else "no snapshot has landed", "ingest"
        )
    return found[-1]


def _write(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    try:
        frame.to_parquet(partial, index=False)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
