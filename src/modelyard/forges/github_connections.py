"""PyGithub's connections, held to the addresses of the forges that are open in this process.

By itself it follows the addresses in an answer to all subdomains of the forge, and unencrypted.
"""

from typing import Any

from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
)

from modelyard.forges.own_address import OwnAddress

_own: set[str] = set()


def hold_to(api: str) -> None:
    """Let PyGithub reach an API, and nothing else that was not named here."""
    _own.add(api)
    Requester.injectConnectionClasses(_Http, _Https)


class _Http(HTTPRequestsConnectionClass):
    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.session.mount("http://", _kept_open(self.retry))

    def close(self) -> None:
        """Keep it open for the next request."""


class _Https(HTTPSRequestsConnectionClass):
    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.session.mount("https://", _kept_open(self.retry))

    def close(self) -> None:
        """Keep it open for the next request."""


def _kept_open(retry: Any) -> OwnAddress:
    """Return the transport of a client, which is who has these retries.

    With connection classes of another's PyGithub makes a new one for each request, and that is a
    handshake each. The addresses are those of when it was made: a client has one forge.
    """
    if getattr(retry, "transport", None) is None:
        retry.transport = OwnAddress(*_own, max_retries=retry)
    return retry.transport
