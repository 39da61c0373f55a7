"""The requests of a repository in a folder, one JSON object a line in its git folder."""

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

NAME = "modelyard-requests.json"


@dataclass(frozen=True)
class StoredPullRequest:
    """A request as it is kept. Times are ISO 8601 with a time zone."""

    number: int
    branch: str
    head: str
    title: str
    body: str
    draft: bool
    opened: str
    labels: tuple[str, ...] = ()
    state: str = "open"
    ended: str = ""
    comments: tuple[str, ...] = ()


class PullRequests:
    """The requests of one repository, while nobody else changes them."""

    def __init__(self, kept: list[StoredPullRequest]) -> None:
        self.kept = kept

    @classmethod
    @contextlib.contextmanager
    def of(cls, folder: Path) -> Iterator["PullRequests"]:
        """Read the requests, and write them afterwards if they have changed.

        Raises:
            Unreachable: The file is damaged, or cannot be written.
        """
        place = folder / NAME
        try:
            with (folder / f"{NAME}.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                before = _read(place)
                book = cls(list(before))
                yield book
                if book.kept != before:
                    _write(place, book.kept)
        except OSError as error:
            raise Unreachable(
                f"{place}: {error.strerror}", "give yourself the right to write there"
            ) from None

    def index(self, name: str, number: int) -> int:
        """Return where the request of a number is.

        Raises:
            Unreachable: There is none.
        """
        for at, one in enumerate(self.kept):
            if one.number == number:
                return at
        raise Unreachable(f"{name} has no request {number}")


def _read(place: Path) -> list[StoredPullRequest]:
    try:
        lines = place.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    try:
        return [_kept(json.loads(line)) for line in lines]
    except (ValueError, TypeError, KeyError):
        raise Unreachable(
            f"{place} is damaged", "mend or remove it; branches and commits are not touched by that"
        ) from None


def _kept(fields: dict[str, Any]) -> StoredPullRequest:
    lists = {name: tuple(fields[name]) for name in ("labels", "comments")}
    return StoredPullRequest(**{**fields, **lists})


def _write(place: Path, kept: list[StoredPullRequest]) -> None:
    text = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in kept)
    handle, partial = tempfile.mkstemp(dir=place.parent, prefix=NAME)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(partial).replace(place)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
