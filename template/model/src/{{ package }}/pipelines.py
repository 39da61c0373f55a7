"""How the stages of a training are wired in ZenML. Made to be extended; updates merge into it.

A step of your own is a function with `@step` between two of these: give it what the step before
returns, and hand what it returns to the next.
"""

from modelyard_platform.orchestrators import zenml_steps as stages
from zenml import pipeline
from zenml.enums import ExecutionMode


@pipeline(execution_mode=ExecutionMode.FAIL_FAST)
def train() -> None:
    """Check the data, build features, fit, evaluate, register, and let the gate judge."""
    lineage, data = stages.prepare()
    features, labels = stages.build(data)
    run_id = stages.fit(lineage, features, labels)
    metrics = stages.assess(run_id)
    version = stages.register(lineage, run_id, metrics)
    stages.admit(version)
