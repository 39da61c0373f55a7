"""The uncommitted changes of a training, which `reproduce` would run: shown, and asked about first.

They come from the tracking server, where others may write. A commit has been in this repo's git; a
patch has not.
"""

import sys
from pathlib import Path

from ..advice import typed
from ..console import asks, tell
from ..errors import NotTrusted, SetupError
from ..git import git
from ..lineage import record as lineage
from ..settings import Project
from ..tracking import verified
from ..tracking.records import Record

_HINT = f"read it in MLflow ({typed('ui')}), and: {typed('reproduce VERSION --allow-patch')}"


def fetch(project: Project, record: Record) -> bytes:
    """Return the patch of a version; NotTrusted where it is not the one that was recorded."""
    return verified.artifact(project, record, lineage.DIFF_ARTIFACT)


def agree(record: Record, patch: bytes, allowed: bool) -> None:
    """Show a patch and ask whether it may be run; NotTrusted where nobody says so."""
    tell(patch.decode("utf-8", "replace"))
    tell(f"↑ {record.name} was trained with these uncommitted changes")
    tell(f"  the patch is {_proof(record)}")
    if allowed:
        return
    if not (sys.stdin.isatty() and asks()):
        raise NotTrusted(
            f"{record.name} was trained with uncommitted changes, which nobody here has allowed",
            _HINT,
        )
    tell("Apply them to a scratch clone, and run its code? [y/N] ", end="")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise NotTrusted(f"the uncommitted changes of {record.name} were not allowed", _HINT)


def _proof(record: Record) -> str:
    if lineage.DIFF_ARTIFACT not in record.lineage.artifacts:
        return "not recorded by its hash: it may be another one"
    return f"the one that is in its lineage, which is {record.signature}"


def apply(clone: Path, patch: bytes) -> None:
    """Apply a patch to a clone; NotTrusted where it does not fit, or makes symbolic links.

    Git itself refuses names outside the clone, in .git, or beyond a link.
    """
    given = patch.decode("utf-8", "surrogateescape")
    try:
        listed = git(clone, "apply", "--numstat", "-z", "-", given=given)
        git(clone, "apply", "--whitespace=nowarn", "-", given=given)
    except SetupError as error:
        raise NotTrusted(f"the patch cannot be applied: {error}", _HINT) from error
    for name in (entry.split("\t", 2)[-1] for entry in listed.split("\0")):
        if name and (clone / name).is_symlink():
            raise NotTrusted(f"the patch makes a symbolic link: {name}", _HINT)
