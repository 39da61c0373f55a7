"""Who is champion: the only place that moves the alias, and only past the gate."""

from .. import console, shared
from ..advice import typed
from ..alerts import tell
from ..errors import GateRefused, UsageError
from ..evaluation.gate import Verdict
from ..lineage import origin
from ..settings import Project
from ..tracking import records, registry, verified
from . import preparing, stages


def promote(project: Project, version: str, allow_dirty: bool) -> Verdict:
    """Judge a version against today's champion and newest holdout, and make it champion.

    Raises GateRefused, and leaves the alias alone, where the gate says no or where the version was
    trained from uncommitted code.
    """
    # First: skops looks for functions of SciPy in all modules, in the order of their import.
    _ = project.owner.model
    versions = registry.Registry(project)
    candidate = versions.get(version)
    record = records.of_version(project, candidate)
    console.tell(f"version {candidate.number}: {origin.told(project.root, record.lineage)}")
    shared.warn(project.root, record.lineage.git_commit, candidate.number)
    if record.lineage.dirty and not allow_dirty:
        raise GateRefused(
            f"version {candidate.number} was trained from uncommitted code",
            f"commit and train again, or: {typed('promote --allow-dirty')}",
        )
    preparing.check_ready(project, judged_by=True)
    verdict = stages.judge(project, candidate.number, record)
    if not verdict.passed:
        raise GateRefused(
            f"the gate refused version {verdict.candidate}; the champion stays",
            verdict.hint,
            [(c.name, c.value, c.limit, c.passed) for c in verdict.checks],
        )
    versions.promote(candidate)
    text = f"version {candidate.number} is champion"
    if verdict.reason is not None:
        text += f"; version {verdict.champion} {verdict.not_compared}"
    tell(project, "promoted", candidate.number, text)
    return verdict


def retire(project: Project, version: str, reason: str) -> str:
    """Take a version out of use: as champion, as the one to go back to, and to compare with.

    Nothing is judged or moved in its place; the reason stays with it. Return its number.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise UsageError(
            "a retirement needs a reason", typed("retire --reason 'its labels were wrong'")
        )
    versions = registry.Registry(project)
    found = versions.get(version)
    if not versions.retire(found, reason):
        what = f"version {found.number} is not champion, and was not before"
        raise UsageError(what, f"{typed('lineage --all')} (lists the versions)")
    tell(project, "retired", found.number, f"version {found.number} is retired: {reason}")
    return found.number


def rollback(project: Project) -> str:
    """Make the champion before the present one champion again; return its version."""
    versions = registry.Registry(project)
    before = versions.before()
    with verified.model(project, before):  # it would be refused by whoever predicts with it
        versions.rollback(before)
    number = before.number
    tell(project, "rolled back", number, f"version {number} is champion again")
    return number
