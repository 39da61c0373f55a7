"""Holds a snapshot against the contract: its columns by the chosen provider, its window here."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pandas as pd

from .. import providers
from ..api import Contract, Period, Validator, Violation
from ..batches import batches
from .labels import as_landed, check_names
from .streamed import check_batches
from .window import check_window

if TYPE_CHECKING:
    from ..settings import Project

__all__ = ["Violation", "check", "check_snapshot"]


def check_snapshot(project: "Project", frame: pd.DataFrame, snapshot: str) -> list[Violation]:
    """Return what is wrong with a snapshot of a project; nothing wrong is `[]`."""
    check_names(project)
    provider = project.params.validation.provider
    return check(frame, snapshot, project.owner.contract, provider, project.params.period)


def check_file(project: "Project", path: Path, snapshot: str) -> list[Violation]:
    """Return what is wrong with the file of a snapshot, which is read batch by batch.

    Raises OSError or ValueError where it is no whole parquet file.
    """
    check_names(project)
    first = next(frames := batches(path))
    if next(frames, None) is None:
        return check_snapshot(project, first, snapshot)
    provider, contract = project.params.validation.provider, project.owner.contract
    period = project.params.period

    def check_batch(frame: pd.DataFrame, each: Contract) -> list[Violation]:
        return check(frame, snapshot, each, provider, period)

    return check_batches(lambda: batches(path), snapshot, contract, period, check_batch)


def check(
    frame: pd.DataFrame,
    snapshot: str,
    contract: Contract,
    provider: str = "pandera",
    period: Period = "month",
) -> list[Violation]:
    """Return what is wrong with the rows of the snapshot of that name; nothing wrong is `[]`."""
    found = []
    if len(frame) < contract.min_rows:
        least = f"at least {contract.min_rows} rows"
        found.append(Violation("(table)", least, len(frame), f"{len(frame)} rows"))
    validator = cast(Validator, providers.load("validators", provider, "check"))
    found += validator.check(*as_landed(frame, contract))
    return [*found, *check_window(frame, snapshot, contract, period)]
