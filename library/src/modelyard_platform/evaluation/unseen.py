"""What proves that a holdout is new to a model.

Its rows are younger than all that the model saw; or, where there is no time, the model held out the
same part of the keys or groups, and none of them stands on both sides.
"""

from dataclasses import dataclass

import pandas as pd


def before(one: pd.Timestamp, other: pd.Timestamp) -> bool:
    """Return whether a time proves to be before another: one without a zone may be hours off."""
    return (one.tz is None) == (other.tz is None) and one < other


@dataclass(frozen=True)
class Seen:
    """What a model was trained on: rows until a time, or all but a part, by hash of a column."""

    until: pd.Timestamp | None = None
    by: str = ""
    share: float = 0.0


@dataclass(frozen=True)
class Proof:
    """Whether a model has seen no row of a holdout, with what that rests on."""

    value: str
    limit: str
    unseen: bool


@dataclass(frozen=True)
class Holdout:
    """What is known of the rows of a holdout.

    Attributes:
        begins: When the oldest row was; None where there is no time.
        by: The column by whose hash rows are held out, where there is no time.
        share: The part of its values that is held out.
        shared: How many keys and groups of the holdout stand among the other rows too.
    """

    begins: pd.Timestamp | None = None
    by: str = ""
    share: float = 0.0
    shared: int = 0

    def unseen_by(self, seen: Seen) -> Proof:
        """Return whether a model that has seen these rows can have seen one of the holdout."""
        if self.begins is not None:
            known = seen.until is not None and before(seen.until, self.begins)
            return Proof(str(seen.until or f"no time: by {seen.by}"), str(self.begins), known)
        value = f"{seen.share:g} of {seen.by}" if seen.by else f"rows until {seen.until}"
        same = seen.by == self.by and self.share <= seen.share
        if self.shared:
            value = f"{value}, {self.shared} on both sides"
        return Proof(value, f"{self.share:g} of {self.by} held out", same and not self.shared)
