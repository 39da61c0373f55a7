"""The owner's code of a stored model's day: from this clone's git where it is there.

Each file is taken by the hash that the lineage has: from the work tree, else from the commit of the
training if the owner has it, else from the model itself. What comes from the model is told.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..console import tell
from ..errors import NotTrusted
from ..git import is_known
from ..hashing import hash_file, package_files
from ..lineage.stored import HINT, Stored
from ..owner import Owner

# Code that no commit of this clone has gets no more of the environment than a program needs.
_PLAIN = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES")


@dataclass(frozen=True)
class Code:
    """A folder with the package of a stored model, and the files that only the model had."""

    folder: Path
    package: str
    only_stored: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Return the environment that the code may run in."""
        if not self.only_stored:
            return dict(os.environ)
        return {k: v for k, v in os.environ.items() if k in (*_PLAIN, *_COUNTS)}


def is_todays(owner: Owner, stored: Stored) -> bool:
    """Return whether a stored model was trained by the code that is in the work tree."""
    if not stored.lineage.library:  # before 0.3.0 the package had the library in it
        return False
    start = f"src/{owner.package}/"
    recorded = {k: v for k, v in stored.lineage.files.items() if k.startswith(start)}
    root = owner.code
    files = package_files(root / "src" / owner.package)
    return recorded == {path.relative_to(root).as_posix(): hash_file(path) for path in files}


def gather(owner: Owner, stored: Stored, package: str, target: Path) -> Code:
    """Write the package of a stored model into `target`; NotTrusted where a file is nowhere.

    `stored` has been checked: its files are those of the lineage.
    """
    try:
        return _gather(owner, stored, package, target)
    except OSError as error:  # such as a file that is a folder of another
        what = f"{stored.name}: the files of its lineage cannot be written: {error.strerror}"
        raise NotTrusted(what, HINT) from error


def _gather(owner: Owner, stored: Stored, package: str, target: Path) -> Code:
    only_stored, commit = [], stored.lineage.git_commit
    known = is_known(owner.root, commit)
    for name, wanted in sorted(_wanted(stored, package).items()):
        path = target / Path(name).relative_to("src")
        path.parent.mkdir(parents=True, exist_ok=True)
        ours = owner.code / name
        if ours.is_file() and not ours.is_symlink():
            shutil.copyfile(ours, path)
        if known and not _is(path, wanted):
            path.write_bytes(_committed(owner.root, commit, name))
        if not _is(path, wanted):
            only_stored.append(name)
            path.unlink(missing_ok=True)
            theirs = stored.folder / "code" / path.relative_to(target)
            if theirs.is_file():
                shutil.copyfile(theirs, path)
        if not _is(path, wanted):
            raise NotTrusted(f"{stored.name}: {name} is not the file that was recorded", HINT)
    if only_stored:
        more = f" and {len(only_stored) - 1} more" if only_stored[1:] else ""
        tell(
            f"! {stored.name}: {only_stored[0]}{more} as the registry has it: this clone has no "
            f"commit {stored.lineage.git_commit[:10]} with it on a branch of its own"
        )
    return Code(target, package, tuple(only_stored))


def _wanted(stored: Stored, package: str) -> dict[str, str]:
    """Return the hash of each file of the package, by its path in the repo."""
    start = f"src/{package}/"
    wanted = {k: v for k, v in stored.lineage.files.items() if k.startswith(start)}
    if not stored.lineage.library:  # releases before 0.3.0 recorded modules alone
        folder = stored.folder / "code" / package
        for path in package_files(folder):
            wanted.setdefault(start + path.relative_to(folder).as_posix(), hash_file(path))
    return wanted


def _is(path: Path, wanted: str) -> bool:
    return path.is_file() and hash_file(path) == wanted


def _committed(root: Path, commit: str, name: str) -> bytes:
    """Return what a commit has under a name; nothing where this clone does not have it."""
    # No filter, hook or program of anybody's runs: it reads an object, and fetches none.
    command = ["git", "-C", str(root), "cat-file", "blob", f"{commit}:./{name}"]
    env = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}
    return subprocess.run(command, capture_output=True, env=env, check=False).stdout
