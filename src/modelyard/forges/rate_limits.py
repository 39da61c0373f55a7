"""What a forge says of its limits in an answer."""

import json
import re
from collections.abc import Mapping, MutableMapping
from email.utils import parsedate_to_datetime
from typing import Any

LIMITED = (403, 429)
_PREFIXES = ("x-ratelimit-", "ratelimit-")
# What GitHub asks of who gets no time named.
_UNNAMED = 60.0
# What is further away is no time: another unit or clock, or a mistake. Nobody could tell when a
# run would go on.
FARTHEST = 24 * 3600.0
_SMALL = 10_000
_SECONDS = re.compile(r"\d{1,12}(\.\d{1,6})?", re.A)


def named_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Return for how many seconds an answer asks to be left alone; None where it does not.

    By `Retry-After` in seconds, or where nothing remains by the moment of the reset, which is told
    by the forge's clock.

    Args:
        headers: Of the answer.
        now: The time of this machine, in seconds since 1970.
    """
    said = {name.lower(): value.strip() for name, value in headers.items()}
    if (wait := _retry_after(said, now)) is not None:
        return wait
    for prefix in _PREFIXES:
        wait = _until(said, f"{prefix}reset", now)
        if said.get(f"{prefix}remaining") == "0" and wait is not None:
            # In which part of that second it is, nobody says.
            return max(0.0, wait + 1)
    return None


def drop_what_is_no_time(headers: MutableMapping[str, str], now: float) -> None:
    """Take out of an answer what is no number, or no time that is near: clients would fail of it.

    Args:
        headers: Of the answer.
        now: The time of this machine, in seconds since 1970.
    """
    said = {name.lower(): value.strip() for name, value in headers.items()}
    if _retry_after(said, now) is None:
        headers.pop("retry-after", None)
    for name in (f"{prefix}reset" for prefix in _PREFIXES):
        if _until(said, name, now) is None:
            headers.pop(name, None)
    for name in (f"{prefix}{one}" for prefix in _PREFIXES for one in ("limit", "remaining")):
        if not _SECONDS.fullmatch(said.get(name, "")):
            headers.pop(name, None)


def graphql_wait(url: str, body: bytes, headers: Mapping[str, str], now: float) -> float | None:
    """Return the same for an answer of GraphQL, which says 200 where it means "later"."""
    if not url.endswith("/graphql") or len(body) > _SMALL or b"RATE_LIMITED" not in body:
        return None
    try:
        errors = json.loads(body).get("errors") or ()
        limited = any(one.get("type") == "RATE_LIMITED" for one in errors)
    except (ValueError, AttributeError, TypeError):
        return None
    if not limited:
        return None
    named = named_wait(headers, now)
    return _UNNAMED if named is None else named


def writes(method: str, url: str, body: Any) -> bool:
    """Tell whether a request writes: of GraphQL, which is all POST, what is no query."""
    if method in {"GET", "HEAD", "OPTIONS"}:
        return False
    if not url.partition("?")[0].endswith("/graphql"):
        return True
    try:
        query = json.loads(body or "{}")["query"]
    except (ValueError, KeyError, TypeError):
        return True
    return str(query).lstrip().startswith("mutation")


def _retry_after(said: Mapping[str, str], now: float) -> float | None:
    """Return the seconds of a `Retry-After`, which has a number of them or a date."""
    text = said.get("retry-after", "")
    wait: float | None
    if _SECONDS.fullmatch(text):
        wait = float(text)
    else:
        date = _moment(text)
        wait = None if date is None else date - _theirs(said, now)
    return None if wait is None or wait > FARTHEST else max(0.0, wait)


def _until(said: Mapping[str, str], name: str, now: float) -> float | None:
    """Return in how many seconds a moment is that a header has in seconds since 1970."""
    text = said.get(name, "")
    wait = float(text) - _theirs(said, now) if _SECONDS.fullmatch(text) else None
    return None if wait is None or wait > FARTHEST else wait


def _theirs(said: Mapping[str, str], now: float) -> float:
    """Return the time of the forge, where it says so."""
    date = _moment(said.get("date", ""))
    return now if date is None else date


def _moment(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
