"""The pull requests of a repository in a folder, one JSON object a line in its git folder."""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modelyard.errors import Unreachable
from modelyard.forges.forge import PullRequestState

NAME = "modelyard-requests.json"


@dataclass(frozen=True)
class StoredPullRequest:
    """A pull request as it is stored. Times are ISO 8601 with a time zone."""

    number: int
    branch: str
    head: str
    title: str
    body: str
    draft: bool
    opened: str
    labels: tuple[str, ...] = ()
    state: PullRequestState = PullRequestState.OPEN
    ended: str = ""
    comments: tuple[str, ...] = ()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[list[StoredPullRequest]]:
    """Read the pull requests, and write them afterwards if they have changed; others wait.

    Raises:
        Unreachable: The file is damaged, or cannot be written.
    """
    path = folder / NAME
    try:
        with (folder / f"{NAME}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            stored = _read(path)
            before = list(stored)
            yield stored
            if stored != before:
                _write(path, stored)
    except OSError as error:
        raise Unreachable(
            f"{path}: {error.strerror}", "give yourself the right to write there"
        ) from None


def index(stored: list[StoredPullRequest], name: str, number: int) -> int:
    """Return where the pull request of a number is.

    Raises:
        Unreachable: There is none.
    """
    for at, one in enumerate(stored):
        if one.number == number:
            return at
    raise Unreachable(f"{name} has no request {number}")


def _read(path: Path) -> list[StoredPullRequest]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    try:
        return [_stored(json.loads(line)) for line in lines]
    except (ValueError, TypeError, KeyError):
        raise Unreachable(
            f"{path} is damaged",
            "repair or delete it; branches and commits are not touched by that",
        ) from None


def _stored(fields: dict[str, Any]) -> StoredPullRequest:
    lists = {name: tuple(fields[name]) for name in ("labels", "comments")}
    state = PullRequestState(fields["state"])
    return StoredPullRequest(**{**fields, **lists, "state": state})


def _write(path: Path, stored: list[StoredPullRequest]) -> None:
    text = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in stored)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=NAME)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
