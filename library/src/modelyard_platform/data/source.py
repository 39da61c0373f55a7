"""The source of snapshots: what it gives is checked, and how it fails is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from .. import providers
from ..api import Source, Violation
from ..errors import DataRefused, SetupError, Unreachable, disk_full
from ..hashing import file_md5
from ..settings import Project
from ..validation import check_file

OWN = "package"


class ContractBroken(DataRefused):
    """Snapshots that break the contract, with a row for each way in which they do."""

    def __init__(self, violations: dict[str, list[Violation]]) -> None:
        names = ", ".join(violations)
        super().__init__(
            f"the contract is broken by {names}; nothing of it was used",
            "correct the source, or change contract.py if the data is right",
            [
                (snapshot, found.column, found.problem, found.rows, found.example)
                for snapshot, broken in violations.items()
                for found in broken
            ],
        )


def source(project: Project) -> Source:
    """Return where snapshots come from: data.py, or the provider that params.yaml names."""
    name = project.params.source.provider
    if name == OWN:
        return project.owner.data
    return cast(Source, providers.load("sources", name, "snapshots", "fetch"))


def names(project: Project) -> list[str]:
    """Return the names of the snapshots that the source can deliver, oldest first."""
    with _answering("its snapshots"):
        found = source(project).snapshots(project.params.data)
    odd = [name for name in found if not _is_file_name(name)]
    if odd or list(found) != sorted(set(found)):
        what = "snapshots() must give sorted names, each once, that can be file names"
        raise SetupError(f"{what}; it gave {', '.join(map(repr, odd or found))}", "edit data.py")
    return list(found)


def fetch(project: Project, snapshot: str, path: Path) -> None:
    """Write a snapshot to `path`; DataRefused unless it is whole and keeps the contract."""
    with _answering(snapshot):
        source(project).fetch(snapshot, path, project.params.data)
    try:
        violations = check_file(project, path, snapshot)
    except (OSError, ValueError) as error:
        raise DataRefused(
            f"what the source gave for {snapshot} is not a whole parquet file: {error}",
            "look at fetch in data.py, and try again",
        ) from error
    if violations:
        raise ContractBroken({snapshot: violations})


def fetch_again(project: Project, snapshot: str, path: Path, md5: str) -> str:
    """Write what has landed before to `path`; return why it is not the same, or nothing."""
    try:
        source(project).fetch(snapshot, path, project.params.data)
    except Exception as error:  # any source may be behind it
        if disk_full(error):
            raise
        return f"{type(error).__name__}: {error}"
    return "" if path.exists() and file_md5(path) == md5 else "it gives other bytes"


def _is_file_name(name: object) -> bool:
    plain = isinstance(name, str) and bool(name) and not name.startswith(".")
    return plain and not set(str(name)) & set("/\\\0\n")


@contextmanager
def _answering(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # files, sockets and HTTP clients raise it
        raise Unreachable(
            f"the source does not give {what}: {type(error).__name__}: {error}",
            "check `data` in params.yaml and your access to the source, and try again",
        ) from error
