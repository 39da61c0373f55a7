"""Connections that reach the forge's own address alone: no token is sent anywhere else.

A forge names addresses in its answers: of the next page, of a request, of where something has
moved. A client follows them with the token in hand, be they another server's, or unencrypted.
"""

import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter

from modelyard.forges import rate_limits
from modelyard.forges.retry import BoundedRetry

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
        retry = self.max_retries
        if not isinstance(retry, BoundedRetry):
            return super().send(request, *rest, **named)
        return self._send(retry, request, *rest, **named)

    def _send(
        self, retry: BoundedRetry, request: requests.PreparedRequest, *rest: Any, **named: Any
    ) -> Any:
        """Send a request when it may go; once more where GraphQL says "later", which no status is.

        Raises:
            Limited: That is later than anybody wants to wait.
        """
        url, waited = request.url or "", 0.0
        writes = rate_limits.writes(request.method or "", url, request.body)
        while True:
            retry.pace.before(writes)
            response = super().send(request, *rest, **named)
            rate_limits.drop_what_is_no_time(response.headers, time.time())
            if response.ok:
                wait = rate_limits.graphql_wait(
                    url, response.content, response.headers, time.time()
                )
                retry.pace.hold(wait or rate_limits.named_wait(response.headers, time.time()) or 0)
                waited += wait or 0
                if wait is not None and waited <= retry.limits.max_wait:
                    continue
            return response


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme, 0)
