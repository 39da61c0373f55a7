"""What runs the stages of a training: each provider has `train`, and gives the same result."""

from collections.abc import Sequence
from typing import Protocol, cast

from .. import changes, providers
from ..data.source import source
from ..evaluation import formats
from ..settings import Project
from ..training.frozen import frozen
from ..training.preparing import land
from ..training.stages import Outcome


class Orchestrator(Protocol):
    """Runs a training; `orchestrator.provider` names it."""

    def train(self, project: Project) -> Outcome:
        """Run all stages, and return what came out."""
        ...


def train(project: Project, direct: bool = False, settings: Sequence[str] = ()) -> Outcome:
    """Train with the orchestrator that params.yaml names, or without any.

    With settings for this training alone, without: the wiring of an engine does not know of them.
    """
    changes.parse(project.params, settings)  # told before anything lands
    land(project)
    with frozen(project) as here:
        here = changes.apply(here, changes.parse(here.params, settings))
        # What does not fit is told before an engine starts.
        _ = here.owner.contract, source(here)
        formats.early(here.owner)
        name = "direct" if direct or settings else here.params.orchestrator.provider
        return cast(Orchestrator, providers.load("orchestrators", name, "train")).train(here)
