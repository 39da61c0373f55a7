"""Trainings that could not go on after their fit: kept for `train --resume`.

Each is a folder in the store, with the lineage that it started from, and the copy of the code and
settings that it was fitted by: what is edited meanwhile changes nothing. It has the fitted model
or, where that is stored, the id of the run that has it.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from .. import frames
from .. import frozen as copies
from ..advice import typed
from ..console import tell
from ..errors import ProjectError, SetupError
from ..evaluation import formats
from ..frozen import Frozen
from ..lineage.record import Lineage, from_json
from ..settings import Project, load_params
from ..store import make
from ..tracking import flavors
from ..uncommitted import Changes

FOLDER = "fitted"
_LINEAGE, _PATCH, _CHANGES, _ROWS = "lineage.json", "patch", "changes.json", "rows"
_N_ROWS, _RUN = "n_rows", "run_id"


@dataclass(frozen=True)
class Kept:
    """A training that is kept in `folder`."""

    folder: Path

    @property
    def lineage(self) -> Lineage:
        """What it started from."""
        return from_json((self.folder / _LINEAGE).read_bytes())

    @property
    def run_id(self) -> str:
        """The run that its model is stored in; "" where it is in none yet."""
        path = self.folder / _RUN
        return path.read_text("utf-8") if path.is_file() else ""

    @property
    def rows(self) -> pd.DataFrame:
        """Some rows of the features that it was fitted on."""
        return frames.read(self.folder / _ROWS)

    @property
    def n_rows(self) -> int:
        """How many rows it was fitted on."""
        return int((self.folder / _N_ROWS).read_text("utf-8"))

    def model(self, project: Project) -> Any:
        """Return the object that `fit` returned."""
        model = project.owner.model
        folder = self.folder / "model"
        return formats.load(folder, project.package, model.FLAVOR, model.LOG_OPTIONS)

    def project(self, project: Project) -> Project:
        """Return the project as it was when the model was fitted."""
        code = self.folder / "code"
        found = json.loads((self.folder / _CHANGES).read_text("utf-8"))
        kept, left_out = (tuple(found[name]) for name in ("kept", "left_out"))
        patch = (self.folder / _PATCH).read_bytes()
        known = Changes(found["commit"], kept, left_out, patch, tuple(found.get("ignored", ())))
        params = load_params(code / "params.yaml")
        return replace(project, params=params, frozen=Frozen(code, known))


@contextmanager
def keeping(
    project: Project, begun: Lineage, fitted: Any, rows: pd.DataFrame, n_rows: int
) -> Iterator[None]:
    """Keep a fitted model where the block, which stores it, fails for whatever reason."""

    def write(folder: Path) -> None:
        flavors.save(project.owner, fitted, folder / "model", rows)
        frames.write(folder / _ROWS, rows)
        (folder / _N_ROWS).write_text(str(n_rows), "utf-8")
        (folder / _LINEAGE).write_text(begun.to_json(), "utf-8")

    try:
        yield
    except BaseException:
        _keep(project, write)
        raise


@contextmanager
def going_on(project: Project, run_id: str) -> Iterator[None]:
    """Keep what goes on with a stored model, where the block fails for want of something else.

    What the owner's code raises, it would raise again: the copy of that code is what goes on.
    """

    def write(folder: Path) -> None:
        (folder / _RUN).write_text(run_id, "utf-8")

    try:
        yield
    except BaseException as error:
        if isinstance(error, _NOT_THE_OWNERS) or not isinstance(error, Exception):
            _keep(project, write)
        raise


_NOT_THE_OWNERS = (ProjectError, OSError, MemoryError)


def _keep(project: Project, write: Callable[[Path], None]) -> None:
    """Keep a training, with what `write` adds to its folder; what fails of it is told."""
    try:
        folder = _new(project, write)
    except Exception as error:  # what failed first is what is told
        tell(f"! the training could not be kept: {type(error).__name__}: {error}")
    else:
        tell(f"! the fitted model is kept in {folder}")
        tell(f"  once what is told below is mended: {typed('train --resume')}")


def _new(project: Project, write: Callable[[Path], None]) -> Path:
    folder = make(project, FOLDER) / f"{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}"
    partial = folder.with_name(f"{folder.name}.partial")
    partial.mkdir()
    try:
        frozen = project.frozen or copies.freeze(project.root, partial / "now", patch=True)
        write(partial)
        shutil.copytree(frozen.folder, partial / "code", symlinks=True)
        changes = asdict(frozen.changes or Changes(""))
        (partial / _PATCH).write_bytes(changes.pop("patch"))
        (partial / _CHANGES).write_text(json.dumps(changes), "utf-8")
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return folder


def newest(project: Project) -> Kept:
    """Return the training that was kept last; SetupError where there is none."""
    folder = project.store / FOLDER
    found = sorted(path for path in folder.glob("*-*") if not path.name.endswith(".partial"))
    if not found:
        raise SetupError(f"no fitted model is kept in {folder}", typed("train"))
    return Kept(found[-1])


def remove(kept: Kept) -> None:
    """Remove a kept training: it has come to its end."""
    shutil.rmtree(kept.folder)
