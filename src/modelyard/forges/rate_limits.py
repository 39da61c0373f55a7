"""What a forge says of its limits in an answer."""

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

LIMITED = (403, 429)
_PREFIXES = ("x-ratelimit-", "ratelimit-")
# What GitHub asks of who gets no time named.
_UNNAMED = 60.0
_SMALL = 10_000


def named_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Return for how many seconds an answer asks to be left alone; None where it does not.

    By `Retry-After` in seconds, or where nothing remains by the moment of the reset, which is told
    by the forge's clock.

    Args:
        headers: Of the answer.
        now: The time of this machine, in seconds since 1970.
    """
    said = {name.lower(): value.strip() for name, value in headers.items()}
    if said.get("retry-after", "").isdecimal():
        return float(said["retry-after"])
    for prefix in _PREFIXES:
        reset = said.get(f"{prefix}reset", "")
        if said.get(f"{prefix}remaining") == "0" and reset.isdecimal():
            # In which part of that second it is, nobody says.
            return max(0.0, int(reset) - _theirs(said.get("date", ""), now) + 1)
    return None


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


def _theirs(date: str, now: float) -> float:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return now
