"""The tables of the embedded MLflow: made by the version that is installed, or left alone.

MLflow adds the tables that it lacks as soon as it opens a database, without a question, and no
earlier version can open it any more. So a branch that only tries a newer standard would lock the
others out.
"""

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from .. import store_record
from ..advice import typed
from ..errors import SetupError
from ..settings import Project
from ..store import lock_writing


def check(project: Project) -> None:
    """Raise SetupError where opening the database would change its tables, or could not work."""
    path = project.store / store_record.DATABASE
    record = store_record.read(project)
    if (record and record.mlflow == _installed()) or not path.is_file():
        return
    found = _revision(path)
    newest, known = _revisions()
    if found in ("", newest):
        return
    wrote = _who(record)
    here = f"modelyard-platform {metadata.version('modelyard-platform')} with MLflow {_installed()}"
    if found in known:
        raise SetupError(
            f"the store was written by {wrote}; {here} would change its tables, and what wrote it "
            "could not open it any more",
            f"{typed('store upgrade')} (keeps a copy), or, to try it out: STORE=another-folder",
        )
    raise SetupError(
        f"the store was written by {wrote}, which is newer than this repo: {here}",
        "update this branch to the standard of the others, or: STORE=another-folder",
    )


def note(project: Project) -> None:
    """Write into the store which MLflow its tables are of."""
    store_record.note(project, mlflow=_installed())


def upgrade(project: Project) -> Path | None:
    """Bring the tables to the installed MLflow; return the copy of before, None if none is needed.

    SetupError where they are newer, and where MLflow cannot do it: then all is as it was.
    """
    path = project.store / store_record.DATABASE
    newest, known = _revisions()
    found = _revision(path)
    if found not in known:
        check(project)
    if found in ("", newest):
        return None
    with lock_writing(project):
        copy = path.with_name(f"{path.name}.{found}")
        shutil.copy2(path, copy)
        command = [sys.executable, "-m", "mlflow", "db", "upgrade", project.tracking_uri]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.copy2(copy, path)
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise SetupError(f"MLflow cannot upgrade {path}: {last}")
        note(project)
    return copy


def _installed() -> str:
    return metadata.version("mlflow")


def _revision(path: Path) -> str:
    rows = store_record.query(path, "SELECT version_num FROM alembic_version")
    return str(rows[0][0]) if rows else ""


def _revisions() -> tuple[str, set[str]]:
    """Return the newest state of the tables that the installed MLflow knows, and all of them."""
    from alembic.script import ScriptDirectory
    from mlflow.store import db_migrations

    script = ScriptDirectory(str(Path(db_migrations.__file__).parent))
    return str(script.get_current_head()), {made.revision for made in script.walk_revisions()}


def _who(record: store_record.StoreRecord | None) -> str:
    if record is None or not record.library:
        return "an earlier release"
    more = f" with MLflow {record.mlflow}" if record.mlflow else ""
    return f"modelyard-platform {record.library}{more}"
