"""Where a model version came from: enough to train it again, and to notice what has changed."""

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AliasChoices, Field, TypeAdapter, ValidationError

from .. import installed, uncommitted
from ..data.snapshots import Snapshot
from ..errors import NotTrusted
from ..frozen import LOCK, file_hashes
from ..hashing import hash_file, hash_text
from ..redaction import redact
from ..settings import Project
from .fields import Commit, Hashes, Line, Number, Python, Sha256

ARTIFACT = "lineage.json"
DIFF_ARTIFACT = "uncommitted.patch"

# What no tag repeats: what is long, and whose lineage it is.
_ARTIFACT_ONLY = ("files", "model_files", "artifacts", "project", "run", "version", "settings")


# Left out where empty: clones of 0.3.0 read what they know, and nothing else.
_LATER = (
    *("holdout_by", "holdout_share", "unlabelled_snapshots"),
    *("library_hash", "model_files", "artifacts", "project", "run", "version"),
    *("author", "branch", "settings"),
)


_SPANS = ("train_snapshots", "holdout_snapshots", "unlabelled_snapshots")


def _former(name: str, before: str) -> Any:
    """Return how a field is read that releases before 0.3.0 called something else."""
    return Field(validation_alias=AliasChoices(name, before))


@dataclass(frozen=True)
class Lineage:
    """What went into one model version. Hashes are SHA-256, those of data are MD5 as DVC has them.

    `files` holds each file of code and settings by its path in the repo. `pipeline_run` is the id
    of the orchestrator's run, or `direct`; `trained_until` is the time of the newest row that was
    trained on, in ISO 8601; `model` is the hash of the stored model's files. `library` is the
    version of modelyard-platform that trained; the hash that its wheel must have is in
    vendor/platform.lock, which is among `files`, and `library_hash` is of what was installed.

    `model_files` holds each file of the stored model by its name in it, `artifacts` what else the
    run stored and is read back. `project`, `run` and `version` say whose lineage it is, so that it
    cannot stand in for another's. `unlabelled_snapshots` had no labels yet, and were left out.
    Where there is no time, `holdout_share` of the values of `holdout_by` were held out.
    `author` is that of the commit, `branch` what was checked out. `settings` were given for this
    training, over those of params.yaml.
    """

    git_commit: Commit
    dirty: bool
    data: Hashes
    files: Hashes
    params: Sha256
    lock: Sha256
    template: Line
    python: Python
    pipeline_run: Line = ""
    train_snapshots: Annotated[tuple[Line, ...], _former("train_snapshots", "train_months")] = ()
    holdout_snapshots: Annotated[
        tuple[Line, ...], _former("holdout_snapshots", "holdout_months")
    ] = ()
    trained_until: Line = ""
    model: Sha256 = ""
    gate: Line = ""
    library: Line = ""
    library_hash: Sha256 = ""
    model_files: Hashes = field(default_factory=dict)
    artifacts: Hashes = field(default_factory=dict)
    project: Line = ""
    run: Line = ""
    version: Number = ""
    unlabelled_snapshots: tuple[Line, ...] = ()
    holdout_by: Line = ""
    holdout_share: float = 0.0
    author: Line = ""
    branch: Line = ""
    settings: dict[Line, Line] = field(default_factory=dict)

    def train_data(self) -> dict[str, str]:
        """Return the MD5 of each snapshot that was trained on, by its name."""
        return self.snapshots(self.train_snapshots)

    def snapshots(self, names: tuple[str, ...]) -> dict[str, str]:
        """Return the MD5 of some snapshots, by name."""
        found = {Path(path).stem: md5 for path, md5 in self.data.items()}
        gone = [name for name in names if name not in found]
        if gone:
            what = f"a lineage names snapshot {gone[0]}, and has no hash of it"
            raise NotTrusted(what, "train again; or ask whoever may write to the tracking server")
        return {name: found[name] for name in names}

    def continues(self, begun: "Lineage") -> bool:
        """Return whether this is `begun` with what fitting adds to it."""
        added = ("model", "model_files", "artifacts", "run", "version")
        return self == replace(begun, **{name: getattr(self, name) for name in added})

    def tags(self) -> dict[str, str]:
        """Return the fields as tags of a model version; the long ones are in the artifact only."""
        fields = asdict(self)
        spans = {key: _span(fields.pop(key)) for key in _SPANS}
        if not spans["unlabelled_snapshots"]:
            del spans["unlabelled_snapshots"]
        data = hash_text(json.dumps(fields.pop("data"), sort_keys=True))
        for key in _ARTIFACT_ONLY:
            del fields[key]
        values = {**fields, **spans, "data": data}
        return {f"lineage.{key}": str(value) for key, value in values.items()}

    def to_json(self) -> str:
        """Return the whole lineage as a JSON document."""
        kept = {k: v for k, v in asdict(self).items() if v or k not in _LATER}
        return json.dumps(kept, indent=2, sort_keys=True) + "\n"


def capture(project: Project, snapshots: Iterable[Snapshot]) -> Lineage:
    """Return the lineage of a training that starts now from `snapshots`."""
    root, frozen = project.code, project.frozen
    changes = frozen.changes if frozen else None
    changes = changes or uncommitted.take(project.root, patch=False)
    return Lineage(
        git_commit=changes.commit,
        dirty=changes.dirty,
        data={str(s.path.relative_to(project.root)): s.md5 for s in snapshots},
        files=file_hashes(root),
        params=hash_file(root / "params.yaml"),
        lock=hash_file(root / LOCK),
        template=template_version(root),
        python=platform.python_version(),
        library=metadata.version("modelyard-platform"),
        library_hash=installed.library_hash(),
        project=project.name,
        settings=project.changes,
    )


def from_json(text: str | bytes) -> Lineage:
    """Return the lineage that `to_json` wrote; ValueError where no training can have written it."""
    try:
        return _reader().validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"][:2]) or "the file"
        raise ValueError(f"{where}: {first['msg']}") from error


@cache
def _reader() -> TypeAdapter[Lineage]:
    return TypeAdapter(Lineage)


def comparable(recorded: Lineage, present: dict[str, str]) -> dict[str, str]:
    """Return those of the present hashes that a lineage can have: 0.2.0 recorded code alone."""
    if recorded.library:
        return present
    settings = ("params.yaml", str(LOCK))
    return {k: v for k, v in present.items() if k.endswith(".py") or k in settings}


def other_library(recorded: Lineage, present: str) -> list[str]:
    """Return the name of the library where another one trained than the `present` hash is of."""
    return [installed.NAME] if recorded.library_hash not in ("", present) else []


def changed(recorded: dict[str, str], present: dict[str, str]) -> list[str]:
    """Return the names whose hashes differ between two states, or that only one of them has."""
    return sorted(k for k in {*recorded, *present} if recorded.get(k) != present.get(k))


def template_version(root: Path) -> str:
    """Return the source and version of the template, as the answers file names them."""
    path = root / ".copier-answers.yml"
    answers: dict[str, Any] = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    source = redact(str(answers.get("_src_path", "unknown")))
    return f"{source}@{answers.get('_commit', 'unknown')}"


def _span(names: tuple[str, ...]) -> str:
    return f"{names[0]} to {names[-1]}" if names else ""
