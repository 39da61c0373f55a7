"""What a run keeps in MLflow: the model with its inputs, the evaluation, the plots, the verdict."""

import json
import re
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .. import uncommitted
from ..errors import NotTrusted, SetupError
from ..evaluation import by_row, figures, importance, scoring
from ..evaluation.gate import Verdict
from ..evaluation.metrics import Evaluation, labels
from ..frozen import LOCK
from ..hashing import hash_files, hash_text, tree_files
from ..lineage import record as lineage
from ..redaction import redact, redacted
from ..settings import Project
from . import flavors, records, verified
from .client import reachable, run
from .documents import EVALUATION, GATE, PREDICTIONS
from .registry import Registry, Version

_MODEL_TAG = "model_uri"
_MODEL_URI = re.compile(r"models:/m-[0-9a-f]{32}")
IMPORTANCE_ROWS = 1000
EXAMPLE_ROWS = 5
# What a run stores beside its model that is read back, and so is recorded by hash.
READ_BACK = (EVALUATION, PREDICTIONS, lineage.DIFF_ARTIFACT)


def log_inputs(project: Project, rows: pd.DataFrame, begun: lineage.Lineage, n_rows: int) -> None:
    """Log to the active run what the model is made from: `n_rows` rows such as `rows`."""
    import mlflow
    from mlflow.data.dataset_source_registry import resolve_dataset_source
    from mlflow.data.meta_dataset import MetaDataset
    from mlflow.models import infer_signature

    mlflow.log_params(flat_params(project))
    mlflow.log_input(
        MetaDataset(
            resolve_dataset_source(str(project.raw)),
            name="train",
            digest=begun.tags()["lineage.data"][:16],
            schema=infer_signature(rows.head(EXAMPLE_ROWS)).inputs,
        ),
        context="training",
        tags={"rows": str(n_rows), **begun.data},
    )
    log_text(redact((project.code / "params.yaml").read_text("utf-8")), "params.yaml")
    records.log(project, begun)
    if begun.dirty:
        log_bytes(_patch(project, begun), lineage.DIFF_ARTIFACT)


def _patch(project: Project, begun: lineage.Lineage) -> bytes:
    """Return the uncommitted changes that a training started with; SetupError where HEAD moved."""
    frozen = project.frozen
    changes = (frozen.changes if frozen else None) or uncommitted.take(project.root)
    if changes.commit != begun.git_commit:
        what = f"commit {changes.commit[:10]} is checked out; the training started from"
        raise SetupError(f"{what} {begun.git_commit[:10]} and what was uncommitted", "train again")
    return changes.patch


def log_model(project: Project, fitted: Any, rows: pd.DataFrame, begun: lineage.Lineage) -> None:
    """Store a fitted model in the active run, with the code and the settings that score with it."""
    import mlflow
    from mlflow.models import infer_signature

    package = project.code / "src" / project.package
    example = rows.head(EXAMPLE_ROWS)
    stored = flavors.log(
        project.owner,
        fitted,
        signature=infer_signature(example),
        input_example=example,
        # Both: a wheel that requirements name by a path cannot be installed elsewhere.
        code_paths=[str(package), str(Path(__file__).parents[1])],
        pip_requirements=_requirements(project.code),
        metadata={
            "package": project.package,
            "code": scoring.code_hash(package),
            "features": project.params.features,
            **_seen(begun),
            "outputs": list(project.owner.outputs),
        },
    )
    mlflow.set_tag(_MODEL_TAG, stored.model_uri)
    # From here on it is what it was: whoever reads it compares.
    with verified.copy(project, stored.model_uri) as folder:
        files = tree_files(folder)
    records.log(project, replace(begun, model=hash_files(files), model_files=files))


def _seen(begun: lineage.Lineage) -> dict[str, Any]:
    """Return what says which rows the model has seen: `evaluation.mlmodel.seen` reads it."""
    if begun.holdout_by:
        return {"held_out": {"by": begun.holdout_by, "share": begun.holdout_share}}
    return {"trained_until": begun.trained_until}


def log_evaluation(
    project: Project,
    stored: Path,
    holdout: pd.DataFrame,
    predictions: "np.ndarray[Any, Any]",
    result: Evaluation,
) -> None:
    """Log to the active run how the stored model did on the holdout."""
    import mlflow

    from ..evaluation.plots import draw

    true = labels(project, holdout)
    mlflow.log_metrics({k: value for k, value in result.metrics.items() if np.isfinite(value)})
    slices = [asdict(part) for part in result.slices]
    log_text(json.dumps({"metrics": result.metrics, "slices": slices}, indent=2), EVALUATION)
    with tempfile.TemporaryDirectory() as scratch:
        np.save(Path(scratch, PREDICTIONS), predictions)
        mlflow.log_artifacts(scratch)
    owner = project.owner
    own = owner.optional("metrics", "plots", 2)
    fitted, seed = scoring.load(owner, stored), project.params.seed

    def main() -> Any:
        return own(true, predictions) if own else draw(true, predictions, owner.outputs)

    def importances() -> Any:
        rows = by_row.features(owner, holdout.head(IMPORTANCE_ROWS), project.params.features)
        drawn = importance.figure(owner, fitted, rows, true[:IMPORTANCE_ROWS], seed)
        return {"importance": drawn}

    with tempfile.TemporaryDirectory() as scratch:
        for what, drawn in (("plots", main), ("plot of importance", importances)):
            figures.save(Path(scratch), what, drawn)
        if any(Path(scratch).iterdir()):
            mlflow.log_artifacts(scratch, "plots")


def flat_params(project: Project) -> dict[str, Any]:
    """Return params.yaml with one name for each setting: `gate.tolerance` and so on.

    No address in it has a user, a password or a key: all who see the run read them.
    """
    flat = pd.json_normalize(redacted(project.params.model_dump()), sep=".").iloc[0].to_dict()
    return {str(name): value for name, value in flat.items()}


def _requirements(root: Path) -> list[str]:
    """Return what a stored model needs: the lock, without the library, which it carries."""
    pins = re.split(r"\n(?=\S)", (root / LOCK).read_text("utf-8").strip())
    return [redact(re.sub(r"\s*\\\n\s*", " ", pin)) for pin in pins if not _is_library(pin)]


def _is_library(pin: str) -> bool:
    return pin.startswith(("modelyard-platform", "vendor/", "./vendor/", "#"))


def log_verdict(
    project: Project,
    versions: Registry,
    version: Version | None,
    record: records.Record,
    verdict: Verdict,
) -> None:
    """Log the gate's verdict with a run: in its lineage, with every number, as a version's tag."""
    text = json.dumps(verdict.to_dict(), indent=2)
    known = {**record.lineage.artifacts, GATE: hash_text(text)}
    judged = replace(record.lineage, gate=verdict.word, artifacts=known)
    with run(project, record.run_id):
        if records.log(project, judged, record):
            log_text(text, GATE)
    if version:
        versions.tag(version, "lineage.gate", verdict.word)


def model_uri(project: Project, run_id: str) -> str:
    """Return the MLflow URI of the model that a run stored; NotTrusted where its tag is another."""
    import mlflow

    with reachable(project):
        found = str(mlflow.get_run(run_id).data.tags.get(_MODEL_TAG, ""))
    if not _MODEL_URI.fullmatch(found):
        what = f"run {run_id} names its model {found!r}, which is no model of a run"
        raise NotTrusted(what, "train again from the start")
    return found


def log_text(text: str, name: str) -> None:
    """Log a text to the active run as an artifact."""
    log_bytes(text.encode(), name)


def log_bytes(content: bytes, name: str) -> None:
    """Log bytes to the active run as an artifact."""
    import mlflow

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, name)
        path.write_bytes(content)
        mlflow.log_artifact(str(path))
