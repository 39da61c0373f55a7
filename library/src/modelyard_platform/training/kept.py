"""Fitted models that could not be stored: kept until the server answers, for `train --resume`.

Each is a folder in the store, with the model, the lineage that it started from, and the copy of the
code and settings that it was fitted by: what is edited meanwhile changes nothing.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from .. import frames
from .. import frozen as copies
from ..advice import typed
from ..console import tell
from ..errors import SetupError
from ..evaluation import formats
from ..frozen import Frozen
from ..lineage.record import Lineage, from_json
from ..settings import Project, load_params
from ..store import make
from ..tracking import flavors
from ..uncommitted import Changes

FOLDER = "fitted"
_LINEAGE, _PATCH, _CHANGES, _ROWS = "lineage.json", "patch", "changes.json", "rows"


@dataclass(frozen=True)
class Kept:
    """A fitted model that is kept in `folder`."""

    folder: Path

    @property
    def lineage(self) -> Lineage:
        """What it started from."""
        return from_json((self.folder / _LINEAGE).read_bytes())

    @property
    def rows(self) -> pd.DataFrame:
        """Some rows of the features that it was fitted on."""
        return frames.read(self.folder / _ROWS)

    @property
    def n_rows(self) -> int:
        """How many rows it was fitted on."""
        return int(json.loads((self.folder / _CHANGES).read_text("utf-8"))["n_rows"])

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
        known = Changes(found["commit"], kept, left_out, patch)
        params = load_params(code / "params.yaml")
        return replace(project, params=params, frozen=Frozen(code, known))


@contextmanager
def keeping(
    project: Project, begun: Lineage, fitted: Any, rows: pd.DataFrame, n_rows: int
) -> Iterator[None]:
    """Keep a fitted model where the block, which stores it, fails for whatever reason."""
    try:
        yield
    except BaseException:
        try:
            folder = _keep(project, begun, fitted, rows, n_rows)
        except Exception as error:  # what failed first is what is told
            tell(f"! the fitted model could not be kept: {type(error).__name__}: {error}")
        else:
            tell(f"! the fitted model is kept in {folder}")
            tell(f"  once what is told below is mended: {typed('train --resume')}")
        raise


def _keep(project: Project, begun: Lineage, fitted: Any, rows: pd.DataFrame, n_rows: int) -> Path:
    folder = make(project, FOLDER) / f"{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}"
    partial = folder.with_name(f"{folder.name}.partial")
    partial.mkdir()
    frozen = project.frozen or copies.freeze(project.root, partial / "now", patch=True)
    flavors.save(project.owner, fitted, partial / "model", rows)
    shutil.copytree(frozen.folder, partial / "code", symlinks=True)
    changes = {"n_rows": n_rows, **asdict(frozen.changes or Changes(begun.git_commit))}
    (partial / _PATCH).write_bytes(changes.pop("patch"))
    (partial / _CHANGES).write_text(json.dumps(changes), "utf-8")
    (partial / _LINEAGE).write_text(begun.to_json(), "utf-8")
    frames.write(partial / _ROWS, rows)
    partial.rename(folder)
    return folder


def newest(project: Project) -> Kept:
    """Return the fitted model that was kept last; SetupError where there is none."""
    folder = project.store / FOLDER
    found = sorted(path for path in folder.glob("*-*") if not path.name.endswith(".partial"))
    if not found:
        raise SetupError(f"no fitted model is kept in {folder}", typed("train"))
    return Kept(found[-1])


def remove(kept: Kept) -> None:
    """Remove a kept model: it is stored now."""
    shutil.rmtree(kept.folder)
