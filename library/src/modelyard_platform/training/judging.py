"""Holds a candidate against champions, each on rows of the holdout that neither has seen."""

from contextlib import ExitStack

from ..console import tell
from ..evaluation import baseline, gate
from ..evaluation.metrics import Evaluation
from ..settings import Project
from . import ratchet
from .candidate import Candidate
from .contender import Contender
from .holdout import Rows


def judge(
    project: Project, candidate: Candidate, champion: Candidate | None, holdout: Rows
) -> gate.Verdict:
    """Return the gate's verdict on a candidate; what it cannot be compared with is told."""
    with ExitStack() as opened:
        mine = Contender(candidate.name, opened.enter_context(candidate.model(project)))
        own = holdout.unseen(mine.seen)
        if not own.enough:
            own = holdout  # nothing in it is new to the candidate, which the gate says
        evaluated = same = mine.evaluate(own)
        common, other = own, None
        if champion is not None:
            its = Contender(champion.name, opened.enter_context(champion.model(project)))
            both = own.unseen(mine.seen, its.seen)
            other = its.compared(both)
            if isinstance(other, Evaluation) and both is not own:
                common, same = both, mine.evaluate(both)
        judged = {candidate.name, *([champion.name] if champion else [])}
        earlier = ratchet.best(project, judged, champion, common)
    if len(common.frame) < len(holdout.frame):
        number = f"{len(common.frame)} of {len(holdout.frame)} rows"
        tell(f"• judged on the {number} of the holdout that neither version was trained on")
    verdict = gate.judge(
        evaluated,
        other,
        own.proof,
        project.params.gate,
        project.owner.metrics,
        same=same,
        compared_on=common.proof,
        earlier=earlier,
        baseline=baseline.evaluation(project, own.frame),
    )
    if verdict.reason is not None:
        tell(f"! version {verdict.champion}, the champion, {verdict.not_compared}")
    return verdict
