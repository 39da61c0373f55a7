"""The rows of the holdout, and those of them that are new to some models."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ..data.snapshots import Snapshot
from ..evaluation.unseen import Holdout, Seen
from ..settings import Project
from . import split as splitting
from .sides import rule


@dataclass(frozen=True)
class Rows:
    """Rows that are held out, what proves that they are new to a model, and the MD5 of the data."""

    project: Project
    frame: pd.DataFrame
    proof: Holdout
    data: tuple[str, ...] = ()

    def unseen(self, *seen: Seen) -> "Rows":
        """Return those that prove to be new to models that have seen this; maybe none.

        A model of before the holdout was made larger has seen a part of its rows, and is judged on
        the others.
        """
        if all(self.proof.unseen_by(model).unseen for model in seen):
            return self
        return self._by_time(seen) if self.proof.begins is not None else self._by_hash(seen)

    @property
    def enough(self) -> bool:
        """Whether there are as many as the gate asks of a slice."""
        return len(self.frame) >= self.project.params.gate.min_slice_rows

    def _by_time(self, seen: Sequence[Seen]) -> "Rows":
        untils = [model.until for model in seen if model.until is not None]
        times = self.frame[str(self.project.owner.contract.time)]
        # A time without a zone is before none that has one: nothing is known to be newer.
        alike = len({until.tz is None for until in (*untils, times.min())}) == 1
        known = alike and len(untils) == len(seen)
        frame = self.frame[times > max(untils) if known else times != times].reset_index(drop=True)
        return Rows(self.project, frame, Holdout(frame[times.name].min()), self.data)

    def _by_hash(self, seen: Sequence[Seen]) -> "Rows":
        found = rule(self.project)
        alike = found is not None and all(model.by == found.column for model in seen)
        share = min(model.share for model in seen) if alike else 0.0
        if found is None or self.proof.shared or share >= found.share:
            share = 0.0
        frame = self.frame
        if found is not None:
            frame = frame[replace(found, share=share).held_out(frame)].reset_index(drop=True)
        return Rows(self.project, frame, replace(self.proof, share=share), self.data)


def holdout_of(project: Project, frame: pd.DataFrame, newest: Sequence[Snapshot]) -> Rows:
    """Return the rows of some snapshots that are held out."""
    data = tuple(snapshot.md5 for snapshot in newest)
    rows = splitting.holdout_rows(project, frame)
    return Rows(project, rows, splitting.holdout_of(project, rows, newest), data)
