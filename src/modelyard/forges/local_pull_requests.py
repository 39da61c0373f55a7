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
from modelyard.forges.moments import moment

NAME = "modelyard-requests.json"
# Whoever made the folder may have put a pipe or a link there.
_LOCK = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class StoredPullRequest:
    """A pull request as it is stored. Times are ISO 8601 with a time zone.

    Attributes:
        target: The branch that it goes into; "" for the default branch.
    """

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
    target: str = ""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[list[StoredPullRequest]]:
    """Read the pull requests, and write them afterwards if they have changed; others wait.

    Raises:
        Unreachable: The file is damaged, or cannot be written.
    """
    path = folder / NAME
    try:
        with os.fdopen(os.open(folder / f"{NAME}.lock", _LOCK, 0o666), "a") as lock:
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
    if not path.exists():
        return []
    try:
        if not path.is_file():
            # A pipe would be waited for.
            raise ValueError("no file")
        lines = path.read_text("utf-8").splitlines()
        return [_stored(json.loads(line)) for line in lines]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unreachable(
            f"{path} is damaged",
            "repair or delete it; branches and commits are not touched by that",
        ) from None


def _stored(fields: dict[str, Any]) -> StoredPullRequest:
    lists = {name: tuple(fields[name]) for name in ("labels", "comments")}
    state = PullRequestState(fields["state"])
    made = StoredPullRequest(**{**fields, **lists, "state": state})
    texts = (
        made.branch,
        made.target,
        made.head,
        made.title,
        made.body,
        *made.labels,
        *made.comments,
    )
    if type(made.number) is not int or not all(isinstance(text, str) for text in texts):
        raise TypeError("a field of another type")
    for when in filter(None, (made.opened, made.ended)):
        moment(when)
    return made


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
