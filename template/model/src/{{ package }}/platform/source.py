"""The source behind data.py: what it gives is checked, and how it fails is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from .. import data
from ..contract import CONTRACT
from .errors import DataRefused, Unreachable, disk_full
from .settings import Project
from .validation import Violation, check
from .versioning import file_md5


class ContractBroken(DataRefused):
    """Snapshots that break the contract, with a row for each way in which they do."""

    def __init__(self, violations: dict[str, list[Violation]]) -> None:
        months = ", ".join(violations)
        super().__init__(
            f"the contract is broken by {months}; nothing of it was used",
            "mend the source, or change contract.py if the data is right",
            [
                (month, found.column, found.problem, found.rows, found.example)
                for month, broken in violations.items()
                for found in broken
            ],
        )


def months(project: Project) -> list[str]:
    """Return the months that the source can deliver, oldest first."""
    with _answering("its months"):
        return data.months(project.params.data)


def fetch(project: Project, month: str, path: Path) -> None:
    """Write a month to `path`; DataRefused unless it is whole and keeps the contract."""
    with _answering(month):
        data.fetch(month, path, project.params.data)
    try:
        # In one thread: where bytes do not decode, pyarrow's others may abort Python as it ends.
        frame = pd.read_parquet(path, use_threads=False, pre_buffer=False)
    except (OSError, ValueError) as error:
        raise DataRefused(
            f"what the source gave for {month} is not a whole parquet file: {error}",
            "look at fetch in data.py, and try again",
        ) from error
    violations = check(frame, month, CONTRACT)
    if violations:
        raise ContractBroken({month: violations})


def fetch_again(project: Project, month: str, path: Path, md5: str) -> str:
    """Write a month that has landed before to `path`; return why it is not the same, or nothing."""
    try:
        data.fetch(month, path, project.params.data)
    except Exception as error:  # any source may be behind it
        if disk_full(error):
            raise
        return f"{type(error).__name__}: {error}"
    return "" if path.exists() and file_md5(path) == md5 else "it gives other bytes"


@contextmanager
def _answering(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # files, sockets and HTTP clients raise it
        raise Unreachable(
            f"the source does not give {what}: {type(error).__name__}: {error}",
            "check `data` in params.yaml and your access to the source, and try again",
        ) from error
