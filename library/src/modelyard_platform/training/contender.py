"""How a version, or a run, does on rows of the holdout: scored once, and known from then on."""

from dataclasses import dataclass, replace

from ..errors import DiskFull, NotTrusted, Unreachable
from ..evaluation import mlmodel, scoring
from ..evaluation.comparison import CannotScore, Incomparable, Killed, NotCompared
from ..evaluation.metrics import Evaluation, evaluate
from ..evaluation.unseen import Seen
from ..lineage.stored import Stored
from . import evaluations
from .candidate import Candidate, title
from .holdout import Rows


@dataclass(frozen=True)
class Contender:
    """A version, or a run, whose stored model is at hand, and is the one that was recorded."""

    name: str
    stored: Stored

    @property
    def seen(self) -> Seen:
        """Which rows it was trained on."""
        return mlmodel.seen(self.stored.folder)

    def evaluate(self, rows: Rows) -> Evaluation:
        """Return how it does on rows; CannotScore where it does not score them."""
        key = evaluations.key(self.stored.lineage, rows)
        known = evaluations.known(rows, key)
        if isinstance(known, Evaluation):
            return replace(known, version=self.name)
        owner, n_rows = rows.project.owner, len(rows.frame)
        predictions = scoring.score(owner, self.stored, rows.frame)
        scoring.check_outputs(owner, self.name, self.stored.folder, predictions, n_rows)
        found = evaluate(rows.project, self.name, self.seen, rows.frame, predictions)
        evaluations.keep(rows, key, found)
        return found

    def compared(self, rows: Rows) -> Evaluation | NotCompared:
        """Return how it does on rows that a candidate is judged by, or why nobody can tell."""
        if not rows.enough:
            seen = rows.proof.unseen_by(self.seen).value
            what = f"{title(self.name)} was trained on {seen}, and too few rows here are new to it"
            return NotCompared(self.name, Incomparable.SEEN, what)
        try:
            return self.evaluate(rows)
        except CannotScore as error:
            return NotCompared(self.name, error.reason, str(error))
        except (NotTrusted, Unreachable, DiskFull, Killed, OSError, MemoryError):
            raise  # no answer of the version's
        except Exception as error:  # the owner's code, on predictions that it was not written for
            what = f"{type(error).__name__}: {error}"
            return NotCompared(self.name, Incomparable.FAILS, what)


def compared(candidate: Candidate, rows: Rows) -> Evaluation | NotCompared:
    """Return what is known of a version on rows; its model is opened only where nothing is."""
    key = evaluations.key(candidate.record.lineage, rows)
    known = evaluations.known(rows, key)
    if known is not None:
        return replace(known, version=candidate.name)
    with candidate.model(rows.project) as stored:
        found = Contender(candidate.name, stored).compared(rows)
    if isinstance(found, NotCompared):
        evaluations.keep(rows, key, found)
    return found
