"""Where predictions go: a folder or bucket by its address, or a table of a database."""

import os
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..settings import Project
from .batch import Predictions

# Overrides `predictions.to` of params.yaml: an address with a password belongs into no file of git.
TO = "PREDICTIONS_TO"


@dataclass(frozen=True)
class Target:
    """A folder, or an address that fsspec knows; with `table`, a database that SQLAlchemy knows."""

    to: str
    table: str = ""

    def write(self, found: Predictions) -> str:
        """Write predictions whole or not at all; return where, without credentials."""
        if self.table:
            from .tables import write as write_rows

            return write_rows(found, self.to, self.table)
        from .files import write as write_file

        return write_file(found, self.to)


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
        start = project.invoked if to else project.root
        given = str((start / Path(given).expanduser()).absolute())
    return Target(given, table)
