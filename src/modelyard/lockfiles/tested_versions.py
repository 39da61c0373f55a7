"""Reads the versions that a vendored library was tested with, and prefers them in a lock.

A preference is a pin in the file that uv writes to: uv keeps it where it fits, and leaves it where
somebody asks for something else.
"""

import re
from collections.abc import Iterable

from modelyard.lockfiles import archive, lines, requirements
from modelyard.lockfiles.path_sources import normal
from modelyard.lockfiles.stale import Stale

_CONSTRAINTS = re.compile(r"[^/]+/constraints\.txt")


def read(wheel: bytes) -> dict[str, list[str]]:
    """Return the lines of `PACKAGE/constraints.txt` in a wheel, by the package that each pins.

    Only `name==version ; marker` counts: an option in such a file must not reach uv.
    """
    found: dict[str, list[str]] = {}
    for _, content in archive.files(wheel, lambda name: bool(_CONSTRAINTS.fullmatch(name))):
        for line in content.decode("utf-8", "replace").splitlines():
            _take(found, line)
    return found


def _take(found: dict[str, list[str]], line: str) -> None:
    try:
        requirement = requirements.parsed(line.partition(" #")[0].strip(), "a wheel")
    except Stale:
        return
    pins = list(requirement.specifier)
    if len(pins) != 1 or pins[0].operator != "==" or "*" in pins[0].version:
        return
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    pin = f"{requirement.name}=={pins[0].version}{marker}\n"
    found.setdefault(normal(requirement.name), []).append(pin)


def preferred(lock: str, wheels: Iterable[bytes]) -> str:
    """Return a lock in which the tested versions stand for the old pins of the same packages."""
    tested: dict[str, list[str]] = {}
    for wheel in wheels:
        tested.update(read(wheel))
    if not tested:
        return lock
    kept = []
    for line in lines.parse(lock, {}):
        # The same pin stays with its hashes, so that uv need not look them up.
        pin = re.sub(r"\s*\\?$", "", line.text.partition("\n")[0])
        if line.name not in tested or f"{pin}\n" in tested[line.name]:
            kept.append(line.text if line.text.endswith("\n") else f"{line.text}\n")
            if line.name in tested:
                tested[line.name].remove(f"{pin}\n")
    return "".join([*kept, *(pin for pins in tested.values() for pin in pins)])
