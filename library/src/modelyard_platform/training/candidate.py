"""What the gate judges: a registered version, or a run of which nothing is registered."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..lineage.stored import Stored
from ..settings import Project
from ..tracking import logging, records, registry, verified
from ..tracking.records import Record
from ..tracking.registry import Version

_RUN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Candidate:
    """A version, or a run, with what is recorded of it. `name` is its number, or the run's id."""

    name: str
    record: Record
    version: Version | None = None

    @property
    def title(self) -> str:
        """What it is called in messages."""
        return title(self.name)

    @contextmanager
    def model(self, project: Project) -> Iterator[Stored]:
        """Yield a private copy of its model, which is the one that was recorded."""
        if self.version:
            with verified.model(project, self.version, self.record) as stored:
                yield stored
        else:
            run_id = self.record.run_id
            uri = logging.model_uri(project, run_id)
            with verified.model_of_run(project, run_id, uri) as stored:
                yield stored


def is_run(name: str) -> bool:
    """Return whether what `register` gave is the id of a run: nothing was registered."""
    return bool(_RUN.fullmatch(name))


def title(name: str) -> str:
    """Return what a candidate of that name is called in messages."""
    return f"run {name[:8]}" if is_run(name) else f"version {name}"


def find(project: Project, name: str, record: Record | None = None) -> Candidate:
    """Return the candidate of a number, an alias or a run's id; SetupError where there is none."""
    if is_run(name):
        return Candidate(name, record or records.of_run(project, name))
    return of_version(project, registry.Registry(project).get(name), record)


def of_version(project: Project, version: Version, record: Record | None = None) -> Candidate:
    """Return a registered version as a candidate."""
    return Candidate(version.number, record or records.of_version(project, version), version)
