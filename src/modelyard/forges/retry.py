"""Pauses and retries, all of them bounded."""

import threading
import time
from collections.abc import Callable
from typing import Any

from urllib3.exceptions import MaxRetryError, ResponseError
from urllib3.util.retry import Retry

from modelyard.forges.client_options import ClientOptions

_ALL = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
PASSING = (429, 500, 502, 503, 504)


class Pace:
    """Keeps a distance between writes, over all threads of a process."""

    def __init__(self, between: float, sleep: Callable[[float], object]) -> None:
        self._between, self._sleep = between, sleep
        self._lock, self._next = threading.Lock(), 0.0

    def write(self) -> None:
        """Wait until the next write may go."""
        if not self._between:
            return
        with self._lock:
            now = time.monotonic()
            wait = max(0.0, self._next - now)
            self._next = now + wait + self._between
        if wait:
            self._sleep(wait)


class BoundedRetry(Retry):
    """Repeats what failed in passing, and honours Retry-After, up to a limit of its own.

    Repeating is safe for all that we send (a request that exists is not opened again), save for
    comments: one that was handled before the connection broke would appear twice.
    """

    def __init__(
        self,
        *arguments: Any,
        limits: ClientOptions | None = None,
        waited: float = 0.0,
        **options: Any,
    ) -> None:
        self.limits = limits or ClientOptions()
        self.waited = waited
        super().__init__(*arguments, **options)

    @classmethod
    def of(cls, limits: ClientOptions, **options: Any) -> "BoundedRetry":
        """Return the patience that `limits` ask for."""
        return cls(
            **{
                "limits": limits,
                "total": limits.tries,
                "allowed_methods": _ALL,
                "status_forcelist": PASSING,
                "backoff_factor": limits.backoff,
                "raise_on_status": False,
                **options,
            }
        )

    def new(self, **changed: Any) -> "BoundedRetry":
        """Return a copy; urllib3 calls it once a failure."""
        return super().new(**{"limits": self.limits, "waited": self.waited, **changed})

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> "BoundedRetry":
        """Return the patience that is left after a failure.

        Raises:
            MaxRetryError: None is left.
        """
        reason = error or ResponseError(f"status {getattr(response, 'status', '?')}")
        handled = error is not None or (response is not None and response.status >= 500)
        if method == "POST" and handled and _is_comment(url or ""):
            raise MaxRetryError(_pool, url or "", reason)
        left = super().increment(method, url, response, error, _pool, _stacktrace)
        left.waited = self.waited + left._wait(response)
        if left.waited > self.limits.longest:
            raise MaxRetryError(_pool, url or "", reason)
        return left

    def sleep(self, response: Any = None) -> None:
        """Wait before the next try."""
        wait = self._wait(response)
        if wait > 0:
            self.limits.sleep(wait)

    def _wait(self, response: Any) -> float:
        asked = self.get_retry_after(response) if response is not None else None
        return max(asked or 0.0, self.get_backoff_time())


def _is_comment(url: str) -> bool:
    return url.partition("?")[0].endswith(("/comments", "/notes"))
