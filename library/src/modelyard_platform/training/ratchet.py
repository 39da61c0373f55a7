"""The best earlier champion, so that many small steps down do not add up.

Each promotion may lose up to the tolerance. A candidate is therefore also held against the best of
the champions before, all on the same newest holdout: what was measured on another month says
nothing, for the problem itself gets harder and easier.
"""

import math
from collections.abc import Iterator

from ..console import tell
from ..errors import NotTrusted, SetupError
from ..evaluation.gate import better
from ..evaluation.metrics import Evaluation
from ..settings import Project
from ..tracking import documents
from ..tracking.registry import Registry
from . import candidate
from .candidate import Candidate
from .contender import compared
from .holdout import Rows

# Each is scored once on a holdout. The best so far is among them however long ago it was champion.
NEWEST = 8


def best(
    project: Project, skip: set[str], champion: Candidate | None, rows: Rows
) -> Evaluation | None:
    """Return how the best earlier champion does on rows that it has not seen; None without one.

    `skip` names the versions that are judged anyway. What is retired, cannot be scored any more or
    cannot be trusted is left out.
    """
    found: Evaluation | None = None
    for earlier in _earlier(project, skip, champion):
        its = _evaluation(earlier, rows)
        if its is not None and (found is None or better(project.owner.metrics, its, found)):
            found = its
    return found


def _earlier(project: Project, skip: set[str], champion: Candidate | None) -> Iterator[Candidate]:
    versions = Registry(project)
    numbers = [number for number in versions.former() if number not in skip]
    chosen = numbers[-NEWEST:]
    anchor = documents.verdict(project, champion.record).get("earlier") if champion else None
    if isinstance(anchor, str) and anchor in numbers:
        chosen.append(anchor)
    for number in dict.fromkeys(chosen):
        version = versions.find(number)
        if version is None or version.retired:
            continue
        try:
            yield candidate.of_version(project, version)
        except NotTrusted as error:
            tell(f"! version {number}, an earlier champion, is not compared with: {error}")


def _evaluation(earlier: Candidate, rows: Rows) -> Evaluation | None:
    try:
        its = compared(earlier, rows)
    except (NotTrusted, SetupError) as error:
        tell(f"! version {earlier.name}, an earlier champion, is not compared with: {error}")
        return None
    if not isinstance(its, Evaluation) or math.isnan(
        its.metrics[rows.project.owner.metrics.PRIMARY]
    ):
        return None
    if not rows.proof.unseen_by(its.seen).unseen:
        return None
    return its
