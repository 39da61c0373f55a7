"""Snapshots to test with: those that have landed, or those that the source gives, once a run."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

from ..api import Source
from ..data import snapshots
from ..errors import SetupError
from ..settings import Project
from ..validation import labels

MOST = 24


@dataclass(frozen=True)
class Landed:
    """One snapshot: its name and its file, in data/raw or in a folder of this run."""

    name: str
    path: Path

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All its rows."""
        return pd.read_parquet(self.path)


def land(project: Project, source: Source, folder: Path, rows: int) -> list[Landed]:
    """Return the holdout and as many snapshots before it as have `rows` rows, oldest first.

    What has not landed is fetched into `folder`, as it comes: nothing is checked here.
    """
    here = {s.name: s.path for s in snapshots.landed(project)}
    # Sorted here: that the source sorts them is tested by itself.
    names = list(here) or sorted(set(source.snapshots(project.params.data)))
    if not names:
        raise SetupError("the source offers no snapshot", "look at snapshots in data.py")
    found: list[Landed] = []
    n_rows, labelled, held_out = -rows, 0, project.params.split.holdout_snapshots
    contract = project.owner.contract
    for name in reversed(names[-MOST:]):
        if labelled > held_out and n_rows >= 0:
            break
        path = here.get(name)
        whole = (
            path
            if path is not None and path.exists()
            else _fetched(source, name, folder, project.params.data)
        )
        found.insert(0, Landed(name, whole))
        labelled += not (contract.label and labels.lacking(found[0].frame, contract))
        if labelled > held_out:
            n_rows += len(found[0].frame)
    return found


def _fetched(source: Source, name: str, folder: Path, params: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    with FileLock(folder / f"{name}.lock"):
        if not path.exists():
            partial = path.with_suffix(".partial")
            source.fetch(name, partial, params)
            partial.replace(path)
    return path
