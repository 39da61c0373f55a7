"""Holds a candidate against the champion, each on rows of the holdout that neither has seen."""

from contextlib import ExitStack
from dataclasses import dataclass

import pandas as pd

from ..console import tell
from ..errors import DiskFull, NotTrusted, Unreachable
from ..evaluation import gate, mlmodel, scoring
from ..evaluation.comparison import CannotScore, Incomparable, NotCompared
from ..evaluation.metrics import Evaluation, evaluate
from ..evaluation.unseen import Seen
from ..lineage.stored import Stored
from ..settings import Project
from . import split as splitting
from .candidate import Candidate, title


@dataclass(frozen=True)
class Rows:
    """Rows of the holdout."""

    project: Project
    frame: pd.DataFrame

    def unseen(self, *seen: Seen) -> "Rows":
        """Return those that prove to be new to models that have seen this; maybe none.

        A model of before the holdout was made longer has seen the oldest of its rows, and is judged
        on the others.
        """
        whole = splitting.holdout_of(self.project, self.frame)
        if all(whole.unseen_by(model).unseen for model in seen):
            return self
        newer = self._times > max(model.until for model in seen)
        return Rows(self.project, self.frame[newer].reset_index(drop=True))

    @property
    def enough(self) -> bool:
        """Whether there are as many as the gate asks of a slice."""
        return len(self.frame) >= self.project.params.gate.min_slice_rows

    @property
    def first(self) -> str:
        """The time of the oldest."""
        return str(self._times.min())

    @property
    def _times(self) -> "pd.Series[pd.Timestamp]":
        return self.frame[self.project.owner.contract.time]


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
            detail = f"{title(self.name)} was trained on rows until {self.seen.until}"
            return NotCompared(self.name, Incomparable.SEEN, f"{detail}; no newer ones are here")
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
    project: Project, candidate: Candidate, champion: Candidate | None, frame: pd.DataFrame
) -> gate.Verdict:
    """Return the gate's verdict on a candidate; what it cannot be compared with is told."""
    with ExitStack() as opened:
        mine = Contender(candidate.name, opened.enter_context(candidate.model(project)))
        holdout = Rows(project, frame)
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
    if len(common.frame) < len(frame):
        tell(f"• judged on the rows since {common.first}: the others of the holdout were seen")
    verdict = gate.judge(
        evaluated,
        other,
        splitting.holdout_of(project, own.frame),
        project.params.gate,
        project.owner.metrics,
        same=same,
        compared_on=splitting.holdout_of(project, common.frame),
    )
    if verdict.reason is not None:
        tell(f"! version {verdict.champion}, the champion, {verdict.not_compared}")
    return verdict
