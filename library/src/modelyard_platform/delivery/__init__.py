"""Where predictions go: a folder or bucket by its address, or a table of a database."""

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import UsageError
from ..settings import Project

# Overrides `predictions.to` of params.yaml: an address with a password belongs into no file of git.
TO = "PREDICTIONS_TO"


@dataclass(frozen=True)
class Predictions:
    """The rows of one snapshot, scored by one version: what is written again replaces the former.

    `frame` has these three among its columns; `key` is the one that tells its rows apart.
    """

    frame: pd.DataFrame
    key: str
    snapshot: str
    model: str
    version: str

    def identity(self) -> dict[str, str]:
        """Return the columns that say which rows these are."""
        return {"snapshot": self.snapshot, "model": self.model, "model_version": self.version}


@dataclass(frozen=True)
class Target:
    """A folder, or an address that fsspec knows; with `table`, a database that SQLAlchemy knows."""

    to: str
    table: str = ""

    def write(self, found: Predictions) -> str:
        """Write predictions whole or not at all; return where, without credentials."""
        if self.table:
            from . import tables

            return tables.write(found, self.to, self.table)
        from . import files

        return files.write(found, self.to)


def target(project: Project, to: str = "", table: str = "") -> Target | None:
    """Return where predictions go: as asked for, or as settings say; None: into the repo."""
    settings = project.params.predictions
    given = to or os.environ.get(TO) or settings.to
    table = table or ("" if to else settings.table)
    if table and not given:
        what = f"the table {table} is in no database"
        raise UsageError(what, f"name it: --to URL, or {TO} in .env (see predictions.to)")
    if not given:
        return None
    if not table and "://" not in given:
        # What is typed starts where it is typed, what is set starts in the repo.
        given = str(Path(project.invoked if to else project.root, given).absolute())
    return Target(given, table)
