"""The wheel of this library in a repo's vendor/: whether it is there, in git, and as locked."""

import re
from dataclasses import dataclass
from pathlib import Path

from .errors import SetupError
from .git import git
from .hashing import hash_file

LOCK = Path("vendor", "platform.lock")
_LINE = re.compile(
    r"^(?:\./)?(?P<name>vendor/modelyard_platform-(?P<version>[^-\s]+)-[^\s;\\]+\.whl)"
    r"[^#]*?--hash=sha256:(?P<sha256>[0-9a-f]{64})",
    re.M | re.S,
)


@dataclass(frozen=True)
class Locked:
    """The wheel that vendor/platform.lock names, by its path in the repo."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with the vendored wheel, and the command that sets it right."""

    message: str
    hint: str


def is_vendored(root: Path) -> bool:
    """Return whether the library of a repo comes from its vendor/ folder."""
    return (root / LOCK).is_file()


def locked(root: Path) -> Locked | None:
    """Return the wheel that is locked; None where the lock names none."""
    found = _LINE.search((root / LOCK).read_text("utf-8"))
    return Locked(**found.groupdict()) if found else None


def examine(root: Path) -> Problem | None:
    """Return what is wrong with the wheel of a repo; None where all is well or none is vendored."""
    if not is_vendored(root):
        return None
    wheel = locked(root)
    if wheel is None:
        return Problem(f"{LOCK} names no wheel", f"git checkout -- {LOCK}")
    if not (root / wheel.name).is_file():
        return Problem(f"{wheel.name} is missing", f"git checkout -- {wheel.name}")
    if hash_file(root / wheel.name) != wheel.sha256:
        return Problem(f"{wheel.name} is not the file that {LOCK} names", "git checkout -- vendor")
    try:
        tracked = git(root, "ls-files", "--cached", "--", wheel.name).strip()
    except SetupError:  # a copied folder without git
        return None
    if not tracked:
        what = f"{wheel.name} is not in git: another clone would lack it"
        return Problem(what, f"git add --force {wheel.name}, and commit")
    return None
