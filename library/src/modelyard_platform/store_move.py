"""Rewrites the paths in the databases of a store that was moved."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from . import store_record
from .errors import SetupError
from .settings import Project
from .store import lock_writing


@dataclass(frozen=True)
class Moved:
    """Where a store was made, where it is now, and how many paths were rewritten."""

    before: str
    now: str
    paths: int


def move(project: Project) -> Moved:
    """Let a store name its files where it is now; what another store has is left alone.

    What a stored model says of itself is not touched: its hash is in its lineage, and it is never
    read for a path.
    """
    made = store_record.made_at(project)
    if made is None:
        raise SetupError(f"{project.store} is no store that could have been moved", "make train")
    databases = [path for path in sorted(project.store.rglob("*.db")) if _is_database(path)]
    with lock_writing(project):
        count = sum(_rewrite(path, made, project.store) for path in databases)
        store_record.note(project)
    return Moved(str(made), str(project.store), count)


def _rewrite(path: Path, before: Path, now: Path) -> int:
    """Rewrite the paths of one database, all or none; return how many there were."""
    count = 0
    try:
        with closing(sqlite3.connect(path)) as database, database:
            for table, column in _texts(database):
                for old, new in ((before.as_uri(), now.as_uri()), (str(before), str(now))):
                    # The path itself, or what is below it: a neighbour may begin with its name.
                    done = database.execute(
                        f'UPDATE "{table}" SET "{column}" = ? || substr("{column}", ?)'  # noqa: S608 -- names out of the database's own schema
                        f' WHERE substr("{column}", 1, ?) = ?'
                        f" AND substr(\"{column}\", ?, 1) IN ('', '/')",
                        (new, len(old) + 1, len(old), old, len(old) + 1),
                    )
                    count += done.rowcount
    except sqlite3.Error as error:
        raise SetupError(f"{path}: {error}", "end what works with it, and try again") from error
    return count


def _texts(database: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield each column of a database in which a text may be."""
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for _, column, kind, *_ in database.execute(f'PRAGMA table_info("{table}")').fetchall():
            if "CHAR" in kind.upper() or "TEXT" in kind.upper():
                yield table, column


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"
