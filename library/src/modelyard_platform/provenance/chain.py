"""The whole chain behind a version, read back from the registry, and set beside this work tree."""

from dataclasses import asdict, dataclass
from typing import Any

from ..data.snapshots import landed
from ..errors import NotTrusted
from ..frozen import file_hashes
from ..installed import library_hash
from ..lineage import record as lineage
from ..lineage.record import Lineage
from ..settings import Project
from ..tracking import documents, records, registry, verified


@dataclass(frozen=True)
class Chain:
    """A version with its lineage, its metrics and its verdict.

    `changed_since` names the inputs that are not the same in this work tree; `intact` says whether
    the stored model is still the one that was registered, `signature` who signed the lineage,
    `retired` why it must not be used any more.
    """

    version: str
    aliases: tuple[str, ...]
    lineage: Lineage
    metrics: dict[str, float]
    verdict: dict[str, Any]
    changed_since: list[str]
    intact: bool
    signature: str = ""
    retired: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the chain as plain values."""
        return asdict(self)


def chain(project: Project, version: str) -> Chain:
    """Return the chain of a version; of the challenger, where there is no champion yet."""
    versions = registry.Registry(project)
    if version == registry.CHAMPION and versions.find(version) is None:
        version = registry.CHALLENGER
    found = versions.get(version)
    record = records.of_version(project, found)
    recorded = record.lineage
    return Chain(
        version=found.number,
        aliases=found.aliases,
        lineage=recorded,
        metrics=documents.metrics(project, record),
        verdict=documents.verdict(project, record),
        changed_since=changed_since(project, recorded),
        intact=_intact(project, found, record),
        signature=str(record.signature),
        retired=found.retired,
    )


def _intact(project: Project, version: registry.Version, record: records.Record) -> bool:
    """Return whether the stored model is the recorded one; nothing else is done with it here."""
    try:
        with verified.model(project, version, record):
            return bool(record.lineage.model)
    except NotTrusted:
        return False


def versions(project: Project) -> list[dict[str, Any]]:
    """Return every version with its aliases and the main fields of its lineage, newest first."""
    return [
        {
            "version": found.number,
            "aliases": " ".join([*found.aliases, *(["retired"] if found.retired else [])]),
            "gate": found.tags.get("lineage.gate", ""),
            "trained on": found.tags.get("lineage.train_snapshots")
            or found.tags.get("lineage.train_months", ""),
            "commit": found.tags.get("lineage.git_commit", "")[:10],
            "dirty": found.tagged_dirty,
        }
        for found in registry.Registry(project).all()
    ]


def changed_since(project: Project, recorded: Lineage) -> list[str]:
    """Return the inputs of a training that are not the same in this work tree."""
    data = {str(s.path.relative_to(project.root)): s.md5 for s in landed(project)}
    known = {name: data[name] for name in recorded.data if name in data}
    files = lineage.changed(recorded.files, lineage.comparable(recorded, file_hashes(project.root)))
    if not recorded.library:
        files = _library_as_one(files)
    files += lineage.other_library(recorded, library_hash())
    return files + lineage.changed(recorded.data, known)


def _library_as_one(names: list[str]) -> list[str]:
    """Return names in which the folder that held the library in 0.2.0 stands for all of it."""
    inside = "/platform/"
    return sorted(
        {name.partition(inside)[0] + inside if inside in name else name for name in names}
    )
