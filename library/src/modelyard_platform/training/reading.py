"""The rows of snapshots that have landed: of those that a training has started from, or of some."""

from collections.abc import Sequence

import pandas as pd

from ..data.snapshots import Snapshot, check_unchanged, landed, restore
from ..errors import DataRefused
from ..settings import Project


def recorded(project: Project, data: dict[str, str]) -> list[Snapshot]:
    """Return the snapshots of these names and MD5; DataRefused where this clone lacks one."""
    here = {snapshot.name: snapshot for snapshot in landed(project)}
    for name, md5 in data.items():
        if name not in here or here[name].md5 != md5:
            state = "is another one here" if name in here else "has not landed here"
            raise DataRefused(
                f"the training started from snapshot {name} ({md5}), which {state}",
                "git pull, so that this clone is at the commit of the training",
            )
    return [here[name] for name in data]


def read(snapshots: Sequence[Snapshot], columns: list[str] | None = None) -> pd.DataFrame:
    """Return the rows of several snapshots, oldest first; DataRefused unless they are as landed."""
    frames = [snapshot.read(columns) for snapshot in snapshots]
    check_unchanged(snapshots)
    return pd.concat(frames, ignore_index=True)


def read_here(project: Project, snapshots: Sequence[Snapshot]) -> pd.DataFrame:
    """Return the same, also in a stage that is the first one to run on its machine."""
    restore(project, [snapshot for snapshot in snapshots if not snapshot.path.exists()])
    return read(snapshots)
