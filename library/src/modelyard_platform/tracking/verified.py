"""Stored models and artifacts, held against their record before anything reads them.

Each is copied into a private folder, even from a folder on this machine: what was checked must be
what is loaded. The copy goes when its reader has ended.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import NotTrusted
from ..hashing import hash_bytes
from ..lineage.stored import HINT, Stored, check
from ..settings import Project
from . import client, records
from .records import Record
from .registry import Version


@contextmanager
def model(project: Project, version: Version, record: Record | None = None) -> Iterator[Stored]:
    """Yield a private copy of a version's model, which is the one that was recorded.

    Without a hash of it on record, which `of_version` tells or refuses, it is what is there.
    """
    record = record or records.of_version(project, version)
    with copy(project, f"models:/{project.name}/{version.number}") as folder:
        stored = Stored(record.name, folder, record.lineage)
        check(stored)
        yield stored


@contextmanager
def model_of_run(project: Project, run_id: str, uri: str) -> Iterator[Stored]:
    """Yield a private copy of the model that a run stored, which is the one that it recorded."""
    record = records.of_run(project, run_id)
    if not record.lineage.model:
        raise NotTrusted(f"{record.name}: no model is recorded", "train again from the start")
    with copy(project, uri) as folder:
        stored = Stored(record.name, folder, record.lineage)
        check(stored)
        yield stored


@contextmanager
def copy(project: Project, uri: str) -> Iterator[Path]:
    """Yield a private copy of a model as it is on the server; nothing of it has been compared."""
    with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
        folder = Path(scratch, "model")
        folder.mkdir()
        client.download(project, folder, artifact_uri=uri)
        yield folder


@contextmanager
def artifacts(project: Project, run_id: str) -> Iterator[Path]:
    """Yield a private copy of all that a run stored, as it is on the server."""
    with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
        client.download(project, Path(scratch), run_id=run_id)
        yield Path(scratch)


def has(project: Project, record: Record, name: str) -> bool:
    """Return whether a run stored something under a name that counts."""
    if record.lineage.run:
        return name in record.lineage.artifacts
    return client.artifact_bytes(project, record.run_id, name) is not None


def artifact(project: Project, record: Record, name: str) -> bytes:
    """Return what a run stored under a name; NotTrusted where its lineage has another hash.

    Lineages before 0.4.0, which do not say of which run they are, have none to compare with.
    """
    content = client.artifact_bytes(project, record.run_id, name)
    wanted = record.lineage.artifacts.get(name)
    if content is None:
        raise NotTrusted(f"{record.name} has no {name}", records.HINT)
    if wanted is None and record.lineage.run:
        raise NotTrusted(f"{record.name}: its lineage has no hash of {name}", HINT)
    if wanted is not None and hash_bytes(content) != wanted:
        raise NotTrusted(f"{record.name}: {name} is not the one that was recorded", HINT)
    return content


def artifact_hashes(project: Project, run_id: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return the hashes of what a run stored under some names, of those that it has."""
    found = {name: client.artifact_bytes(project, run_id, name) for name in names}
    return {name: hash_bytes(content) for name, content in found.items() if content is not None}
