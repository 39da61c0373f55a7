"""What runs the stages of a training: each provider has `train`, and gives the same result."""

from typing import Protocol, cast

from .. import providers
from ..data.source import source
from ..settings import Project
from ..training.frozen import frozen
from ..training.stages import Outcome


class Orchestrator(Protocol):
    """Runs a training; `orchestrator.provider` names it."""

    def train(self, project: Project) -> Outcome:
        """Run all stages, and return what came out."""
        ...


def train(project: Project, direct: bool = False) -> Outcome:
    """Train with the orchestrator that params.yaml names, or without any."""
    with frozen(project) as here:
        # What does not fit is told before an engine starts.
        _ = here.owner.contract, source(here)
        name = "direct" if direct else here.params.orchestrator.provider
        return cast(Orchestrator, providers.load("orchestrators", name, "train")).train(here)
