"""The address of an SQLite file, as SQLAlchemy reads it, wherever the file is."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


def uri(path: Path) -> str:
    """Return the address of the database at an absolute `path`.

    SQLAlchemy ends a path at its first `?`, and knows no escape that all its callers let through.
    Such a file is reached by a link with a plain name, which goes with this process.
    """
    if "?" in str(path):
        path = _linked(path.parent) / path.name
    return f"sqlite:///{path}"


@cache
def _linked(folder: Path) -> Path:
    scratch = tempfile.mkdtemp(prefix="modelyard-")
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    link = Path(scratch, "store")
    link.symlink_to(folder, target_is_directory=True)
    return link
