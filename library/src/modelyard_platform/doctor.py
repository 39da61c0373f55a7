"""What is missing or misconfigured here, and the command that helps."""

import platform
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from . import belonging, hooks, lock, vendored
from .advice import typed
from .data import dvc
from .errors import ProjectError
from .git import git, identity
from .permissions import too_open
from .settings import Project
from .store import make, usable

State = Literal["ok", "note", "broken"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. A note is a choice to know of; what is broken, to repair."""

    about: str
    state: State
    message: str
    hint: str = ""


def fix(project: Project) -> None:
    """Do what `make setup` can do for anybody: link the store as DVC remote, install the hooks."""
    dvc.link_own_remote(project)
    hooks.install(project.root)


def claim(project: Project) -> None:
    """Let the store and the registered model belong to this repo, whoever had them before."""
    with usable():
        belonging.claim(project)
    from .tracking import belonging as of_model
    from .tracking.client import connect, reachable

    client = connect(project)
    with reachable(project):
        of_model.mark(project, client, anew=True)


def examine(project: Project) -> list[Finding]:
    """Look at everything; changes nothing but creates the store where there is none."""
    checks: list[Callable[[Project], Iterator[Finding]]] = [
        _python,
        _environment,
        _lock,
        _library,
        _git,
        _hooks,
        _store,
        _secrets,
        _data_remote,
        _registry,
        _snapshots,
    ]
    findings = []
    for check in checks:
        about = check.__name__.strip("_").replace("_", " ")
        try:
            findings += list(check(project))
        except ProjectError as error:
            findings.append(Finding(about, "broken", str(error), error.hint))
        except (OSError, ValueError) as error:  # a file that is missing or no text
            findings.append(Finding(about, "broken", f"{type(error).__name__}: {error}"))
    return findings


def _python(project: Project) -> Iterator[Finding]:
    wanted = (project.root / ".python-version").read_text("utf-8").strip()
    present = platform.python_version()
    if present.startswith(f"{wanted}."):
        yield Finding("python", "ok", present)
    else:
        message = f"{present} here, {wanted} in CI and production"
        yield Finding("python", "note", message, f"uv python install {wanted} && make clean setup")


def _environment(project: Project) -> Iterator[Finding]:
    wrong = lock.not_installed(project.root)
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        yield Finding("environment", "broken", f"{wrong[0]}{more}", "make setup")
    else:
        yield Finding("environment", "ok", "as locked")


def _lock(project: Project) -> Iterator[Finding]:
    wrong = lock.out_of_step(project.root)
    if wrong:
        yield Finding("lock", "broken", f"not in step with pyproject.toml: {wrong[0]}", "make lock")
    else:
        yield Finding("lock", "ok", "in step with pyproject.toml")


def _library(project: Project) -> Iterator[Finding]:
    found = vendored.examine(project.root)
    if found is None:
        version = metadata.version("modelyard-platform")
        yield Finding("library", "ok", f"modelyard-platform {version}")
    else:
        yield Finding("library", "broken", found.message, found.hint)


def _git(project: Project) -> Iterator[Finding]:
    commit = git(project.root, "rev-parse", "--short", "HEAD").strip()
    if identity(project.root):
        hint = "git config --global user.email you@example.com"
        yield Finding("git", "note", "nobody told git who you are", hint)
    elif not git(project.root, "remote").strip():
        yield Finding(
            "git", "note", f"at {commit}, on this machine only", "git remote add origin URL"
        )
    else:
        yield Finding("git", "ok", f"at {commit}")


def _hooks(project: Project) -> Iterator[Finding]:
    if not hooks.is_top(project.root):
        message = "this repo is a folder of a larger one, whose hooks git runs"
        yield Finding("hooks", "note", message, "make check")
    elif hooks.installed(project.root):
        yield Finding("hooks", "ok", "installed")
    elif elsewhere := hooks.elsewhere(project.root):
        message = f"git runs those of {elsewhere} (core.hooksPath), and not this repo's"
        yield Finding("hooks", "note", message, "make check (before each commit)")
    elif hooks.of_another(project.root):
        message = "git runs another hook with each commit, and not this repo's"
        hint = ".venv/bin/pre-commit install (runs both)"
        yield Finding("hooks", "note", message, hint)
    else:
        hint = ".venv/bin/pre-commit install --overwrite"
        yield Finding("hooks", "note", "commits are not checked on this machine", hint)


def _store(project: Project) -> Iterator[Finding]:
    with usable(), tempfile.TemporaryFile(dir=make(project)):
        free = shutil.disk_usage(project.store).free / 2**30
    if free < 1:
        hint = "free some space, or set STORE to a folder on another disk"
        yield Finding("store", "broken", f"{project.store}: {free:.1f} GiB free", hint)
    else:
        yield Finding("store", "ok", f"{project.store}, {free:.0f} GiB free")
    other = belonging.first(project)
    if other:
        folder = project.store.with_name(project.name)
        hint = f"where it is this repo's, with its history rewritten: {belonging.CLAIM}, with "
        hint += f"STORE={shlex.quote(str(folder))} in .env"
        yield Finding("store", "note", other, hint)
    if too_open(project.store, project.shared):
        whom = "others than its group" if project.shared else "others than you"
        more = "" if project.shared else "; or, to share it with its group: STORE_SHARED=1 in .env"
        hint = f"chmod -R {'o' if project.shared else 'go'}-rwx {shlex.quote(str(project.store))}"
        what = f"open to {whom}: with its data and models"
        yield Finding("store", "note", what, hint + more)


def _secrets(project: Project) -> Iterator[Finding]:
    for name in (".env", ".dvc/config.local"):
        path = project.root / name
        if path.is_file() and too_open(path, shared=False):
            what = f"{name} can be read by others on this machine"
            yield Finding("secrets", "note", what, f"chmod 600 {shlex.quote(str(path))}")


def _data_remote(project: Project) -> Iterator[Finding]:
    url = dvc.remote_url(project)
    dvc.find_folder(project)
    if url == dvc.own_remote(project):
        hint = ".venv/bin/dvc remote add --default team s3://bucket/path"
        yield Finding("data remote", "note", "on this machine only: others fetch anew", hint)
        return
    folder = dvc.shared_folder(project)
    if folder is not None:
        dvc.try_write(folder)
    yield Finding("data remote", "ok", url)


def _registry(project: Project) -> Iterator[Finding]:
    if project.tracks_here:
        hint = "MLFLOW_TRACKING_URI in .env, or tracking.uri in params.yaml"
        yield Finding("registry", "note", "on this machine only: others do not see it", hint)
        return
    from .tracking.client import ping

    ping(project.tracking_uri)
    yield Finding("registry", "ok", project.tracking_uri)


def _snapshots(project: Project) -> Iterator[Finding]:
    paths = [pointer.with_suffix("") for pointer in sorted(project.raw.glob("*.parquet.dvc"))]
    gone = [path for path in paths if not path.exists()]
    if not paths:
        yield Finding("snapshots", "note", "none has landed", typed("ingest"))
    elif gone:
        message = f"{len(gone)} of {len(paths)} are not here yet; the next training brings them"
        yield Finding("snapshots", "note", message, ".venv/bin/dvc pull")
    else:
        yield Finding("snapshots", "ok", f"{paths[0].stem} to {paths[-1].stem}")
