"""Writes a page where somebody wants one, and says before the work whether that can be done."""

import errno
import os
from pathlib import Path

from modelyard import whole_file
from modelyard.errors import DiskFull, Usage

_BEGINS = b"<!doctype html>"


def refuse_place(place: Path, usual: str) -> None:
    """Refuse a place for a page before the work, which may take minutes.

    Args:
        place: Where it is to be.
        usual: How such a page is called, for the hint.

    Raises:
        Usage: No file can be written there, or one that is no page would be lost.
    """
    written = place if place.exists() else place.parent
    if why := _why_not(place, written):
        raise Usage(f"there can be no page at {place}: {why}", f"--html {usual}")


def _why_not(place: Path, written: Path) -> str:
    if place.is_dir():
        return os.strerror(errno.EISDIR)
    if not place.parent.is_dir():
        return os.strerror(errno.ENOENT)
    if not os.access(written, os.W_OK):
        return os.strerror(errno.EACCES)
    return "another file is there, which is no page" if _is_another(place) else ""


def _is_another(place: Path) -> bool:
    """Tell whether there is a file that is no page: it may be anything, and is not written over."""
    if not place.is_file():
        return False
    try:
        with place.open("rb") as file:
            begin = file.read(len(_BEGINS))
    except OSError:
        return True
    return begin.lower() not in {b"", _BEGINS}


def write(place: Path, page: str, usual: str) -> None:
    """Write a page, whole or not at all; where there is a link, it is written to what that names.

    Raises:
        Usage: No file can be written there.
        DiskFull: There is no space for it.
    """
    try:
        if place.exists() and not place.is_file():
            # A pipe or a device, such as /dev/stdout, takes what it can.
            place.write_text(page, "utf-8")
        else:
            whole_file.put(place.resolve(), page.encode())
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(f"the disk is full: the page could not be written to {place}") from None
        message = f"there can be no page at {place}: {error.strerror}"
        raise Usage(message, f"--html {usual}") from None
