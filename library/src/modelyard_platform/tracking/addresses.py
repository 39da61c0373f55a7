"""Where artifacts may be: with the tracking server, in an object store, or where params.yaml says.

A run, a model version and an experiment name the address of their files, and whoever may write to
the server may write another one. MLflow sends the server's own credentials (MLFLOW_TRACKING_TOKEN,
user and password) to any host that such an address names, and reads and writes any folder.
"""

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import NotTrusted
from ..settings import Project

# The addresses to which MLflow sends what it was given for the tracking server.
_SERVERS = ("http", "https", "mlflow-artifacts")
_FOLDERS = ("", "file")
_HINT = "who wrote that? If artifacts are there: name it in tracking.artifacts in params.yaml"


def keep_to(project: Project) -> None:
    """Let MLflow, in this process, open no artifacts but where they may be."""
    from mlflow.store.artifact import artifact_repository_registry as mlflow_registry

    from .folders import Folder

    opened = mlflow_registry.get_registered_artifact_repositories()
    for scheme in (*_SERVERS, *_FOLDERS):
        known = Folder if scheme in _FOLDERS else opened[scheme]
        # A test or a program may have had another project before.
        opened[scheme] = _Guarded(project, getattr(known, "opens", known))


class _Guarded:
    """Opens artifacts as MLflow does, after a look at their address."""

    def __init__(self, project: Project, opens: Callable[..., Any]) -> None:
        self.opens = opens
        self._project = project

    def __call__(self, artifact_uri: str, *others: Any, **named: Any) -> Any:
        check(self._project, artifact_uri)
        return self.opens(artifact_uri, *others, **named)


def check(project: Project, uri: str) -> None:
    """Raise NotTrusted for an address at which no artifacts of this project may be."""
    scheme = urlsplit(uri).scheme
    served = urlsplit(project.tracking_uri).scheme in ("http", "https")
    if scheme in _FOLDERS and not served:  # whoever names folders of this machine is on it
        return
    if scheme in _FOLDERS and _is_private_copy(urlsplit(uri).path):
        return
    allowed = [_place(named) for named in project.params.tracking.artifacts]
    if scheme in _SERVERS and served:
        allowed.append(_place(project.tracking_uri))
    place = _place(uri, project.tracking_uri)
    if ".." in place[1].split("/") or not any(_within(place, other) for other in allowed):
        raise NotTrusted(f"the tracking server names artifacts at {uri}", _HINT)


def _is_private_copy(path: str) -> bool:
    """Return whether a folder is one of those that this library loads checked models from.

    Their names cannot be foretold, and nobody else can make a folder that is this user's alone.
    """
    scratch = Path(tempfile.gettempdir())
    below = Path(path).relative_to(scratch).parts if Path(path).is_relative_to(scratch) else ()
    if not below or ".." in below or not below[0].startswith("modelyard-"):
        return False
    try:
        found = (scratch / below[0]).lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    return private and found.st_uid == os.getuid()


def _place(uri: str, server: str = "") -> tuple[str, str]:
    """Return what an address leads to: a server, and the path of a folder.

    An address without a host is `server`'s.
    """
    parts = urlsplit(uri)
    if parts.scheme in _FOLDERS:
        return "file", parts.path.rstrip("/") + "/"
    # MLflow takes the scheme of the server for it.
    scheme = urlsplit(server).scheme if parts.scheme == "mlflow-artifacts" else parts.scheme
    host = parts.netloc or urlsplit(server).netloc
    return f"{scheme}://{host.rpartition('@')[2].lower()}", ""


def _within(place: tuple[str, str], allowed: tuple[str, str]) -> bool:
    return place[0] == allowed[0] and place[1].startswith(allowed[1])
