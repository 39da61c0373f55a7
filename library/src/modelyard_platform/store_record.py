"""Which place a store was made at, and what wrote it: what is in it is named by absolute paths.

MLflow's database has the full path of every artifact. In a store that was moved or copied it would
read and write at the old place, which may be another store by now.
"""

import json
import shlex
import sqlite3
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .advice import typed
from .errors import SetupError
from .settings import Project

NAME = "store.json"
DATABASE = Path("mlflow", "mlflow.db")
_ARTIFACTS = "/mlflow/artifacts"


@dataclass(frozen=True)
class StoreRecord:
    """Where a store is, and the versions of the library and of MLflow that wrote to it last."""

    path: str
    library: str = ""
    mlflow: str = ""


def read(project: Project) -> StoreRecord | None:
    """Return what a store says of itself; None where it says nothing, or is new."""
    with suppress(OSError, ValueError, TypeError):
        found: dict[str, Any] = json.loads((project.store / NAME).read_text("utf-8"))
        known = {key: str(found.get(key, "")) for key in ("path", "library", "mlflow")}
        return StoreRecord(**known) if known["path"] else None
    return None


def begin(project: Project) -> None:
    """Write into a store that says nothing of itself where it is, and what made it."""
    if read(project) is None:
        note(project)


def note(project: Project, **changes: str) -> None:
    """Write into a store where it is, which library writes to it, and `changes`."""
    before = read(project)
    found = replace(
        before or StoreRecord(""),
        path=str(project.store),
        library=metadata.version("modelyard-platform"),
        **changes,
    )
    if found == before:
        return
    # Anew: in a shared store the file may be a link, to anywhere.
    partial = project.store / f".{NAME}.partial"
    partial.unlink(missing_ok=True)
    with partial.open("x", encoding="utf-8") as file:
        file.write(json.dumps(asdict(found), indent=2) + "\n")
    partial.replace(project.store / NAME)


def made_at(project: Project) -> Path | None:
    """Return where a store was made; None where nothing in it says so."""
    record = read(project)
    if record is not None:
        return Path(record.path)
    return _by_artifacts(project)


def check_place(project: Project) -> None:
    """Raise SetupError where a store is not at the place that it was made at."""
    made = made_at(project)
    if made is not None and made != project.store:
        what = "was copied from" if (made / DATABASE).exists() else "was moved from"
        raise SetupError(
            f"the store {project.store} {what} {made}, and names its files there",
            f"{typed('store move')} (rewrites the paths), or STORE={shlex.quote(str(made))}",
        )


def query(path: Path, question: str, *values: str) -> list[tuple[Any, ...]]:
    """Return what a database answers, without writing to it; nothing where it is none."""
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            return database.execute(question, values).fetchall()
    except sqlite3.Error:  # whoever opens it to work with it tells what is wrong
        return []


def _by_artifacts(project: Project) -> Path | None:
    """Return the place that the database of an earlier release has for artifacts."""
    question = "SELECT artifact_location FROM experiments WHERE name = ?"
    for (location,) in query(project.store / DATABASE, question, project.name):
        parts = urlsplit(str(location))
        path = unquote(parts.path) if parts.scheme == "file" else str(location)
        if parts.scheme in ("", "file") and path.endswith(_ARTIFACTS):
            return Path(path.removesuffix(_ARTIFACTS))
    return None
