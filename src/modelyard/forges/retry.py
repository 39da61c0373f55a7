"""Pauses and retries, all of them bounded.

The clients bring their own of both, which do not do here:

- PyGithub keeps its distance between writes a client, and we have a client a thread; it measures
  from the end of the last one; and it counts the POST of a GraphQL query as a write.
- python-gitlab waits as long as GitLab asks for, and sends a comment again whose reply was lost.
- urllib3 bounds each wait, not all waits of one request.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Self

from urllib3.exceptions import MaxRetryError, ResponseError
from urllib3.util.retry import Retry

from modelyard.forges.client_options import ClientOptions

_TRANSIENT = [429, 500, 502, 503, 504]


class WriteThrottle:
    """At least N seconds between two writes, over all threads of a process."""

    def __init__(self, seconds: float, sleep: Callable[[float], object]) -> None:
        self._seconds, self._sleep = seconds, sleep
        self._lock, self._next = threading.Lock(), 0.0

    def wait(self) -> None:
        """Wait until the next write may go."""
        with self._lock:
            now = time.monotonic()
            wait = max(0.0, self._next - now)
            self._next = now + wait + self._seconds
        if wait:
            self._sleep(wait)


class BoundedRetry(Retry):
    """Retries temporary failures, and honours Retry-After, up to a limit of its own.

    Repeating is safe for all that we send (a request that exists is not opened again), save for
    comments: one that was handled before the connection broke would appear twice.
    """

    limits = ClientOptions()
    waited = 0.0

    @classmethod
    def of(cls, limits: ClientOptions) -> Self:
        """Return the retries that `limits` allow."""
        made = cls(
            total=limits.tries,
            allowed_methods=None,
            status_forcelist=_TRANSIENT,
            backoff_factor=limits.backoff,
            raise_on_status=False,
        )
        made.limits = limits
        return made

    def new(self, **changed: Any) -> Self:
        """Return a copy; urllib3 calls it once a failure."""
        made = super().new(**changed)
        made.limits, made.waited = self.limits, self.waited
        return made

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> Self:
        """Return the retries that are left after a failure.

        Raises:
            MaxRetryError: None is left.
        """
        reason = error or ResponseError(f"status {getattr(response, 'status', '?')}")
        handled = error is not None or (response is not None and response.status >= 500)
        if method == "POST" and handled and _is_comment(url or ""):
            raise MaxRetryError(_pool, url or "", reason)
        left = super().increment(method, url, response, error, _pool, _stacktrace)
        left.waited += left._wait(response)
        if left.waited > self.limits.max_wait:
            raise MaxRetryError(_pool, url or "", reason)
        return left

    def sleep(self, response: Any = None) -> None:
        """Wait before the next try."""
        if wait := self._wait(response):
            self.limits.sleep(wait)

    def _wait(self, response: Any) -> float:
        asked = self.get_retry_after(response) if response is not None else None
        return max(asked or 0.0, self.get_backoff_time())


def _is_comment(url: str) -> bool:
    return url.partition("?")[0].endswith(("/comments", "/notes"))
