"""Compiles requirements.lock anew, with the versions that this release was tested with."""

import re
import subprocess
from importlib import resources
from pathlib import Path

from . import vendored
from .pins import LIBRARY, LOCK, pins

_BLOCK = re.compile(r"^\S.*(?:\n[ ].*)*\n?", re.M)
# Git ignores it; it takes the place of the lock only when it is whole.
PARTIAL = ".requirements.lock.partial"


def tested() -> str:
    """Return the versions that this release of the library was tested with, a line each."""
    return resources.files(__package__).joinpath("constraints.txt").read_text("utf-8")


def blocks(lock: str) -> list[str]:
    """Return what a lock names, each with its lines of hashes."""
    return _BLOCK.findall(lock)


def relock(root: Path, uv: str, options: list[str]) -> int:
    """Compile the lock from pyproject.toml: tested versions where they fit; return uv's exit code.

    The tested versions are preferences, not limits: what the owner asks for beyond them is taken.
    Whatever stops it on the way, the lock that was there stays whole.
    """
    lock, partial = root / LOCK, root / PARTIAL
    before = lock.read_text("utf-8") if lock.is_file() else ""
    preferred = pins(tested())
    own = [block for block in blocks(before) if not preferred.keys() & pins(block).keys()]
    # uv keeps the pins that it finds in its output, where they fit.
    partial.write_text(tested() + "".join(own), "utf-8")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate", "pyproject.toml"]
    command += ["--group", "dev", "-o", PARTIAL]
    if vendored.is_vendored(root):
        command += ["--no-emit-package", LIBRARY]
    try:
        done = subprocess.run([*command, *options], cwd=root, check=False)
        if done.returncode == 0:
            partial.replace(lock)
        return done.returncode
    finally:
        partial.unlink(missing_ok=True)
