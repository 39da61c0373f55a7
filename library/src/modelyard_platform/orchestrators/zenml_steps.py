"""The stages as ZenML steps, for the wiring in a repo's pipelines.py.

What travels between steps is plain: the lineage as JSON, frames, ids. A step works from what its
process has frozen: the verb, or the step itself where an engine runs it alone.
"""

from typing import Annotated, Any

import pandas as pd
from zenml import get_step_context, step
from zenml.config.cache_policy import CachePolicy

from ..frozen import file_hashes
from ..hashing import hash_text
from ..installed import library_hash
from ..lineage.record import from_json
from ..training import graph, preparing, stages
from ..training.frozen import current
from . import zenml_frames  # noqa: F401 (its import makes ZenML keep frames as they are)

Lineage = Annotated[str, "lineage"]
Data = Annotated[dict[str, str], "data"]
Features = Annotated[pd.DataFrame, "features"]
Labels = Annotated[pd.DataFrame, "labels"]


def code_state() -> str:
    """Return a hash of all code, settings and the library: a cached step's key beside its inputs.

    ZenML's own key sees the source of the step alone, so an edit in features.py would be answered
    with yesterday's features.
    """
    hashes = file_hashes(current().code)
    return hash_text(repr([*sorted(hashes.items()), library_hash()]))


# Keyed by the hashes of the data that come in, and by all code and settings. Artifact ids are left
# out: they are new in every run.
SOUND = CachePolicy(include_artifact_ids=False, cache_func=code_state)


@step(enable_cache=False)
def prepare() -> tuple[Lineage, Data]:
    """Check what has landed; give what this training starts from, and the MD5 of its snapshots."""
    begun = preparing.prepare(current(), str(get_step_context().pipeline_run.id))
    return begun.to_json(), begun.train_data()


@step(enable_cache=True, cache_policy=SOUND)
def build(data: dict[str, str]) -> tuple[Features, Labels]:
    """Turn the rows of some snapshots into features and labels."""
    rows, labels = stages.build(current(), data)
    return rows, labels  # a literal tuple: ZenML reads the number of outputs off the source


@step(enable_cache=False)
def fit(lineage: str, features: pd.DataFrame, labels: pd.DataFrame) -> Annotated[str, "run_id"]:
    """Train a model and store it in an MLflow run."""
    return stages.fit(current(), from_json(lineage), features, labels)


@step(enable_cache=False)
def assess(run_id: str) -> Annotated[dict[str, float], "metrics"]:
    """Evaluate the stored model on the holdout."""
    return graph.assess(current(), run_id)


@step(enable_cache=False)
def register(lineage: str, run_id: str, metrics: dict[str, float]) -> Annotated[str, "version"]:
    """Register the model: only now, when it has been evaluated."""
    return graph.register(current(), from_json(lineage), run_id, metrics)


@step(enable_cache=False)
def admit(version: str) -> Annotated[dict[str, Any], "verdict"]:
    """Let the gate judge the version, and make it challenger."""
    return graph.admit(current(), version).to_dict()
