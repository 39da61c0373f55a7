"""The wheel of this library in a repo's vendor/: whether it is there, in git, and as locked."""

import re
from dataclasses import dataclass
from pathlib import Path

from .errors import SetupError
from .git import git
from .hashing import hash_file

LOCK = Path("vendor", "platform.lock")
_LINE = re.compile(
    r"^(?:\./)?(vendor/[^\s;\\]+\.whl)[^#]*?--hash=sha256:([0-9a-f]{64})", re.M | re.S
)


@dataclass(frozen=True)
class Problem:
    """What is wrong with the vendored wheel, and the command that sets it right."""

    message: str
    mend: str


def examine(root: Path) -> Problem | None:
    """Return what is wrong with the wheel of a repo; None where all is well or none is vendored."""
    lock = root / LOCK
    if not lock.is_file():
        return None
    found = _LINE.search(lock.read_text("utf-8"))
    if found is None:
        return Problem(f"{LOCK} names no wheel", f"git checkout -- {LOCK}")
    name, expected = found.groups()
    wheel = root / name
    if not wheel.is_file():
        return Problem(f"{name} is missing", f"git checkout -- {name}")
    if hash_file(wheel) != expected:
        return Problem(f"{name} is not the file that {LOCK} names", "git checkout -- vendor")
    try:
        tracked = git(root, "ls-files", "--cached", "--", name).strip()
    except SetupError:  # a copied folder without git
        return None
    if not tracked:
        what = f"{name} is not in git: another clone would lack it"
        return Problem(what, f"git add --force {name}, and commit")
    return None
