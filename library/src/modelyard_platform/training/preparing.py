"""What a training makes sure of before it starts, and the lineage that it starts with."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from .. import ci
from ..console import stage, tell
from ..data.snapshots import Snapshot, ingest, landed, verify
from ..errors import DataRefused
from ..evaluation import gate
from ..evaluation.metrics import slice_names
from ..lineage import origin
from ..lineage import record as lineage
from ..lineage.record import Lineage
from ..settings import Project
from ..store import by_turns
from ..tracking import records, registry
from . import split as splitting
from .announce import check_providers
from .frozen import tell_uncommitted
from .sides import rule


@by_turns("train: land")
def land(project: Project) -> None:
    """Land what the source offers where nothing has landed yet.

    Before the project is frozen: the commit of a training has the pointers of its snapshots.
    """
    if project.frozen is None and not landed(project):
        check_providers(project)  # before anything is fetched for nothing
        ingest(project)


@by_turns("train: prepare")
def prepare(project: Project, pipeline_run: str = "direct") -> Lineage:
    """Make sure of enough whole snapshots within the contract; return what starts from them.

    Lands what the source offers where nothing has landed yet.
    """
    tell_uncommitted(project)
    check_ready(project)
    return begin(project, pipeline_run)


def check_ready(project: Project, judged_by: bool = False) -> None:
    """Raise a ProjectError where settings, tracker or snapshots do not allow a training.

    With `judged_by`, only what a version is judged by is read: nothing is going to be trained.
    """
    snapshots = _snapshots(project)
    gate.check_names(project.params.gate, project.owner.metrics, slice_names(project))
    read = splitting.held_out(project, snapshots) if judged_by else snapshots
    with stage(f"check {len(read)} snapshots"):
        verify(project, read)
    splitting.check_labelled(project, snapshots)


def _snapshots(project: Project) -> list[Snapshot]:
    check_providers(project)
    records.check_signing(project)
    registry.Registry(project)  # before hours of work, not after them
    if not ci.registers():
        tell(f"• nothing is registered here: {ci.REGISTER}=1 in the CI job changes that")
    snapshots = landed(project) or ingest(project)
    splitting.check(project, snapshots)
    return snapshots


def _newest(project: Project, snapshots: Sequence[Snapshot]) -> pd.Timestamp:
    """Return when the newest row was; DataRefused where some times have a zone and others not."""
    time = str(project.owner.contract.time)
    columns = {snapshot.name: snapshot.read([time])[time] for snapshot in snapshots}
    without = [name for name, times in columns.items() if times.dt.tz is None]
    if len(without) not in (0, len(columns)):
        what = f"{time} has a time zone in some snapshots, and none in others, such as {without[0]}"
        raise DataRefused(what, f"give {time} a time zone in data.py, and land {without[0]} again")
    newest: pd.Timestamp = max(times.max() for times in columns.values() if len(times))
    return newest


def begin(project: Project, pipeline_run: str) -> Lineage:
    """Return the lineage of the training that starts now."""
    snapshots = landed(project)
    parts = splitting.split(project, snapshots)
    sides, time = rule(project), project.owner.contract.time
    until = _newest(project, parts.training).isoformat() if time else ""
    return replace(
        lineage.capture(project, snapshots),
        pipeline_run=pipeline_run,
        author=origin.author(project.root),
        branch=origin.branch(project.root),
        train_snapshots=tuple(snapshot.name for snapshot in parts.training),
        holdout_snapshots=tuple(snapshot.name for snapshot in parts.holdout),
        unlabelled_snapshots=tuple(snapshot.name for snapshot in parts.unlabelled),
        trained_until=until,
        holdout_by=sides.column if sides else "",
        holdout_share=sides.share if sides else 0.0,
    )
