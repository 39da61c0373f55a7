"""Predictions as a parquet file in a folder or a bucket, at any address that fsspec knows."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

from ..errors import SetupError, Unreachable, disk_full
from ..redaction import redact
from .batch import Predictions


def write(found: Predictions, to: str) -> str:
    """Write `SNAPSHOT-vVERSION.parquet` below an address; return its own, without credentials.

    It is written under another name first and then moved, so that nobody reads half of it.
    """
    name = f"{found.snapshot}-v{found.version}.parquet"
    system, folder = _opened(to)
    folder = folder.rstrip("/")
    partial = f"{folder}/.{uuid4().hex}.partial"
    with tempfile.TemporaryDirectory(prefix="modelyard-") as scratch:
        local = Path(scratch, name)
        found.frame.to_parquet(local, index=False)
        try:
            system.makedirs(folder, exist_ok=True)
            try:
                if system.isdir(f"{folder}/{name}"):  # a move would go into it
                    raise IsADirectoryError(f"{name} is a folder there")
                system.put_file(str(local), partial)
                system.mv(partial, f"{folder}/{name}")
            finally:
                if system.exists(partial):
                    system.rm_file(partial)
        except Exception as error:  # each kind of storage raises errors of its own
            raise disk_full(error) or _unreachable(to, error) from error
    return f"{redact(to).rstrip('/')}/{name}"


def _opened(to: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    try:
        system, folder = url_to_fs(to)
    except (ImportError, ValueError) as error:  # a package, or a protocol, that is not there
        hint = "add the package that reads it to pyproject.toml, and: make lock"
        hint = f"{hint} (a database takes --table, too)"
        raise SetupError(f"{redact(to)} cannot be opened: {_line(error)}", hint) from error
    except Exception as error:  # each kind of storage raises errors of its own
        raise _unreachable(to, error) from error
    return system, str(folder)


def _unreachable(to: str, error: Exception) -> Unreachable:
    what = f"predictions cannot be written to {redact(to)}: {type(error).__name__}: {_line(error)}"
    return Unreachable(what, "check the address, and your credentials for it")


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0]
