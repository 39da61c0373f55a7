"""Makes of somebody's wheel one for uv to read: its name, its version and what it asks for.

uv follows an address that the metadata of a wheel names, and puts variables of the environment in
it. So the metadata is read here, checked, and written anew.
"""

import io
import zipfile
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import PurePosixPath

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from modelyard.lockfiles import archive, requirements
from modelyard.lockfiles.path_sources import normal
from modelyard.lockfiles.stale import Stale
from modelyard.reasons import NoticeReason

_MOST = 2000


def rebuild(wheel: bytes, path: str, package: str) -> bytes:
    """Return a wheel with the same name, version and requirements; the same give the same bytes.

    Args:
        wheel: The wheel.
        path: Where the project has it.
        package: The package that it is to provide, in the normal form of its name.

    Raises:
        Stale: It cannot be read, is another package, or asks for something by an address.
    """
    unreadable = Stale(NoticeReason.LOCK_UNREADABLE, path)
    try:
        name, version, _, _ = parse_wheel_filename(PurePosixPath(path).name)
        said = _metadata(wheel)
        same = normal(str(said["Name"])) == name == package
        if not same or Version(str(said["Version"])) != version:
            raise unreadable
    except (InvalidWheelFilename, InvalidVersion):
        raise unreadable from None
    about = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
    if asks := said["Requires-Python"]:
        about.append(f"Requires-Python: {requirements.python(str(asks), path)}\n")
    for extra in _all(said, "Provides-Extra", unreadable):
        about.append(f"Provides-Extra: {requirements.name(extra, path)}\n")
    for wanted in _all(said, "Requires-Dist", unreadable):
        about.append(f"Requires-Dist: {requirements.checked(wanted, path)}\n")
    return written(f"{name.replace('-', '_')}-{version}.dist-info", "".join(about))


def _metadata(wheel: bytes) -> Message:
    found = archive.files(wheel, lambda name: name.endswith(".dist-info/METADATA"))
    # Two of them would be one for this parser and another one for uv.
    if len(found) != 1:
        raise InvalidWheelFilename("no metadata")
    return BytesHeaderParser().parsebytes(found[0][1])


def _all(said: Message, key: str, unreadable: Stale) -> list[str]:
    found = [str(value).strip() for value in said.get_all(key, [])]
    if len(found) > _MOST:
        raise unreadable
    return found


def written(folder: str, metadata: str) -> bytes:
    """Return a wheel that holds this metadata and nothing else."""
    content = {
        "METADATA": metadata,
        "WHEEL": "Wheel-Version: 1.0\nGenerator: modelyard\nRoot-Is-Purelib: true\n",
        "RECORD": "",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archived:
        for name, text in content.items():
            archived.writestr(zipfile.ZipInfo(f"{folder}/{name}"), text)
    return made.getvalue()
