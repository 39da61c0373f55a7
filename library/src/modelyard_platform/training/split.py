"""Which snapshots and rows are trained on, and which are held out to judge by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pandas as pd

from ..advice import typed
from ..console import tell
from ..data.snapshots import Snapshot, restore
from ..errors import DataRefused, SetupError
from ..evaluation.unseen import Holdout
from ..settings import Project
from ..validation import labels
from .sides import rule


@dataclass(frozen=True)
class Split:
    """The snapshots to train on, and those to judge by; each oldest first.

    By time: the newest labelled ones are held out, and `gap_snapshots` before them left out. By
    hash: both are all labelled ones, and each row has its side. `unlabelled` are those that still
    lack labels: they are scored, and nothing else.
    """

    training: tuple[Snapshot, ...]
    holdout: tuple[Snapshot, ...]
    unlabelled: tuple[Snapshot, ...] = ()


def split(project: Project, snapshots: list[Snapshot]) -> Split:
    """Return how a training that starts now divides the landed snapshots."""
    labelled = [*_labelled(project, snapshots)][::-1]
    unlabelled = tuple(snapshot for snapshot in snapshots if snapshot not in labelled)
    if rule(project):
        return Split(tuple(labelled), tuple(labelled), unlabelled)
    settings = project.params.split
    before = labelled[: -settings.holdout_snapshots - settings.gap_snapshots]
    before = before[-settings.training_snapshots :]  # of 0: all
    return Split(tuple(before), tuple(labelled[-settings.holdout_snapshots :]), unlabelled)


def held_out(project: Project, snapshots: list[Snapshot]) -> list[Snapshot]:
    """Return the snapshots that everything is judged by; reads no others."""
    newest = None if rule(project) else project.params.split.holdout_snapshots
    return [*islice(_labelled(project, snapshots), newest)][::-1]


def training_rows(project: Project, frame: pd.DataFrame) -> pd.DataFrame:
    """Return those rows of the snapshots to train on that are on that side."""
    found = rule(project)
    return frame[~found.held_out(frame)].reset_index(drop=True) if found else frame


def holdout_rows(project: Project, frame: pd.DataFrame) -> pd.DataFrame:
    """Return those rows of the snapshots to judge by that are on that side."""
    found = rule(project)
    return frame[found.held_out(frame)].reset_index(drop=True) if found else frame


def check(project: Project, snapshots: list[Snapshot]) -> None:
    """Raise SetupError where settings and contract do not fit, or there are too few snapshots."""
    labels.check_names(project)
    _check_settings(project)
    needed = _needed(project)
    if len(snapshots) < needed:
        has = f"there are {len(snapshots)} snapshots, and a training needs at least {needed}"
        raise SetupError(has, f"{typed('ingest')} (lands the next ones)")


def check_labelled(project: Project, snapshots: list[Snapshot]) -> None:
    """Tell which snapshots lack labels; SetupError where too few have them, or no row is left.

    Where there is no time, DataRefused for a key or a group on both sides.
    """
    parts = split(project, snapshots)
    for snapshot in parts.unlabelled:
        tell(f"! {_unlabelled(project, snapshot, snapshots[-1])}")
    having = len(snapshots) - len(parts.unlabelled)
    if having < _needed(project):
        has = f"{having} of {len(snapshots)} snapshots have their labels"
        first = parts.unlabelled[0].name
        raise SetupError(
            f"{has}, and a training needs at least {_needed(project)}",
            f"{typed(f'ingest --again {first}')}, when they have come "
            f"(or land more: {typed('ingest')})",
        )
    _check_sides(project, parts)


def holdout_of(project: Project, frame: pd.DataFrame, snapshots: Sequence[Snapshot]) -> Holdout:
    """Return what proves that the rows of a holdout are new: `evaluation.gate.judge` asks it."""
    found = rule(project)
    if found is None:
        return Holdout(frame[project.owner.contract.time].min())
    shared = found.shared(snapshot.read(found.columns) for snapshot in snapshots)
    return Holdout(None, found.column, found.share, shared)


def _needed(project: Project) -> int:
    settings = project.params.split
    return 1 if rule(project) else settings.holdout_snapshots + settings.gap_snapshots + 1


def _check_settings(project: Project) -> None:
    """Raise SetupError where params.yaml sets what the contract has no use for."""
    path, given = project.owner.path("contract"), project.params.split.model_fields_set
    by_time = {"holdout_snapshots", "gap_snapshots", "training_snapshots", "backtests"}
    if not project.params.split.backtests:
        given = given - {"backtests"}  # as in a fresh repo
    if rule(project):
        unused, why = given & by_time, "names no time column: rows are held out by hash"
        hint = "take it out of params.yaml, and set split.holdout_share; or name the time column"
    else:
        unused, why = given - by_time, "names a time column: the newest snapshots are held out"
        hint = "take it out of params.yaml, and set split.holdout_snapshots"
    if unused:
        raise SetupError(f"split.{min(unused)} is set, and {path} {why}", hint)


def _check_sides(project: Project, parts: Split) -> None:
    found = rule(project)
    if found is None:
        return
    frames = [snapshot.read(found.columns) for snapshot in parts.training]
    rounded = {name for frame in frames for name in found.rounded(frame)}
    if rounded:
        raise DataRefused(
            f"numbers of {min(rounded)} are floats beyond 2**53, where some are the same as others",
            f"let data.py write {min(rounded)} as text, or as Int64 of pandas",
        )
    held, rows = sum(int(found.held_out(frame).sum()) for frame in frames), sum(map(len, frames))
    if held in (0, rows):
        what = f"{held} of {rows} rows are held out by hash of {found.column}"
        raise SetupError(what, "land more rows, or correct split.holdout_share in params.yaml")
    shared = found.shared(frames)
    if shared:
        raise DataRefused(
            f"{shared} keys or groups are trained on and held out: a {found.key} stands in rows of "
            f"several {found.column}",
            f"give each {found.key} one {found.column}, or name another group in contract.py",
        )


def _labelled(project: Project, snapshots: list[Snapshot]) -> Iterator[Snapshot]:
    """Yield the snapshots that have all their labels, newest first."""
    contract = project.owner.contract
    for snapshot in reversed(snapshots):
        if contract.label:
            restore(project, [snapshot] if not snapshot.path.exists() else [])
            if _lacking(project, snapshot, snapshots[-1])[0]:
                continue
        yield snapshot


def _lacking(project: Project, snapshot: Snapshot, last: Snapshot) -> tuple[int, int, Any]:
    """Return how many rows of a snapshot lack their label, of how many, and the newest one's time.

    `last` is the newest snapshot that has landed.
    """
    contract, period = project.owner.contract, project.params.period
    time = [contract.time] if contract.time else []
    frame = snapshot.read([*contract.label, *time])
    newest, over = (frame[contract.time].max() if contract.time else None), True
    if contract.time and contract.label_after_days:
        latest = last.read(time)[contract.time].max() if period == "any" else None
        over = labels.is_over(snapshot.name, newest, (last.name, latest), contract, period)
    return labels.lacking(frame, contract, over), len(frame), newest


def _unlabelled(project: Project, snapshot: Snapshot, last: Snapshot) -> str:
    """Return what is told of a snapshot without labels."""
    contract = project.owner.contract
    lacking, of, newest = _lacking(project, snapshot, last)
    due: Any = labels.due(snapshot.name, newest, contract, project.params.period)
    rows = f"{lacking} of {of} rows"
    what = f"{snapshot.name} is scored, and neither trained on nor judged by: {rows} have no label"
    if due is None:
        return what
    late = due.tz_localize(None) < datetime.now(UTC).replace(tzinfo=None)
    again = typed(f"ingest --again {snapshot.name}")
    ask = f", and are late: {again}" if late else ""
    return f"{what} yet; they come by {due:%Y-%m-%d}{ask}"
