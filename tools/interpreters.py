"""Finds the interpreters of this machine that the template supports; pyenv's shims are none."""

import os
import sys
from pathlib import Path

SUPPORTED = ("3.11", "3.12", "3.13")
# What `python_version` of the template is by default.
DEFAULT = "3.12"


def interpreters() -> dict[str, Path]:
    """Return the interpreters, by version; that of this process where there is no other."""
    folders = [Path(p) for p in os.environ["PATH"].split(os.pathsep) if "shims" not in p]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    folders += sorted(pyenv.glob("*/bin"))
    found: dict[str, Path] = {}
    for minor in SUPPORTED:
        for folder in folders:
            path = folder / f"python{minor}"
            inside_venv = (folder.parent / "pyvenv.cfg").exists()
            if path.exists() and not inside_venv and minor not in found:
                found[minor] = path
    return found or {f"3.{sys.version_info.minor}": Path(sys.executable)}


def default() -> Path:
    """Return the interpreter that a generated repo asks for, or another one that it supports."""
    found = interpreters()
    return found.get(DEFAULT) or next(iter(found.values()))
