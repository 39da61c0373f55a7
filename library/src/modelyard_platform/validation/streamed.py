"""Holds a snapshot against the contract batch by batch: it need not fit in memory."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..api import Contract, Period, Violation
from .window import check_window

Frames = Callable[[], Iterator[pd.DataFrame]]
Check = Callable[[pd.DataFrame, Contract], list[Violation]]


def check_batches(
    frames: Frames, snapshot: str, contract: Contract, period: Period, check: Check
) -> list[Violation]:
    """Return what is wrong with a snapshot whose rows come in several batches.

    `check` holds one batch against the contract. What only all rows can show is asked here: how
    many there are, that no key stands twice, and how new the newest is.
    """
    each = replace(contract, min_rows=0, fresh_within_days=None)
    found: dict[tuple[str, str], Violation] = {}
    hashes, n_rows, newest = [], 0, []
    for frame in frames():
        n_rows += len(frame)
        for violation in check(frame, each):
            _add(found, violation)
        if contract.key in frame:
            hashes.append(_hashes(frame[contract.key]))
        if contract.time in frame and pd.api.types.is_datetime64_any_dtype(frame[contract.time]):
            newest.append(frame[contract.time].max())
    found.pop((contract.key, "unique"), None)
    twice = _twice(frames, contract.key, np.concatenate(hashes)) if hashes else None
    if twice is not None:
        found[contract.key, "unique"] = twice
    least = []
    if n_rows < contract.min_rows:
        problem = f"at least {contract.min_rows} rows"
        least.append(Violation("(table)", problem, n_rows, f"{n_rows} rows"))
    return [*least, *found.values(), *_freshness(newest, snapshot, contract, period)]


def _add(found: dict[tuple[str, str], Violation], violation: Violation) -> None:
    """Add the rows of a batch to those of the batches before; the first example stays."""
    name = violation.column, violation.problem
    before = found.get(name)
    of_rows = violation.example.startswith("row ")
    if before is None:
        found[name] = violation
    elif of_rows:
        found[name] = replace(before, rows=before.rows + violation.rows)


def _hashes(keys: "pd.Series[Any]") -> "np.ndarray[Any, Any]":
    return np.asarray(pd.util.hash_pandas_object(keys, index=False).to_numpy())


def _twice(frames: Frames, key: str, hashes: "np.ndarray[Any, Any]") -> Violation | None:
    """Return the rows whose key stands twice: among those whose hash does, values are compared."""
    ordered = np.sort(hashes)
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(again):
        return None
    parts = [f.loc[np.isin(_hashes(f[key]), again), key] for f in frames()]
    suspects = pd.concat(parts)
    rows = suspects[suspects.duplicated(keep=False)]
    if not len(rows):
        return None
    return Violation(key, "unique", len(rows), f"row {rows.index[0]}: {rows.iloc[0]}")


def _freshness(
    newest: list[Any], snapshot: str, contract: Contract, period: Period
) -> list[Violation]:
    known = [moment for moment in newest if not pd.isna(moment)]
    if not known:
        return []
    whole = pd.DataFrame({contract.time: [max(known)]})
    found = check_window(whole, snapshot, contract, period)
    return [violation for violation in found if violation.problem.startswith("fresh")]
