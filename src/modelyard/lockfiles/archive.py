"""Reads files of a wheel that may be anybody's, and may be a bomb."""

import io
import zipfile
from collections.abc import Callable

_LARGEST = 20 << 20
_LARGEST_FILE = 1 << 20
_MOST_FILES = 8


def files(wheel: bytes, wanted: Callable[[str], bool]) -> list[tuple[str, bytes]]:
    """Return names and contents of the wanted files; none of what is damaged or too large."""
    if len(wheel) > _LARGEST:
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
            found = [one for one in archive.infolist() if wanted(one.filename)]
            if len(found) > _MOST_FILES or any(one.file_size > _LARGEST_FILE for one in found):
                return []
            return [(one.filename, _content(archive, one)) for one in found]
    except Exception:
        # Each damage raises something else, and all of them mean that nothing can be read.
        return []


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    # Other methods take memory as the archive says.
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile
    with archive.open(info) as file:
        return file.read(_LARGEST_FILE)
