"""What is recorded of a run or a version, held against whose it must be and who signed it.

The record is a run's lineage.json, with a signature beside it where there is a key. Whoever may
write to the server may write both, but cannot sign.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from ..console import tell
from ..errors import NotTrusted, SetupError
from ..lineage import record as lineage
from ..lineage import signature as signing
from ..lineage.record import Lineage
from ..lineage.signature import Signature, State
from ..settings import Project
from . import client
from .registry import Version

SIGNATURE = f"{lineage.ARTIFACT}.sig"
HINT = "train again; or ask whoever may write to the registry what happened to it"
_PAGE = "docs/how-to/sign-models.md of the standard"


@dataclass(frozen=True)
class Record:
    """What is recorded of a run: its lineage, the bytes that were signed, and their signature."""

    name: str
    run_id: str
    lineage: Lineage
    content: bytes
    signature: Signature

    @property
    def lacks(self) -> str:
        """What this record has no proof of, in words."""
        found = [] if self.signature.state is State.GOOD else [str(self.signature)]
        found += [] if self.lineage.model else ["recorded without a hash of its model"]
        return " and ".join(found)


def allowed_signers(project: Project) -> Path | None:
    """Return the file that says who may sign, None where params.yaml names none."""
    named = project.params.lineage.allowed_signers
    if not named:
        return None
    path = project.root / named
    if not path.is_file():
        what = f"lineage.allowed_signers in params.yaml names {named}, which is no file"
        raise SetupError(what, f"write it, a line each: NAME ssh-ed25519 KEY (see {_PAGE})")
    return path


def check_signing(project: Project) -> None:
    """Raise SetupError where there is a key to sign with, and nobody could verify or use it."""
    key = signing.key()
    if key and allowed_signers(project) is None:
        what = f"{signing.KEY} is set, and params.yaml names no lineage.allowed_signers"
        raise SetupError(what, f"name the file of who may sign (see {_PAGE})")
    if key:
        signing.sign(b"before hours of work, not after them", key)


def of_run(project: Project, run_id: str, name: str = "") -> Record:
    """Return what is recorded of a run; NotTrusted where that is another's, or was changed."""
    name = name or f"run {run_id}"
    content = client.artifact_bytes(project, run_id, lineage.ARTIFACT)
    if content is None:
        raise NotTrusted(f"{name} has no {lineage.ARTIFACT}", HINT)
    try:
        found = lineage.from_json(content)
    except ValueError as error:
        raise NotTrusted(f"{name}: {lineage.ARTIFACT} is no lineage: {error}", HINT) from error
    signers = allowed_signers(project)
    signature = Signature(State.UNASKED)
    if signers:
        made = client.artifact_bytes(project, run_id, SIGNATURE)
        signature = signing.verify(content, made, signers)
    if signature.state is State.BAD:
        raise NotTrusted(f"{name}: {lineage.ARTIFACT} is {signature}: it was changed", HINT)
    record = Record(name, run_id, found, content, signature)
    _check_whose(record, "project", found.project, project.name)
    _check_whose(record, "run", found.run, run_id)
    return record


def of_version(project: Project, version: Version) -> Record:
    """Return what is recorded of a version; what it has no proof of is told, or refused."""
    record = of_run(project, version.run_id, f"version {version.number}")
    _check_whose(record, "version", record.lineage.version, version.number)
    if record.lacks:
        what = f"{record.name} is {record.lacks}"
        if project.params.lineage.require_signature:
            raise NotTrusted(f"{what}; lineage.require_signature in params.yaml asks for it", HINT)
        if allowed_signers(project) or not record.lineage.model:
            tell(f"! {what}")
    return record


def _check_whose(record: Record, what: str, said: str, wanted: str) -> None:
    """Raise NotTrusted where a lineage is another's. Those before 0.4.0 do not say whose."""
    if said != wanted and (said or record.signature.state is State.GOOD):
        raise NotTrusted(f"{record.name}: its lineage is of {what} {said or 'nobody'}", HINT)


def log(project: Project, found: Lineage, before: Record | None = None) -> bool:
    """Log a lineage to the active run, signed where there is a key; return whether it is there.

    In the place of `before` it is signed only if that was: a signature must not be had for a
    lineage that somebody else put there. Without the key, a lineage that is signed stays.
    """
    import mlflow

    active = mlflow.active_run().info.run_id
    if before is None or before.lineage.run:
        found = replace(found, project=project.name, run=active)
    content = found.to_json().encode()
    if before is not None and content == before.content:
        return True
    key = signing.key()
    was_signed = before is not None and before.signature.state is State.GOOD
    if before is not None and was_signed and key is None:
        what = f"{signing.KEY} is not set: its signed lineage stays, without what is new"
        tell(f"! {before.name}: {what}")
        return False
    texts = {lineage.ARTIFACT: content}
    if key is not None and (before is None or was_signed):
        texts[SIGNATURE] = signing.sign(content, key)
    with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
        for name, text in texts.items():
            Path(scratch, name).write_bytes(text)
        mlflow.log_artifacts(scratch)
    return True
