"""From landed snapshots to a judged challenger."""

from typing import Annotated

import pandas as pd
from zenml import get_step_context, pipeline, step
from zenml.config.cache_policy import CachePolicy
from zenml.enums import ExecutionMode

from .. import training
from ..lineage import from_json
from ..orchestrator import code_state
from ..settings import load_project

# Keyed by the hashes of the data that come in, and by all code and settings. Artifact ids are left
# out: they are new in every run.
SOUND = CachePolicy(include_artifact_ids=False, cache_func=code_state)

Rows = Annotated[pd.DataFrame, "features"]
Labels = Annotated[pd.Series, "labels"]
Data = Annotated[dict[str, str], "data"]
Begun = Annotated[str, "lineage"]


@step(enable_cache=False)
def validate() -> tuple[Data, Begun]:
    """Check what has landed, and note what this training starts from."""
    project = load_project()
    training.prepare(project)
    begun = training.begin(project, str(get_step_context().pipeline_run.id))
    return begun.train_data(), begun.to_json()


@step(enable_cache=True, cache_policy=SOUND)
def build_features(data: dict[str, str]) -> tuple[Rows, Labels]:
    """Turn the rows of the training months into features and labels."""
    rows, labels = training.build(load_project(), tuple(data))
    return rows, labels  # a literal tuple: ZenML reads the number of outputs off the source


@step(enable_cache=False)
def fit(rows: pd.DataFrame, labels: pd.Series, begun: str) -> Annotated[str, "run_id"]:
    """Train a model and store it in an MLflow run."""
    return training.fit(load_project(), rows, labels, from_json(begun))


@step(enable_cache=False)
def evaluate(run_id: str) -> Annotated[dict[str, float], "metrics"]:
    """Evaluate the stored model on the holdout."""
    return training.assess(load_project(), run_id).metrics


@step(enable_cache=False)
def register(run_id: str, begun: str, metrics: dict[str, float]) -> Annotated[str, "version"]:
    """Register the model: only now, when it has been evaluated."""
    return training.register(load_project(), run_id, from_json(begun))


@step(enable_cache=False)
def judge(version: str) -> Annotated[dict[str, object], "verdict"]:
    """Let the gate judge the version, and make it challenger."""
    return training.admit(load_project(), version).to_dict()


@pipeline(execution_mode=ExecutionMode.FAIL_FAST)
def train() -> None:
    """Validate, build features, fit, evaluate, register, judge."""
    data, begun = validate()
    rows, labels = build_features(data)
    run_id = fit(rows, labels, begun)
    metrics = evaluate(run_id)
    judge(register(run_id, begun, metrics))
