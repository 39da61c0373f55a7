"""The environment of a training: this one where its locks are the same, else made from its locks.

The locks of another commit say what is installed, and installing a source distribution runs its
code. So only hashed pins are taken, and what this work tree's lock does not have is not built.
"""

import os
import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from .. import vendored
from ..console import stage
from ..errors import NotReproduced, NotTrusted
from ..frozen import LOCK
from ..hashing import hash_file
from ..lineage.record import Lineage
from ..relock import blocks
from ..settings import Project


def environment(project: Project, clone: Path, recorded: Lineage, target: Path) -> Path:
    """Return the Python to train again with, installed into `target` where it must be."""
    minor = ".".join(recorded.python.split(".")[:2])
    locks = [str(path) for path in (LOCK, vendored.LOCK) if (clone / path).is_file()]
    now = {
        name: hash_file(project.root / name) for name in locks if (project.root / name).is_file()
    }
    then = {name: hash_file(clone / name) for name in locks}
    if now == then and platform.python_version().startswith(f"{minor}."):
        return Path(sys.executable)
    uv = str(Path(sys.executable).with_name("uv"))
    python = target / "bin" / "python"
    options = ["--require-hashes", *_unbuilt(project.root, clone, locks)]
    # Not as an option: whoever is on this machine reads the arguments of every process.
    env = {**os.environ, **_index(clone)}
    with stage(f"install the lock of that day for Python {minor}"):
        for command in (
            ["venv", "--python", minor, str(target)],
            ["pip", "sync", *options, "--python", str(python), *locks],
        ):
            # In the clone: a lock names the library by its path there.
            run = [uv, "--quiet", *command]
            done = subprocess.run(run, cwd=clone, env=env, capture_output=True, text=True)
            if done.returncode:
                raise NotReproduced(f"its environment cannot be made: {done.stderr.strip()}")
    return python


def _unbuilt(root: Path, clone: Path, locks: list[str]) -> Iterator[str]:
    """Yield uv's options that forbid to build what is locked otherwise than in this work tree."""
    for name in locks:
        ours = root / name
        known = set(blocks(ours.read_text("utf-8"))) if ours.is_file() else set()
        text = (clone / name).read_text("utf-8")
        wheel = vendored.locked(clone) if name == str(vendored.LOCK) else None
        for block in _entries(text):
            hashed = _HASHED.fullmatch(block)
            pin = hashed["pin"] if hashed else ""
            pinned = _pinned(pin)
            if block in known or (wheel and pin.removeprefix("./") == wheel.name):
                continue
            if pinned:
                yield f"--only-binary={pinned}"
            else:
                first = block.strip().splitlines()[0].rstrip(" \\")
                more = ", and what follows it" if hashed is None and "==" in first else ""
                raise NotTrusted(
                    f"{name} of that commit has more than hashed pins: {first}{more}",
                    "install what it names by hand, if you trust it; or train again",
                )


# A pin and its hashes. What stands on a line of its own would be one more requirement to uv.
_HASHED = re.compile(r"(?P<pin>[^\\\n]+?)(?: \\\n {4}--hash=sha256:[0-9a-f]+)*(?:\n {4}#.*)*\n*")


def _entries(lock: str) -> Iterator[str]:
    """Yield what a lock has: its blocks, and whatever stands between them, comments aside."""
    between = lock
    for block in blocks(lock):
        between = between.replace(block, "\n", 1)
        if not re.fullmatch(r"#.*\n?", block):
            yield block
    if between.strip():
        yield between


def _pinned(pin: str) -> str:
    """Return the name of the package that a line of a lock pins; nothing where it does more."""
    try:
        requirement = Requirement(pin)
    except InvalidRequirement:
        return ""
    plain = not requirement.url and [s.operator for s in requirement.specifier] == ["=="]
    return requirement.name if plain else ""


def _index(clone: Path) -> dict[str, str]:
    """Return uv's variable for the index of the library; none where the library is vendored."""
    project = tomllib.loads((clone / "pyproject.toml").read_text("utf-8"))
    found = project.get("tool", {}).get("uv", {}).get("index", [])
    urls = [str(index["url"]) for index in found if index.get("name") == "library"]
    return {"UV_INDEX": " ".join([*urls, os.environ.get("UV_INDEX", "")]).strip()} if urls else {}
