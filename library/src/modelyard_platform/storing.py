"""What the verb `store` does: shows the store, or sets it right."""

from dataclasses import dataclass

from . import store_record
from .errors import UsageError
from .settings import Project


@dataclass(frozen=True)
class Stored:
    """Where a store is, what wrote it, and what was done to it."""

    path: str
    library: str
    mlflow: str
    done: str = ""


def act(project: Project, action: str) -> Stored:
    """Do one of `show`, `move` and `upgrade`; UsageError for another."""
    done = ""
    if action == "move":
        done = _move(project)
    elif action == "upgrade":
        done = _upgrade(project)
    elif action != "show":
        raise UsageError(f"no action {action}", "use one of: show, move, upgrade")
    found = store_record.read(project) or store_record.StoreRecord(str(project.store))
    return Stored(found.path, found.library, found.mlflow, done)


def _move(project: Project) -> str:
    from .data import dvc
    from .store_move import move

    moved = move(project)
    dvc.link_own_remote(project)
    if moved.before == moved.now:
        return "the store is where it was made"
    return f"{moved.paths} paths name {moved.now} now, and no longer {moved.before}"


def _upgrade(project: Project) -> str:
    from .tracking import schema

    copy = schema.upgrade(project)
    return f"the tables are of this MLflow now; before: {copy}" if copy else "nothing to upgrade"
