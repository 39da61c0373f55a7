"""Which state of an owner's package this process has imported."""

import sys
from pathlib import Path

from . import imports
from .hashing import hash_file, package_files

# The hashes of a package's files as they were when it was first imported, by its name.
_known: dict[str, dict[str, str]] = {}


def note(package: str, source: Path) -> None:
    """Note the state of a package in the folder `source` that is imported next."""
    if package not in sys.modules:
        _known[package] = _state(package, source)


def forget_other(package: str, source: Path) -> None:
    """Let a package be imported anew, unless what is imported of it is what is in `source`."""
    if package in sys.modules and _known.get(package) != _state(package, source):
        imports.forget(package)


def _state(package: str, source: Path) -> dict[str, str]:
    folder = source / package
    files = package_files(folder)
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in files}
