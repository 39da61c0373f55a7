"""The monthly snapshots in data/raw: landing new ones, and proving that the landed ones are whole.

Git holds a pointer for each snapshot, DVC holds the bytes. A snapshot appears under its name only
when it is complete and keeps the contract.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .. import data
from ..contract import CONTRACT
from . import versioning
from .console import stage
from .errors import DataRefused, SetupError, Unreachable
from .settings import Project
from .validation import Violation, check


@dataclass(frozen=True)
class Snapshot:
    """One landed month: where its bytes are, and the MD5 that its pointer names."""

    month: str
    path: Path
    md5: str

    def read(self, columns: list[str] | None = None) -> pd.DataFrame:
        """Return its rows as they landed, with all columns or some."""
        return pd.read_parquet(self.path, columns=columns)


class ContractBroken(DataRefused):
    """Snapshots that break the contract, with a row for each way in which they do."""

    def __init__(self, violations: dict[str, list[Violation]]) -> None:
        months = ", ".join(violations)
        super().__init__(
            f"the contract is broken by {months}; nothing of it was used",
            "mend the source, or change contract.py if the data is right",
            [
                (month, found.column, found.problem, found.rows, found.example)
                for month, broken in violations.items()
                for found in broken
            ],
        )


def landed(project: Project) -> list[Snapshot]:
    """Return the snapshots that have a pointer, oldest first. Reads no data."""
    found = []
    for pointer in sorted(project.raw.glob("*.parquet.dvc")):
        path = pointer.with_suffix("")
        found.append(Snapshot(path.stem, path, versioning.read_pointer(pointer)["md5"]))
    return found


def ingest(project: Project, until: str | None = None) -> list[Snapshot]:
    """Land every month up to `until` that the source has and the repo has not; return those.

    All months land, or none: a month that breaks the contract raises ContractBroken, and a remote
    that cannot be written raises Unreachable, before anything has changed.
    """
    known = {snapshot.month for snapshot in landed(project)}
    offered = data.months(project.params.data)
    months = [m for m in offered if m not in known and (until is None or m <= until)]
    if until is not None and offered and until > offered[-1]:
        raise SetupError(
            f"the source has no data for {until}: it ends with {offered[-1]}",
            f"ingest --until {offered[-1]}",
        )
    if not months:
        return []
    with _incoming(project) as folder:
        for month in months:
            with stage(f"{month}: fetch and check"):
                _fetch(project, month, folder / f"{month}.parquet")
        with stage(f"version {len(months)} snapshots with DVC"):
            _publish(project, [folder / f"{month}.parquet" for month in months])
    return [snapshot for snapshot in landed(project) if snapshot.month in months]


def verify(project: Project, snapshots: list[Snapshot]) -> None:
    """Make sure that every snapshot is there, has the bytes of its pointer and keeps the contract.

    Missing bytes are brought from the DVC remote or, where it does not have them, fetched from the
    source again. Raises DataRefused for bytes that were changed since they landed.
    """
    restore(project, [snapshot for snapshot in snapshots if not snapshot.path.exists()])
    for snapshot in snapshots:
        if versioning.file_md5(snapshot.path) != snapshot.md5:
            name = snapshot.path.relative_to(project.root)
            raise DataRefused(
                f"{name} was changed after it landed: its MD5 is not the one in {name}.dvc",
                f".venv/bin/dvc checkout --force {name}.dvc (or dvc add {name}, to keep the change)",
            )
        violations = check(snapshot.read(), snapshot.month, CONTRACT)
        if violations:
            raise ContractBroken({snapshot.month: violations})


def restore(project: Project, missing: list[Snapshot]) -> None:
    """Bring back the bytes of snapshots that only have a pointer."""
    if not missing:
        return
    with stage(f"bring back {len(missing)} snapshots"):
        try:
            versioning.pull(project, [snapshot.path for snapshot in missing])
        except Unreachable as error:
            _fetch_again(project, [s for s in missing if not s.path.exists()], error)


def _fetch_again(project: Project, missing: list[Snapshot], cause: Unreachable) -> None:
    offered = data.months(project.params.data)
    with _incoming(project) as folder:
        for snapshot in missing:
            path = folder / snapshot.path.name
            if snapshot.month in offered:
                data.fetch(snapshot.month, path, project.params.data)
            if not path.exists() or versioning.file_md5(path) != snapshot.md5:
                raise Unreachable(
                    f"{snapshot.path.name} is neither in the DVC remote "
                    f"{versioning.remote_url(project)} nor can the source give the same bytes again",
                    "name the remote that the data was pushed to: "
                    ".venv/bin/dvc remote add --default team URL",
                ) from cause
        for snapshot in missing:
            os.replace(folder / snapshot.path.name, snapshot.path)


def _fetch(project: Project, month: str, path: Path) -> None:
    data.fetch(month, path, project.params.data)
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataRefused(
            f"what the source gave for {month} is not a whole parquet file: {error}",
            "look at fetch in data.py, and try again",
        ) from error
    violations = check(frame, month, CONTRACT)
    if violations:
        raise ContractBroken({month: violations})


def _publish(project: Project, files: list[Path]) -> None:
    paths = [project.raw / file.name for file in files]
    pointers = [path.with_suffix(".parquet.dvc") for path in paths]
    try:
        for file, path in zip(files, paths, strict=True):
            os.replace(file, path)
        versioning.push(project, paths)
    except BaseException:
        for path in (*paths, *pointers):
            path.unlink(missing_ok=True)
        raise
    months = f"{paths[0].stem} to {paths[-1].stem}" if len(paths) > 1 else paths[0].stem
    versioning.commit_only(project.root, pointers, f"Land the snapshot of {months}")


@contextmanager
def _incoming(project: Project) -> Iterator[Path]:
    # On the same file system as data/raw, so that a rename is all that landing takes.
    project.raw.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".incoming-", dir=project.raw))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
