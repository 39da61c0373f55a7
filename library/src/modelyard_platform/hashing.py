"""Hashes of files, texts and folders: SHA-256 in hexadecimal, and MD5 where DVC has it."""

import hashlib
import shutil
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
    """Return the files of a package that decide what it computes: code, and what code reads."""
    found = (path for path in package.rglob("*") if path.is_file())
    left_out = ("__pycache__", ".ipynb_checkpoints")
    return sorted(path for path in found if not set(left_out) & set(path.parts))


def file_md5(path: Path) -> str:
    """Return the MD5 of a file in hexadecimal, which is how DVC names content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()
