"""The store: the one folder outside the work tree that holds the state of this project."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from filelock import AcquireReturnProxy, FileLock, Timeout

from . import belonging, store_record
from .console import tell
from .errors import Busy, SetupError
from .permissions import make_folder, masked
from .settings import Project

F = TypeVar("F", bound=Callable[..., Any])
# The stores that this process holds: a verb that does may call what takes its turn.
_held: set[Path] = set()
_LOCK, _OWNER = "write.lock", "writer.txt"


@contextmanager
def exclusive(project: Project, verb: str) -> Iterator[None]:
    """Hold the store for one writing verb; Busy at once where another one holds it."""
    with _locked_now(project, make(project) / _LOCK), _holding(project, verb):
        yield


@contextmanager
def _locked_now(project: Project, path: Path) -> Iterator[None]:
    try:
        lock = _lock(path, timeout=0)
    except Timeout as error:
        what = f"{_writer(project)} is writing to {project.store}"
        raise Busy(what, "wait until it has ended, and try again") from error
    with lock:
        yield


def by_turns(verb: str) -> Callable[[F], F]:
    """Let a function that gets the project first wait until nobody writes to its store.

    So hours of work are not lost to another's seconds, as they would be to Busy.
    """

    def waiting(function: F) -> F:
        @wraps(function)
        def call(project: Project, *args: Any, **options: Any) -> Any:
            with turn(project, verb):
                return function(project, *args, **options)

        return cast(F, call)

    return waiting


@contextmanager
def turn(project: Project, verb: str) -> Iterator[None]:
    """Hold the store for one step of a verb, once nobody else does."""
    if project.store in _held:
        yield
        return
    path = make(project) / _LOCK
    try:
        lock = _lock(path, timeout=0)
    except Timeout:
        tell(f"… wait: {_writer(project)} is writing to {project.store}")
        lock = _lock(path)
    with lock, _holding(project, verb):
        yield


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Hold a lock of its own in the store for what takes long; Busy where another one is at it.

    So nobody waits for it who does something else.
    """
    try:
        lock = _lock(path, timeout=0)
    except Timeout as error:
        raise Busy(f"{what} is running: it holds {path}", "wait until it has ended") from error
    with lock:
        yield


@contextmanager
def lock_writing(project: Project) -> Iterator[None]:
    """Hold a store that may not be in order, for what puts it in order; Busy as in `exclusive`."""
    with _locked_now(project, project.store / _LOCK):
        yield


@contextmanager
def _holding(project: Project, verb: str) -> Iterator[None]:
    owner = project.store / _OWNER
    _write_anew(owner, f"{verb} (process {os.getpid()})")
    _held.add(project.store)
    try:
        yield
    finally:
        _held.discard(project.store)
        owner.unlink(missing_ok=True)


def _writer(project: Project) -> str:
    owner = project.store / _OWNER
    return owner.read_text("utf-8") if owner.exists() else "another verb"


def _write_anew(path: Path, text: str) -> None:
    """Write a file that was not there: in a shared store it may be a link, to anywhere."""
    with usable():
        path.unlink(missing_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)


def make(project: Project, name: str = "") -> Path:
    """Create the store, or a folder in it, and return its path; SetupError where that cannot be.

    Nor can it where the store belongs to another repo, or was moved here: what is in it names its
    files at the old place.

    It is closed to others than its owner, or than the group of the store where that is shared.
    """
    folder = project.store / name
    store_record.check_place(project)
    with usable():
        make_folder(project.store, project.shared)
        make_folder(folder, project.shared)
        belonging.check(project)
        store_record.begin(project)
    return folder


@contextmanager
def opening(project: Project, name: str) -> Iterator[Path]:
    """Let one process at a time open a database: two that create it at once break each other.

    Yields its folder in the store. A database whose creation was cut off (disk full, kill) is
    thrown away and begun anew.
    """
    folder = make(project, name)
    unfinished = folder / "unfinished"
    with masked(project.shared), _lock(folder / "open.lock"):
        if unfinished.exists():
            _empty(folder)
        if not any(path.name != "open.lock" for path in folder.iterdir()):
            unfinished.touch()
        yield folder
        unfinished.unlink(missing_ok=True)


def _lock(path: Path, timeout: float = -1) -> "AcquireReturnProxy[Any]":
    with usable():
        return FileLock(path).acquire(timeout=timeout)


@contextmanager
def usable() -> Iterator[None]:
    """Turn what the file system refuses into a SetupError that names STORE."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        hint = "set STORE to a folder that you may write to, in the environment or in .env"
        raise SetupError(f"cannot use the store: {error}", hint) from error


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in ("open.lock", "unfinished"):
            path.unlink()
