"""DVC: the pointers in data/raw, and the remote that has their bytes. Imported where bytes move."""

import configparser
import logging
import os
import shlex
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from ..errors import ProjectError, SetupError, Unreachable
from ..permissions import masked
from ..settings import Project
from ..store import make
from . import causes

OWN_REMOTE = "store"


def read_pointer(path: Path) -> dict[str, Any]:
    """Return the only output that a `.dvc` file names: `md5`, `size`, `path`."""
    try:
        outs = yaml.safe_load(path.read_text("utf-8"))["outs"]
        return {"md5": outs[0]["md5"], "size": outs[0]["size"], "path": outs[0]["path"]}
    except OSError as error:
        raise SetupError(f"{path} cannot be read as a DVC pointer: {error.strerror}") from error
    except (yaml.YAMLError, KeyError, IndexError, TypeError, UnicodeDecodeError) as error:
        hint = f"git checkout -- {shlex.quote(str(path))}"
        raise SetupError(f"{path} is not a DVC pointer", hint) from error


def remote_url(project: Project) -> str:
    """Return the URL of the default DVC remote; the folder in the store where none is set."""
    return _remote(project)[1]


def _remote(project: Project) -> tuple[str, str]:
    """Return the name and the URL of the default remote."""
    config = _config(project, "config", "config.local")
    name = config.get("core", "remote", fallback=OWN_REMOTE)
    section = f"'remote \"{name}\"'"
    own = own_remote(project)
    return name, own if name == OWN_REMOTE else config.get(section, "url", fallback=own)


def own_remote(project: Project) -> str:
    """Return the folder in the store that stands in for a shared remote."""
    return str(project.store / "dvc")


def link_own_remote(project: Project) -> None:
    """Tell a hand-typed `dvc pull` where the folder in the store is. Git does not see the file."""
    config = _config(project, "config.local")
    section = f"'remote \"{OWN_REMOTE}\"'"
    url = own_remote(project)
    if config.get(section, "url", fallback=None) == url:
        return
    config[section] = {"url": url}
    path = project.root / ".dvc" / "config.local"
    with masked(shared=False), path.open("w", encoding="utf-8") as file:
        config.write(file)


def _config(project: Project, *names: str) -> configparser.RawConfigParser:
    config = configparser.RawConfigParser()
    for name in names:
        try:
            config.read(project.root / ".dvc" / name, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError) as error:
            what = f".dvc/{name} cannot be read: {str(error).splitlines()[0]}"
            raise SetupError(what, f"edit .dvc/{name}") from error
    return config


def find_folder(project: Project) -> None:
    """Raise Unreachable where the DVC remote is a folder that is not there.

    DVC would create it, and fill a disk that should have been mounted there.
    """
    url = remote_url(project)
    if url == own_remote(project):
        make(project, "dvc")
    elif "://" not in url and not (project.root / ".dvc" / url).is_dir():
        # As a person types it in the repo: DVC takes a path from .dvc on.
        folder = shlex.quote(os.path.normpath(project.root / ".dvc" / url))
        hint = f"mount it (a new one: mkdir -p {folder}), or .venv/bin/dvc remote modify"
        raise Unreachable(f"the DVC remote {url} is not there", hint)


def shared_folder(project: Project) -> Path | None:
    """Return the folder of a remote that a group writes to; None where it is something else."""
    url = remote_url(project)
    if url == own_remote(project) or "://" in url:
        return None
    return (project.root / ".dvc" / url).resolve()


def try_write(folder: Path) -> None:
    """Write into a shared folder where a push would; Unreachable where that cannot be.

    DVC spreads files over folders by the start of their hashes. Those that a colleague's umask
    closed take nothing more from anybody else.
    """
    place = folder
    try:
        for place in _written(folder):
            with tempfile.TemporaryFile(dir=place):
                pass
    except OSError as error:
        hint = f"chmod -R g+rwX {shlex.quote(str(folder))} (by its owner)"
        raise Unreachable(f"{place} cannot be written to: {error.strerror}", hint) from error


def _written(folder: Path) -> Iterator[Path]:
    """Yield the folders of a remote that a push may write into; others made some of them."""
    yield folder
    for place in (folder / "files", folder / "files" / "md5"):
        if place.exists():
            yield place
    for place in (folder / "files" / "md5").glob("*"):
        if place.stat().st_uid != os.geteuid():
            yield place


def push(project: Project, paths: list[Path]) -> None:
    """Put files under DVC and their bytes into the remote; their pointers appear beside them."""
    names = [str(path) for path in paths]
    with opened(project) as repo:
        repo.add(names)
        repo.push(targets=names)


def pull(project: Project, paths: list[Path]) -> None:
    """Bring files back as their pointers name them, from the cache or the remote."""
    with opened(project) as repo:
        # Absolute: DVC resolves names from the working directory, which may be another clone.
        repo.pull(targets=[str(path) for path in paths], force=True)


@contextmanager
def opened(project: Project) -> Iterator[Any]:
    """Yield DVC's own view of the repo; what it raises becomes an error that says the cause."""
    find_folder(project)
    os.environ["DVC_NO_ANALYTICS"] = "1"
    from dvc.repo import Repo

    # Its hints go to stdout, where a script expects the result alone.
    logging.getLogger("dvc").setLevel(logging.CRITICAL)
    failed = _Transfers()
    moving = logging.getLogger("dvc_data")
    # To nobody else: an orchestrator has a handler for all, and DVC warns of what is mended here.
    moving.handlers, moving.propagate = [failed], False
    override = {"remote": {OWN_REMOTE: {"url": own_remote(project)}}}
    name, folder = _remote(project)[0], shared_folder(project)
    if folder is not None and folder.stat().st_mode & stat.S_IWGRP:
        override["remote"] |= {name: {"shared": "group"}}
    try:
        with Repo(str(project.root), config=override) as repo:
            yield repo
    except ProjectError:
        raise
    except Exception as error:  # each kind of storage raises errors of its own
        cause = failed.error or error
        raise causes.error_of(remote_url(project), error, cause) from cause


class _Transfers(logging.Handler):
    """Keeps why a file could not be moved: DVC logs it, and raises only how many could not."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and self.error is None:
            self.error = record.exc_info[1]
