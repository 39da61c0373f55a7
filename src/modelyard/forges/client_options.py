"""Timeouts, retries, and how much is written in which time."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelyard.errors import Usage


def _tell(text: str) -> None:
    print(f"modelyard: {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class ClientOptions:
    """How to treat a forge.

    Attributes:
        timeout: Whole seconds without an answer after which a request has failed.
        tries: How often a request is repeated.
        max_wait: Seconds that one request may spend in waiting, however long the forge asks for.
        page: How many entries a listing asks for at once.
        backoff: Seconds; each further wait is twice the last.
        sleep: What waits.
        clock: Seconds, the same for all processes of this machine, whatever its date is set to.
        tell: What says to people that it waits.
        writes_a_minute: How many requests may write; by default what the forge documents.
        writes_an_hour: The same, an hour.
        parts: How many runs like this one share that.
        state: Where the pace of the run is kept; by default the cache.
    """

    timeout: int = 30
    tries: int = 6
    max_wait: float = 300.0
    page: int = 100
    backoff: float = 0.5
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[str], object] = _tell
    writes_a_minute: int | None = None
    writes_an_hour: int | None = None
    parts: int = 1
    state: Path | None = None


def from_env(env: Mapping[str, str]) -> ClientOptions:
    """Return what an environment asks for: MODELYARD_TIMEOUT and MODELYARD_PATIENCE, in seconds.

    Raises:
        Usage: One of them is not a number of seconds.
    """
    found = {}
    for variable, name in (("MODELYARD_TIMEOUT", "timeout"), ("MODELYARD_PATIENCE", "max_wait")):
        if text := env.get(variable):
            if not text.isdecimal() or not int(text):
                raise Usage(f"{variable}={text} is not a number of seconds", f"{variable}=60")
            found[name] = int(text)
    return ClientOptions(**found)  # type: ignore[arg-type]
