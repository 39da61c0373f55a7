"""Batch predictions with the champion."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..advice import typed
from ..console import stage
from ..data.snapshots import Snapshot, check_unchanged, landed, verify
from ..delivery.batch import Predictions
from ..delivery.target import target
from ..errors import SetupError
from ..evaluation import scoring
from ..permissions import give_out
from ..settings import Project
from ..tracking import registry, verified


@dataclass(frozen=True)
class Batch:
    """Where predictions were written, how many, and the version that gave them."""

    path: str
    rows: int
    model_version: str
    snapshot: str
    predicted_at: str


def predict(project: Project, name: str | None, to: str = "", table: str = "") -> Batch:
    """Score a snapshot (default: the newest) with the champion, and write the predictions.

    They have the key and the time of each row, `prediction` or a column for each of `OUTPUTS`, and
    `snapshot`, `model`, `model_version` and `predicted_at`. Without `to`, `table` or settings they
    go to `predictions/SNAPSHOT.parquet`. What was there of the same snapshot and version is
    replaced.
    """
    destination = target(project, to, table)
    # First: skops looks for functions of SciPy in all modules, in the order of their import.
    _ = project.owner.model
    versions = registry.Registry(project)
    champion = versions.get(registry.CHAMPION)
    snapshot = _choose(landed(project), name)
    verify(project, [snapshot])
    now = datetime.now(UTC).replace(microsecond=0)
    with stage(f"score {snapshot.name} with version {champion.number}"):
        contract, outputs = project.owner.contract, project.owner.outputs
        result = snapshot.read([c for c in (contract.key, contract.time) if c])
        given = _score(project, champion, snapshot, len(result))
        check_unchanged([snapshot])
        result[list(outputs)] = given.reshape(len(result), len(outputs))
        found = Predictions(result, contract.key, snapshot.name, project.name, champion.number)
        for column, value in found.identity().items():
            result[column] = value
        result["predicted_at"] = pd.Timestamp(now)
    if destination:
        with stage("write the predictions"):
            path = destination.write(found)
    else:
        local = project.root / "predictions" / f"{snapshot.name}.parquet"
        _write(result, local)
        path = str(local.relative_to(project.root))
    return Batch(path, len(result), champion.number, snapshot.name, now.isoformat())


def _score(
    project: Project, champion: registry.Version, snapshot: Snapshot, n_rows: int
) -> "np.ndarray[Any, Any]":
    owner = project.owner
    with verified.model(project, champion) as stored:
        given = scoring.score_batches(owner, stored, snapshot.batches())
        scoring.check_outputs(owner, champion.number, stored.folder, given, n_rows)
    return given


def _choose(snapshots: list[Snapshot], name: str | None) -> Snapshot:
    found = [snapshot for snapshot in snapshots if name in (None, snapshot.name)]
    if not found:
        raise SetupError(
            f"no snapshot {name} has landed" if name else "no snapshot has landed", typed("ingest")
        )
    return found[-1]


def _write(frame: pd.DataFrame, path: Path) -> None:
    if not path.parent.exists():
        path.parent.mkdir()
        give_out(path.parent)
    # A name of its own: predictions of one snapshot may be asked for twice at once.
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        frame.to_parquet(partial, index=False)
        give_out(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
