"""Hands a judged training on: to the trackers that get a copy, and to people."""

from .. import alerts
from ..evaluation.gate import Verdict
from ..settings import Project
from ..tracking import copies, documents, records
from ..tracking.registry import Registry


def check_providers(project: Project) -> None:
    """Raise SetupError where params.yaml names a tracker or an alert that is not installed."""
    for name in project.params.tracking.also:
        copies.load(name)
    for name in project.params.alerts:
        alerts.load(name)


def announce(project: Project, verdict: Verdict) -> None:
    """Tell of a judged training; what fails on the way is told, and undoes nothing."""
    if project.params.tracking.also:
        record = records.of_run(project, Registry(project).get(verdict.candidate).run_id)
        copies.copy(project, verdict, documents.metrics(project, record))
    if not verdict.passed:
        failed = ", ".join(check.name for check in verdict.checks if not check.passed)
        text = f"the gate refused version {verdict.candidate}: {failed or 'it asked nothing'}"
        alerts.tell(project, "refused", verdict.candidate, text)
