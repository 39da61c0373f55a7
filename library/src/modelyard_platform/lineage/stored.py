"""A stored model as its readers get it: a private copy, held against its lineage."""

from dataclasses import dataclass
from pathlib import Path

from ..errors import NotTrusted
from ..hashing import hash_files, leave_out_unhashed, tree_files
from .record import Lineage, changed

# What to do with a version that was changed after it was registered.
HINT = "nothing of it was run: promote another version, or train again; who writes to the registry?"


@dataclass(frozen=True)
class Stored:
    """A private copy of a stored model, and what is recorded of it; `name` is for messages."""

    name: str
    folder: Path
    lineage: Lineage


def check(stored: Stored) -> None:
    """Raise NotTrusted unless the copy holds the files that the lineage has, and those alone.

    What no hash covers, such as bytecode, is removed from the copy. Where the lineage has no hash,
    there is nothing to compare with.
    """
    paths = list(stored.folder.rglob("*"))
    odd = [path for path in paths if path.is_symlink() or not (path.is_file() or path.is_dir())]
    if odd:
        which = ", ".join(sorted(path.relative_to(stored.folder).as_posix() for path in odd))
        raise NotTrusted(f"{stored.name}: its model has what is no plain file: {which}", HINT)
    leave_out_unhashed(stored.folder)
    found, recorded = tree_files(stored.folder), stored.lineage
    if recorded.model in ("", hash_files(found)):
        return
    names = changed(recorded.model_files, found) if recorded.model_files else []
    which = f": {', '.join(names[:8])}{' …' if names[8:] else ''}" if names else ""
    raise NotTrusted(f"{stored.name}: its model is not the one that was recorded{which}", HINT)
