"""Holds a candidate against the champion, each on rows of the holdout that neither has seen."""

from contextlib import ExitStack
from dataclasses import dataclass

from ..console import tell
from ..errors import DiskFull, NotTrusted, Unreachable
from ..evaluation import gate, mlmodel, scoring
from ..evaluation.comparison import CannotScore, Incomparable, NotCompared
from ..evaluation.metrics import Evaluation, evaluate
from ..evaluation.unseen import Seen
from ..lineage.stored import Stored
from ..settings import Project
from .candidate import Candidate, title
from .holdout import Rows


@dataclass(frozen=True)
class Contender:
    """A version, or a run, whose stored model is at hand."""

    name: str
    stored: Stored

    @property
    def seen(self) -> Seen:
        """Which rows it was trained on."""
        return mlmodel.seen(self.stored.folder)

    def evaluate(self, rows: Rows) -> Evaluation:
        """Return how it does on rows; CannotScore where it does not score them."""
        owner, n_rows = rows.project.owner, len(rows.frame)
        predictions = scoring.score(owner, self.stored, rows.frame)
        scoring.check_outputs(owner, self.name, self.stored.folder, predictions, n_rows)
        return evaluate(rows.project, self.name, self.seen, rows.frame, predictions)

    def compared(self, rows: Rows) -> Evaluation | NotCompared:
        """Return how it does on rows that a candidate is judged by, or why nobody can tell."""
        if not rows.enough:
            seen = rows.proof.unseen_by(self.seen).value
            detail = (
                f"{title(self.name)} was trained on {seen}, and too few rows here are new to it"
            )
            return NotCompared(self.name, Incomparable.SEEN, detail)
        try:
            return self.evaluate(rows)
        except CannotScore as error:
            return NotCompared(self.name, error.reason, str(error))
        except (NotTrusted, Unreachable, DiskFull, OSError, MemoryError):
            raise  # no answer of the version's
        except Exception as error:  # the owner's code, on predictions that it was not written for
            what = f"{type(error).__name__}: {error}"
            return NotCompared(self.name, Incomparable.FAILS, what)


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
    )
    if verdict.reason is not None:
        tell(f"! version {verdict.champion}, the champion, {verdict.not_compared}")
    return verdict
