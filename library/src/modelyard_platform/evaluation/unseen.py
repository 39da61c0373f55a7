"""What proves that a holdout is new to a model: its rows are younger than all that it saw."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Seen:
    """What a model was trained on: rows until a time, that of the newest."""

    until: pd.Timestamp


@dataclass(frozen=True)
class Proof:
    """Whether a model has seen no row of a holdout, with what that rests on."""

    value: str
    limit: str
    unseen: bool


@dataclass(frozen=True)
class Holdout:
    """What is known of the rows of a holdout: when the oldest was."""

    begins: pd.Timestamp

    def unseen_by(self, seen: Seen) -> Proof:
        """Return whether a model that has seen these rows can have seen one of the holdout."""
        return Proof(str(seen.until), str(self.begins), seen.until < self.begins)
