"""The predictions of one version for one snapshot."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Predictions:
    """The rows of one snapshot, scored by one version: what is written again replaces the former.

    `frame` has these three among its columns; `key` is the one that tells its rows apart.
    """

    frame: pd.DataFrame
    key: str
    snapshot: str
    model: str
    version: str

    def identity(self) -> dict[str, str]:
        """Return the columns that say which rows these are."""
        return {"snapshot": self.snapshot, "model": self.model, "model_version": self.version}
