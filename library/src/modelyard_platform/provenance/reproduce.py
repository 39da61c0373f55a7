"""Trains a version again from its lineage alone, and compares.

The commit, the uncommitted patch, the lock and the data are put together in a scratch clone; a new
process trains there, with an empty store, so that no cache can answer.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import installed, shared, sqlite
from ..changes import words
from ..console import stage, tell
from ..data.snapshots import landed, restore
from ..errors import NotReproduced, NotTrusted
from ..frozen import file_hashes
from ..git import git, is_known
from ..hashing import file_md5
from ..installed import library_hash
from ..lineage import record as lineage
from ..lineage.record import Lineage
from ..lineage.signature import KEY
from ..settings import Project, load_project
from ..tracking import documents, records, registry
from ..tracking.documents import EVALUATION, PREDICTIONS
from . import assembled, day, patch


@dataclass(frozen=True)
class Reproduction:
    """A version beside what training it again gave: metrics, and the largest gap in predictions."""

    version: str
    recorded: dict[str, float]
    again: dict[str, float]
    prediction_gap: float

    @property
    def exact(self) -> bool:
        """Whether metrics and holdout predictions are the same to the last bit."""
        # As text, because a metric may be nan.
        return repr(self.recorded) == repr(self.again) and self.prediction_gap == 0

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values."""
        return {**asdict(self), "exact": self.exact}


def reproduce(project: Project, version: str, allow_patch: bool = False) -> Reproduction:
    """Train `version` again and compare; NotReproduced names what is not as it was recorded.

    Uncommitted changes are shown, and run only where `allow_patch` or the person at the terminal
    says so.
    """
    found = registry.Registry(project).get(version)
    record = records.of_version(project, found)
    recorded, changes = record.lineage, None
    if recorded.dirty:
        changes = patch.fetch(project, record)
        patch.agree(record, changes, allow_patch)
    here = _is_here(project, recorded)
    metrics = documents.metrics(project, record)
    predictions = documents.predictions(project, record)
    with tempfile.TemporaryDirectory(prefix="reproduce-") as scratch:
        target = Path(scratch, "repo")
        if here:
            with stage(f"check out commit {recorded.git_commit[:10]}"):
                clone = _clone(project, recorded.git_commit, target)
                if changes is not None:
                    patch.apply(target, changes)
        else:
            with stage(f"find the files of commit {recorded.git_commit[:10]}, which is gone"):
                clone = _clone(project, "HEAD", target)
                assembled.assemble(project, record, clone, allow_patch)
        _bring_data(load_project(clone), recorded)
        _compare_inputs(clone, recorded)
        python = day.environment(project, clone, recorded, Path(scratch, "venv"))
        if python == Path(sys.executable):
            _compare_library(recorded, library_hash())
        store = Path(scratch, "store")
        with stage(f"train version {found.number} again"):
            _train(python, clone, store, words(recorded.settings))
        again = next(store.rglob(PREDICTIONS)).parent
        trained = lineage.from_json((again / lineage.ARTIFACT).read_bytes())
        _compare_library(recorded, trained.library_hash)
        result = Reproduction(
            found.number,
            metrics,
            documents.metrics_in((again / EVALUATION).read_bytes()),
            _gap(predictions, np.load(again / PREDICTIONS)),
        )
    if not result.exact:
        raise NotReproduced(
            f"version {found.number} came out differently: {_difference(result)}",
            "was it trained on another machine or Python? See lineage --json",
        )
    return result


def _is_here(project: Project, recorded: Lineage) -> bool:
    """Return whether the commit is here, or a remote still has it.

    NotTrusted where it is here only because somebody pushed it: its code would run.
    """
    commit = recorded.git_commit
    known = is_known(project.root, commit)
    if known is None and shared.fetch(project.root, commit):
        known = is_known(project.root, commit)
    if known is False:
        what = f"commit {commit} is on no branch of this clone, and was never checked out here"
        raise NotTrusted(what, f"read it (git show {commit[:10]}), and: git branch NAME {commit}")
    return bool(known)


def _clone(project: Project, commit: str, target: Path) -> Path:
    prefix = git(project.root, "rev-parse", "--show-prefix").strip()
    top = git(project.root, "rev-parse", "--show-toplevel").strip()
    # Borrows the objects, so a commit that no branch reaches any more is still found.
    options = ("--quiet", "--shared", "--no-checkout", "--template=")
    git(project.root, "clone", *options, top, str(target))
    if commit == "HEAD":
        commit = git(project.root, "rev-parse", "HEAD").strip()
    git(target, "checkout", "--quiet", "--detach", commit)
    local = Path(".dvc", "config.local")  # how this machine reaches the remote
    if (project.root / local).exists():
        copy = target / prefix / local
        copy.unlink(missing_ok=True)  # a commit may have a link there, to anywhere
        shutil.copyfile(project.root / local, copy)
    return target / prefix


def _bring_data(clone: Project, recorded: Lineage) -> None:
    snapshots = [s for s in landed(clone) if str(s.path.relative_to(clone.root)) in recorded.data]
    restore(clone, snapshots)


def _compare_inputs(root: Path, recorded: Lineage) -> None:
    data = {
        name: file_md5(root / name) if (root / name).exists() else "missing"
        for name in recorded.data
    }
    names = lineage.changed(recorded.files, lineage.comparable(recorded, file_hashes(root)))
    names += lineage.changed(recorded.data, data)
    if names:
        raise NotReproduced(
            f"not what the version was trained with: {', '.join(names)}",
            "bring the recorded content back (git, or the DVC remote), and try again",
        )


def _compare_library(recorded: Lineage, present: str) -> None:
    """Raise NotReproduced where another library trains than the version's; locks cannot say so."""
    if lineage.other_library(recorded, present):
        raise NotReproduced(
            f"not what the version was trained with: {installed.NAME}: its files are not those "
            f"of the {recorded.library} that trained it",
            "was it edited in .venv, here or there? make clean setup installs what is locked",
        )


def _train(python: Path, clone: Path, store: Path, settings: list[str]) -> None:
    given = [f"--set={word}" for word in settings]
    done = subprocess.run(
        [str(python), "-m", _entry(clone), "train", "--direct", "--json", *given],
        cwd=clone,
        env={
            # What comes out is compared and thrown away: nobody signs it.
            **{name: value for name, value in os.environ.items() if name != KEY},
            "PYTHONPATH": str(clone / "src"),
            "STORE": str(store),
            "MLFLOW_TRACKING_URI": sqlite.uri(store / "mlflow" / "mlflow.db"),
        },
        capture_output=True,
        text=True,
    )
    # 3: with no champion in the empty store, the floors alone may refuse what once passed.
    if done.returncode not in (0, 3):
        tell(done.stderr.rstrip())
        raise NotReproduced(f"training again failed with exit code {done.returncode}")


def _entry(clone: Path) -> str:
    """Return the module whose verbs train: releases before 0.3.0 had it in the repo."""
    former = sorted(clone.glob("src/*/platform/cli.py"))
    return f"{former[0].parents[1].name}.platform.cli" if former else "modelyard_platform.cli.main"


def _gap(left: "np.ndarray[Any, Any]", right: "np.ndarray[Any, Any]") -> float:
    if left.shape != right.shape:
        return float("inf")
    if not np.issubdtype(left.dtype, np.number):  # names of classes
        return 0.0 if np.array_equal(left, right) else float("inf")
    same_gaps = np.array_equal(np.isnan(left), np.isnan(right))
    largest = float(np.nanmax(np.abs(left - right), initial=0.0))
    return largest if same_gaps else float("inf")


def _difference(result: Reproduction) -> str:
    parts = [
        f"{name} was {value!r} and is {result.again.get(name)!r}"
        for name, value in result.recorded.items()
        if result.again.get(name) != value
    ]
    return "; ".join([*parts, f"holdout predictions differ by up to {result.prediction_gap:g}"])
