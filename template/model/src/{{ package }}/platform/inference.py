"""Batch predictions with the champion."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..contract import CONTRACT
from . import registry, scoring
from .console import stage
from .errors import SetupError
from .settings import Project
from .snapshots import Snapshot, landed, verify


@dataclass(frozen=True)
class Batch:
    """A file of predictions, and the version that gave them."""

    path: str
    rows: int
    model_version: str


def predict(project: Project, month: str | None) -> Batch:
    """Score the snapshot of `month` (default: the newest) with the champion.

    Writes `predictions/MONTH.parquet`: the key and the time of each row, `prediction`, and the name
    and version of the model that gave it.
    """
    versions = registry.Registry(project)
    champion = versions.get(registry.CHAMPION)
    snapshot = _choose(landed(project), month)
    verify(project, [snapshot])
    with stage(f"score {snapshot.month} with version {champion.number}"):
        frame = snapshot.read()
        result = frame[[CONTRACT.key, CONTRACT.time]].copy()
        result["prediction"] = scoring.score(versions.files(champion), frame)
        result["model"] = project.name
        result["model_version"] = champion.number
        path = project.root / "predictions" / f"{snapshot.month}.parquet"
        _write(result, path)
    return Batch(str(path.relative_to(project.root)), len(result), champion.number)


def _choose(snapshots: list[Snapshot], month: str | None) -> Snapshot:
    found = [s for s in snapshots if month in (None, s.month)]
    if not found:
        raise SetupError(f"no snapshot of {month or 'any month'} has landed", "ingest")
    return found[-1]


def _write(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    try:
        frame.to_parquet(partial, index=False)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
