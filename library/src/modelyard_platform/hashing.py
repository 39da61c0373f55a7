"""Hashes of files, texts and folders: SHA-256 in hexadecimal, and MD5 where DVC has it."""

import hashlib
import os
import shutil
from fnmatch import fnmatchcase
from pathlib import Path

# MLflow adds this file to a model that it downloads for a registered version.
_MLFLOW_NOTES = {"registered_model_meta"}


def hash_tree(folder: Path) -> str:
    """Return one hash of the names and contents of all files below `folder`."""
    return hash_files(tree_files(folder))


def tree_files(folder: Path) -> dict[str, str]:
    """Return the hash of each file below `folder` by its name in it, in the order of the names."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.name not in _MLFLOW_NOTES:
            found[path.relative_to(folder).as_posix()] = hash_file(path)
    return found


def hash_files(files: dict[str, str]) -> str:
    """Return one hash of what `tree_files` gave."""
    return hash_text("".join(f"{name}\0{content}\n" for name, content in files.items()))


def leave_out_unhashed(folder: Path) -> None:
    """Remove from `folder` what `tree_files` does not see, so that nothing of it can be run."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.name in _MLFLOW_NOTES and path.is_file():
            path.unlink()
        elif path.name == "__pycache__":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def hash_file(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_bytes(content: bytes) -> str:
    """Return the hash of bytes."""
    return hashlib.sha256(content).hexdigest()


def hash_text(text: str) -> str:
    """Return the hash of a text, as UTF-8."""
    return hash_bytes(text.encode())


def package_files(package: Path) -> list[Path]:
    """Return the files of a package that decide what it computes: code, and what code reads.

    Those in a folder that is a link are among them: Python imports them as any others. What an
    editor or a file manager has beside a file while it is open is not.
    """
    found = []
    for folder, names, files in os.walk(package, followlinks=True):
        here = Path(folder)
        names[:] = [name for name in names if name not in _NO_CODE and not _leads_up(here / name)]
        paths = (here / name for name in files if not (name in _NO_CODE or _is_editors(name)))
        found += [path for path in paths if path.is_file()]
    return sorted(found)


_NO_CODE = ("__pycache__", ".ipynb_checkpoints", ".git")
_EDITORS = (".*.sw[a-p]", "*~", "#*#", ".DS_Store", "4913")


def _is_editors(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _EDITORS)


def _leads_up(folder: Path) -> bool:
    """Return whether a folder is a link to one that it is in: it has no end."""
    return folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve())


def file_md5(path: Path) -> str:
    """Return the MD5 of a file in hexadecimal, which is how DVC names content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()
