"""The store: the one folder outside the work tree that holds the state of this project."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import Busy, SetupError
from .settings import Project


@contextmanager
def exclusive(project: Project, verb: str) -> Iterator[None]:
    """Hold the store for one writing verb; Busy at once where another one holds it."""
    folder = make(project.store)
    owner = folder / "writer.txt"
    try:
        with FileLock(folder / "write.lock", timeout=0):
            owner.write_text(f"{verb} (process {os.getpid()})", "utf-8")
            yield
            owner.unlink(missing_ok=True)
    except Timeout as error:
        who = owner.read_text("utf-8") if owner.exists() else "another verb"
        what = f"{who} is writing to {project.store}"
        raise Busy(what, "wait until it has ended, and try again") from error


def make(folder: Path) -> Path:
    """Create a folder of the store, and return it; SetupError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = "set STORE to a folder that you may write to, in the environment or in .env"
        raise SetupError(f"cannot use the store: {error}", mend) from error
    return folder


@contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Let one process at a time open a database: two that create it at once break its migrations."""
    with FileLock(make(folder) / "open.lock"):
        yield
