"""Which snapshots are trained on, and which are held out to judge by."""

from dataclasses import dataclass

import pandas as pd

from ..data.snapshots import Snapshot
from ..errors import SetupError
from ..evaluation.unseen import Holdout
from ..settings import Project


@dataclass(frozen=True)
class Split:
    """The snapshots to train on, and the newest ones, which are held out; each oldest first."""

    training: tuple[Snapshot, ...]
    holdout: tuple[Snapshot, ...]


def split(project: Project, snapshots: list[Snapshot]) -> Split:
    """Return how a training that starts now divides the landed snapshots."""
    newest = project.params.split.holdout_snapshots
    return Split(tuple(snapshots[:-newest]), tuple(snapshots[-newest:]))


def check(project: Project, snapshots: list[Snapshot]) -> None:
    """Raise SetupError where the snapshots cannot be divided, or nothing could prove it."""
    owner = project.owner
    if owner.contract.time is None:
        raise SetupError(
            f"{owner.path('contract')} names no time column: the newest snapshots cannot be "
            "proven newer than what was trained on",
            "name the column that places a row in time",
        )
    needed = project.params.split.holdout_snapshots + 1
    if len(snapshots) < needed:
        has = f"there are {len(snapshots)} snapshots, and a training needs at least {needed}"
        raise SetupError(has, "ingest (lands the next ones)")


def holdout_of(project: Project, frame: pd.DataFrame) -> Holdout:
    """Return what the rows of a holdout prove: `evaluation.gate.judge` asks it."""
    return Holdout(frame[project.owner.contract.time].min())
