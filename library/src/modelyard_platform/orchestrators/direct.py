"""No orchestrator: all stages in this process."""

from ..settings import Project
from ..training import graph
from ..training.stages import Outcome


def train(project: Project) -> Outcome:
    """Run all stages, and return what came out."""
    return graph.run(project)
