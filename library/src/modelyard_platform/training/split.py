"""Which snapshots are trained on, and which are held out to judge by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pandas as pd

from ..console import tell
from ..data.snapshots import Snapshot, restore
from ..errors import SetupError
from ..evaluation.unseen import Holdout
from ..settings import Project
from ..validation import labels


@dataclass(frozen=True)
class Split:
    """The snapshots to train on, and the newest labelled ones, which are held out.

    `unlabelled` are those that still lack labels: they are scored, and nothing else. Each is oldest
    first.
    """

    training: tuple[Snapshot, ...]
    holdout: tuple[Snapshot, ...]
    unlabelled: tuple[Snapshot, ...] = ()


def split(project: Project, snapshots: list[Snapshot]) -> Split:
    """Return how a training that starts now divides the landed snapshots."""
    newest = project.params.split.holdout_snapshots
    labelled = [*_labelled(project, snapshots)][::-1]
    unlabelled = [snapshot for snapshot in snapshots if snapshot not in labelled]
    return Split(tuple(labelled[:-newest]), tuple(labelled[-newest:]), tuple(unlabelled))


def held_out(project: Project, snapshots: list[Snapshot]) -> list[Snapshot]:
    """Return the newest labelled snapshots, which everything is judged by; reads no others."""
    newest = project.params.split.holdout_snapshots
    return [*islice(_labelled(project, snapshots), newest)][::-1]


def check(project: Project, snapshots: list[Snapshot]) -> None:
    """Raise SetupError where the snapshots cannot be divided, or nothing could prove it."""
    owner = project.owner
    labels.check_names(project)
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


def check_labelled(project: Project, snapshots: list[Snapshot]) -> None:
    """Tell which snapshots lack their labels; SetupError where too few have them."""
    parts = split(project, snapshots)
    for snapshot in parts.unlabelled:
        tell(f"! {_unlabelled(project, snapshot)}")
    needed = project.params.split.holdout_snapshots + 1
    having = len(parts.training) + len(parts.holdout)
    if having < needed:
        has = f"{having} of {len(snapshots)} snapshots have their labels"
        first = parts.unlabelled[0].name
        raise SetupError(
            f"{has}, and a training needs at least {needed}",
            f"ingest --again {first}, when they have come (or land more: ingest)",
        )


def holdout_of(project: Project, frame: pd.DataFrame) -> Holdout:
    """Return what the rows of a holdout prove: `evaluation.gate.judge` asks it."""
    return Holdout(frame[project.owner.contract.time].min())


def _labelled(project: Project, snapshots: list[Snapshot]) -> Iterator[Snapshot]:
    """Yield the snapshots that have all their labels, newest first."""
    contract = project.owner.contract
    for snapshot in reversed(snapshots):
        if contract.label:
            restore(project, [snapshot] if not snapshot.path.exists() else [])
            if labels.lacking(snapshot.read([*contract.label]), contract):
                continue
        yield snapshot


def _unlabelled(project: Project, snapshot: Snapshot) -> str:
    """Return what is told of a snapshot without labels."""
    contract = project.owner.contract
    frame = snapshot.read([*contract.label, *([contract.time] if contract.time else [])])
    newest = frame[contract.time].max() if contract.time else None
    due: Any = labels.due(snapshot.name, newest, contract, contract.period)
    rows = f"{labels.lacking(frame, contract)} of {len(frame)} rows"
    what = f"{snapshot.name} is scored, and neither trained on nor judged by: {rows} have no label"
    if due is None:
        return what
    late = due.tz_localize(None) < datetime.now(UTC).replace(tzinfo=None)
    ask = f", and are late: ingest --again {snapshot.name}" if late else ""
    return f"{what} yet; they come by {due:%Y-%m-%d}{ask}"
