"""A copy of what decides what a training gives: code, settings and locks, as they are at a moment.

A training takes hours, and its work tree is edited meanwhile. Everything that it runs, hashes and
stores is of the copy.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import uncommitted, vendored
from .errors import SetupError
from .git import has_git
from .hashing import hash_file, package_files
from .owner import find_package
from .uncommitted import Changes

LOCK = Path("requirements.lock")
# Beside those that are hashed: what says where the code is, and which template it came from.
_BESIDE = ("pyproject.toml", ".copier-answers.yml")
_ATTEMPTS = 3


@dataclass(frozen=True)
class Frozen:
    """A copy in `folder`, and what of it no commit has; None where there is no git."""

    folder: Path
    changes: Changes | None


def file_hashes(root: Path) -> dict[str, str]:
    """Return the hash of each file that decides what a training gives, by its path in the repo."""
    code = package_files(root / "src" / find_package(root))
    files = [*code, root / "params.yaml", root / LOCK, root / vendored.LOCK]
    return {str(p.relative_to(root)): hash_file(p) for p in sorted(files) if p.is_file()}


def freeze(root: Path, target: Path, patch: bool) -> Frozen:
    """Copy the code, settings and locks of a repo into `target`, all of one moment."""
    for attempt in range(_ATTEMPTS):
        folder = target / str(attempt)
        hashes = file_hashes(root)
        for name in (*hashes, *_BESIDE):
            if (root / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, folder / name)
        changes = uncommitted.take(root, patch) if has_git(root) else None
        if file_hashes(root) == file_hashes(folder):
            return Frozen(folder, changes)
    what = "the code is being edited faster than it can be copied"
    raise SetupError(what, "save your files, and try again")
