"""The side of a row where there is no time: held out or trained on, by a hash of its key or group.

The hash is of the value alone. So a key is on the same side in every snapshot, in every training
and whatever the seed, and what one version held out is new to each other version.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..settings import Project

# From here on not each whole number is a float.
EXACT = 2.0**53


@dataclass(frozen=True)
class Rule:
    """Rows are held out by the hash of `column`; by that of `key` where they have no group.

    With another `salt`, others are: which ones says nothing of the side without it.
    """

    key: str
    column: str
    share: float
    salt: str = ""

    @property
    def columns(self) -> list[str]:
        """The columns that decide."""
        return [*dict.fromkeys([self.key, self.column])]

    def held_out(self, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Return for each row whether it is held out."""
        values = frame[self.column]
        if values.isna().any():  # as objects: a key may be of another type
            group, key = values.astype("object"), frame[self.key].astype("object")
            values = group.where(values.notna(), key)
        codes, different = pd.factorize(values, use_na_sentinel=False)
        sides = np.array([_part(value, self.salt) < self.share for value in different], dtype=bool)
        return pd.Series(sides[codes], index=frame.index, dtype=bool)

    def rounded(self, frame: pd.DataFrame) -> list[str]:
        """Return those of the columns whose numbers are too large for floats to tell apart.

        Where one value is missing, pandas reads whole numbers so: and the same group would have
        another number, and another side, in the snapshot where none is.
        """
        floats = [name for name in self.columns if frame[name].dtype.kind == "f"]
        return [name for name in floats if (frame[name].abs() >= EXACT).any()]

    def shared(self, frames: Iterable[pd.DataFrame]) -> int:
        """Return how many keys and groups stand on both sides of all these rows."""
        found: dict[str, tuple[set[Any], set[Any]]] = {n: (set(), set()) for n in self.columns}
        for frame in frames:
            out = self.held_out(frame)
            for name, (held, trained) in found.items():
                held.update(frame.loc[out, name].dropna().unique())
                trained.update(frame.loc[~out, name].dropna().unique())
        return sum(len(held & trained) for held, trained in found.values())


def rule(project: Project) -> Rule | None:
    """Return how rows are held out; None where there is time: then the newest snapshots are."""
    contract, share = project.owner.contract, project.params.split.holdout_share
    if contract.time is not None:
        return None
    return Rule(contract.key, contract.group or contract.key, share)


def _part(value: Any, salt: str) -> float:
    """Return where a value lies between 0 and 1. A number is the same one in any type."""
    whole = isinstance(value, float) and value.is_integer()
    text = salt + str(int(value) if whole else value)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return float(int.from_bytes(digest, "big") / 2**64)
