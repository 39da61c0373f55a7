"""The rows that are trained on, divided once more: to fit trials on, and to compare them on.

By the rule of the holdout: by time with the same gap, which a horizon needs; or by hash of the key
or group where there is no time. No row that is held out is on either side.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from ..advice import typed
from ..batches import gathered
from ..data.snapshots import Snapshot
from ..errors import SetupError
from ..settings import Project
from . import split as splitting
from .reading import read_here
from .sides import Rule, rule


@dataclass(frozen=True)
class InnerSplit:
    """The snapshots of both sides; those are the same where `by` divides their rows."""

    fitted: tuple[Snapshot, ...]
    compared: tuple[Snapshot, ...]
    by: Rule | None = None

    @property
    def data(self) -> dict[str, str]:
        """The MD5 of each snapshot by its name."""
        return {snapshot.name: snapshot.md5 for snapshot in (*self.fitted, *self.compared)}

    def raw(self, project: Project) -> Iterator[pd.DataFrame]:
        """Yield the rows to fit on, in batches."""
        for frame in gathered(batch for found in self.fitted for batch in found.batches()):
            rows = splitting.training_rows(project, frame)
            yield rows[~self.by.held_out(rows)].reset_index(drop=True) if self.by else rows

    def rows_compared(self, project: Project) -> pd.DataFrame:
        """Return the rows to compare on."""
        rows = splitting.training_rows(project, read_here(project, self.compared))
        return rows[self.by.held_out(rows)].reset_index(drop=True) if self.by else rows


def inner_split(project: Project, snapshots: list[Snapshot]) -> InnerSplit:
    """Return how the training rows of what has landed are divided; SetupError for too few."""
    training = splitting.split(project, snapshots).training
    found, settings = rule(project), project.params.split
    if found:
        return InnerSplit(training, training, replace(found, salt="trial "))
    newest = project.params.tune.validation_snapshots or settings.holdout_snapshots
    needed = newest + settings.gap_snapshots + 1
    if len(training) < needed:
        has = f"{len(training)} snapshots are trained on, and trials need at least {needed}"
        hint = f"{typed('ingest')} (lands more), or lower tune.validation_snapshots in params.yaml"
        raise SetupError(has, hint)
    return InnerSplit(training[: -newest - settings.gap_snapshots], training[-newest:])
