"""Timeouts, retries, and how much is written in which time."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelyard.errors import NotReady, Usage
from modelyard.gitrepo.environment import CA_BUNDLE


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
        ca_bundle: A file of certificate authorities; by default those that come with `requests`.
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
    ca_bundle: str | None = None

    @property
    def verify(self) -> bool | str:
        """By whom a server's certificate is verified, as `requests` takes it."""
        return self.ca_bundle or True


def from_env(env: Mapping[str, str]) -> ClientOptions:
    """Return what an environment asks for: MODELYARD_TIMEOUT, MODELYARD_PATIENCE in seconds.

    And MODELYARD_CA_BUNDLE, a file.

    Raises:
        Usage: One of the first two is not a number of seconds.
        NotReady: The file is not there, or there is no certificate in it.
    """
    found = {}
    for variable, name in (("MODELYARD_TIMEOUT", "timeout"), ("MODELYARD_PATIENCE", "max_wait")):
        if text := env.get(variable):
            if not text.isdecimal() or not int(text):
                raise Usage(f"{variable}={text} is not a number of seconds", f"{variable}=60")
            found[name] = int(text)
    bundle = env.get(CA_BUNDLE) or None
    if bundle and not Path(bundle).is_file():
        raise NotReady(
            f"{CA_BUNDLE}={bundle} is no file", f"export {CA_BUNDLE}=FILE.pem, or unset it"
        )
    if bundle:
        _refuse_without_certificates(bundle)
    return ClientOptions(**found, ca_bundle=bundle)  # type: ignore[arg-type]  # by name, numbers


def _refuse_without_certificates(bundle: str) -> None:
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(bundle)
    except OSError as error:
        # OpenSSL says much of its own code, and nothing of the file.
        why = "no certificate can be read from it"
        if not isinstance(error, ssl.SSLError):
            why = error.strerror or str(error)
        raise NotReady(
            f"{CA_BUNDLE}={bundle}: {why}", f"export {CA_BUNDLE}=FILE.pem, or unset it"
        ) from None
