"""What can go wrong in a way that a person can repair, each with the exit code that scripts see."""

import errno
import sqlite3
from collections.abc import Sequence
from typing import Any

from .redaction import redact, redacted


class ProjectError(Exception):
    """Something that the person at the terminal can repair, with the command that does it.

    `columns` and `rows` are a table that says what is wrong and where, if one line cannot.
    """

    exit_code = 1
    columns: Sequence[str] = ()

    def __init__(self, message: str, hint: str = "", rows: Sequence[Sequence[Any]] = ()) -> None:
        super().__init__(redact(message))
        self.hint = redact(hint)
        self.rows: Sequence[Sequence[Any]] = [redacted(tuple(row)) for row in rows]

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain values."""
        details = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        found = {"error": str(self), "hint": self.hint, "exit_code": self.exit_code}
        return {**found, "details": details} if details else found


class UsageError(ProjectError):
    """A verb was given what it cannot work with."""

    exit_code = 2


class GateRefused(ProjectError):
    """The gate said no; the champion stays."""

    exit_code = 3
    columns = ("check", "value", "limit", "passed")


class DataRefused(ProjectError):
    """A snapshot breaks the contract, or is not what its pointer says."""

    exit_code = 4
    columns = ("snapshot", "column", "must be", "rows", "first")


class SetupError(ProjectError):
    """Settings, files, versions or the environment are not as they must be."""

    exit_code = 5


class Unreachable(ProjectError):
    """A tracking server or a DVC remote does not answer, or refuses."""

    exit_code = 6


class Busy(ProjectError):
    """Another process is writing to the same store."""

    exit_code = 7


class NotReproduced(ProjectError):
    """Training again gave something else, or started from something else."""

    exit_code = 8


class NotTrusted(ProjectError):
    """What a tracking server gave is not what was recorded, signed or allowed; nothing was run."""

    exit_code = 9


class DiskFull(ProjectError):
    """There is no space left for what was being written."""

    exit_code = 28


_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


# As SQLite tells of no space, and of a limit on the size of files (its log, its shared memory).
_SQLITE_FULL = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
)


def disk_full(error: BaseException) -> DiskFull | None:
    """Return DiskFull where that is what an error comes from, however it was wrapped since."""
    cause: BaseException | None = error
    while cause is not None:
        full = isinstance(cause, OSError) and cause.errno in _DISK_FULL
        if full or getattr(cause, "sqlite_errorcode", None) in _SQLITE_FULL:
            name = getattr(cause, "filename2", None) or getattr(cause, "filename", None)
            where = f" while writing {name}" if name else ""
            message = f"the disk is full{where}; nothing half-written was kept"
            return DiskFull(message, "free some space, and try again")
        cause = cause.__cause__ or cause.__context__
    return None
