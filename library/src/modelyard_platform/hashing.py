"""Hashes of files, texts and folders: SHA-256 in hexadecimal, and MD5 where DVC has it."""

import hashlib
from pathlib import Path

# MLflow adds this file to a model that it downloads for a registered version.
_MLFLOW_NOTES = {"registered_model_meta"}


def hash_tree(folder: Path) -> str:
    """Return one hash of the names and contents of all files below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.name not in _MLFLOW_NOTES:
            digest.update(f"{path.relative_to(folder).as_posix()}\0{hash_file(path)}\n".encode())
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_text(text: str) -> str:
    """Return the hash of a text, as UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def package_files(package: Path) -> list[Path]:
    """Return the files of a package that decide what it computes: code, and what code reads."""
    found = (path for path in package.rglob("*") if path.is_file())
    left_out = ("__pycache__", ".ipynb_checkpoints")
    return sorted(path for path in found if not set(left_out) & set(path.parts))


def file_md5(path: Path) -> str:
    """Return the MD5 of a file in hexadecimal, which is how DVC names content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()
