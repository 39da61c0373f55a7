"""Writes a page where somebody wants one, and says before the work whether that can be done."""

import errno
import os
from pathlib import Path

from modelyard.errors import DiskFull, Usage


def refuse_place(place: Path, usual: str) -> None:
    """Refuse a place for a page before the work, which may take minutes.

    Args:
        place: Where it is to be.
        usual: How such a page is called, for the hint.

    Raises:
        Usage: No file can be written there.
    """
    written = place if place.exists() else place.parent
    if place.is_dir() or not place.parent.is_dir() or not os.access(written, os.W_OK):
        raise Usage(f"there can be no page at {place}", f"--html {usual}")


def write(place: Path, page: str, usual: str) -> None:
    """Write a page.

    Raises:
        Usage: No file can be written there.
        DiskFull: There is no space for it.
    """
    try:
        place.write_text(page, "utf-8")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"the disk is full: the page at {place} is not whole") from None
        message = f"there can be no page at {place}: {error.strerror}"
        raise Usage(message, f"--html {usual}") from None
