"""Writes a file whole or not at all."""

import os
import stat
import tempfile
from pathlib import Path


def put(place: Path, content: bytes) -> None:
    """Put a file in a place; its mode is that of the one that it replaces, or that of a new one.

    Raises:
        OSError: It cannot be written; what was there before still is.
    """
    mode = place.stat().st_mode if place.exists() else 0o666 & ~_umask()
    # A name may be as long as a file system takes.
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f"{place.name[:40]}.")
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        made.chmod(stat.S_IMODE(mode))
        made.replace(place)
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
