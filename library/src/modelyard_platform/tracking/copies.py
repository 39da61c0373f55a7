"""The trackers that get a copy of each judged training, beside MLflow."""

from typing import cast

from .. import providers
from ..api import Run, Tracker
from ..console import tell
from ..evaluation.gate import Verdict
from ..redaction import redact
from ..settings import Project
from . import verified
from .logging import flat_params
from .registry import Registry


def load(name: str) -> Tracker:
    """Return the tracker of that name; SetupError where no package has it."""
    return cast(Tracker, providers.load("trackers", name, "record"))


def copy(project: Project, verdict: Verdict, metrics: dict[str, float]) -> None:
    """Hand a judged training to every tracker; one that fails is told, and stops nothing."""
    if not project.params.tracking.also:
        return
    version = Registry(project).get(verdict.candidate)
    with verified.artifacts(project, version.run_id) as folder:
        run = Run(
            project.name,
            version.number,
            version.run_id,
            flat_params(project),
            metrics,
            version.tags,
            verdict.word,
            folder,
        )
        for name in project.params.tracking.also:
            _record(name, run)


def _record(name: str, run: Run) -> None:
    try:
        load(name).record(run)
    except Exception as error:  # a tracker is anybody's code, and MLflow has the run
        tell(redact(f"• {name} did not take the run: {type(error).__name__}: {error}"))
