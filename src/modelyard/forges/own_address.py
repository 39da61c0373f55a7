"""Connections that reach the forge's own address alone: no token is sent anywhere else.

A forge names addresses in its answers: of the next page, of a request, of where something has
moved. A client follows them with the token in hand, be they another server's, or unencrypted.
"""

from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter

_PORTS = {"http": 80, "https": 443}


class OwnAddress(HTTPAdapter):
    """A transport of `requests` that refuses every other scheme, host and port.

    Args:
        bases: Addresses of the forge.
    """

    def __init__(self, *bases: str, **options: Any) -> None:
        self._own = {_origin(urlsplit(base)) for base in bases}
        super().__init__(**options)

    def send(self, request: requests.PreparedRequest, *rest: Any, **named: Any) -> Any:
        """Send a request.

        Raises:
            InvalidURL: It is to another address.
        """
        there = urlsplit(request.url or "")
        if _origin(there) not in self._own:
            at = f"{there.scheme}://{there.hostname}"
            raise requests.exceptions.InvalidURL(f"its answer leads to another address: {at}")
        return super().send(request, *rest, **named)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme, 0)
