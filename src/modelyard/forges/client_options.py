"""Timeouts and retries."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from modelyard.errors import Usage


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
    """

    timeout: int = 30
    tries: int = 6
    max_wait: float = 300.0
    page: int = 100
    backoff: float = 0.5
    sleep: Callable[[float], object] = time.sleep


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
