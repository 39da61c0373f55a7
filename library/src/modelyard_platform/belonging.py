"""Whose the store is: it names the repo that it belongs to, and no other repo uses it."""

import json
import os
import shlex
from typing import TYPE_CHECKING

from . import identity
from .advice import typed
from .console import tell
from .errors import SetupError
from .identity import Identity
from .own_store import FILE, read
from .permissions import make_folder

if TYPE_CHECKING:
    from .settings import Project

CLAIM = typed("doctor --claim")


def first(project: "Project") -> str:
    """Return what to say of the repo whose store this one's stands beside; else nothing."""
    folder = project.store.with_name(project.name)
    if folder == project.store:
        return ""
    theirs, clone = read(folder / FILE)
    if theirs is None:
        return ""
    return f"{folder} belongs to another repo of this name ({theirs.title}; used from {clone})"


def check(project: "Project") -> None:
    """Raise SetupError where the store is another repo's. An empty one is this repo's from now on.

    One that has state of releases that named nobody is claimed by `claim`, once its versions are
    known to be of this repo.
    """
    path = project.store / FILE
    if not path.is_file():
        mine = identity.of(project.root)
        if mine and not (project.store / "mlflow").exists():
            _write(project, mine)
            other = first(project)
            if other:
                tell(f"• {other}: this one keeps its state in {project.store}")
        return
    theirs, clone = read(path)
    mine = identity.known(project.root, f"the store {project.store}")
    if mine is None:
        return
    if theirs is None or not mine.is_same(theirs):
        whose = f"{theirs.title}; used from {clone}" if theirs else "which one cannot be read"
        raise SetupError(
            f"the store {project.store} belongs to another repo of this name ({whose})",
            f"set STORE={shlex.quote(f'{project.store}-2')} in .env; or, where that repo is gone, "
            f"or its history was rewritten: {CLAIM}",
        )
    if mine != theirs and mine.roots > theirs.roots:
        _write(project, mine)  # another history has been merged


def claim(project: "Project") -> None:
    """Name this repo as the one that the store belongs to, whoever had it before."""
    mine = identity.known(project.root, f"the store {project.store}")
    if mine is None:
        raise SetupError("there is no git here to tell which repo this is", "claim it in a clone")
    make_folder(project.store, project.shared)
    _write(project, mine)


def adopt(project: "Project") -> None:
    """Claim a store that names nobody."""
    if not (project.store / FILE).is_file() and identity.of(project.root):
        claim(project)


def _write(project: "Project", mine: Identity) -> None:
    path = project.store / FILE
    text = json.dumps({"repo": str(mine), "clone": str(project.root)}, indent=2) + "\n"
    partial = path.with_name(f"{FILE}.{os.getpid()}")
    partial.unlink(missing_ok=True)  # in a shared store it may be a link, to anywhere
    with partial.open("x", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)
