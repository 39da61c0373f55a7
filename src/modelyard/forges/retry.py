"""Pauses and retries, all of them bounded.

The clients bring their own of both, which do not do here:

- PyGithub keeps its distance between writes a client, and we have a client a thread and a process;
  and it counts the POST of a GraphQL query as a write.
- python-gitlab waits as long as GitLab asks for, and sends a comment again whose reply was lost.
- urllib3 bounds each wait, not all waits of one request.
"""

import ssl
import time
from collections.abc import Iterator
from typing import Any, Self

from urllib3.exceptions import MaxRetryError, ResponseError
from urllib3.util.retry import Retry

from modelyard.forges import rate_limits
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.pace import LIMITED, Pace

_TRANSIENT = [429, 500, 502, 503, 504]


class BoundedRetry(Retry):
    """Retries temporary failures, and honours Retry-After, up to a limit of its own.

    Repeating is safe for all that we send (a request that exists is not opened again), save for
    comments: one that was handled before the connection broke would appear twice.
    """

    limits: ClientOptions
    pace: Pace
    transport: Any = None
    waited = 0.0

    @classmethod
    def of(cls, limits: ClientOptions, pace: Pace) -> Self:
        """Return the retries that `limits` allow, at the pace of the run."""
        made = cls(
            total=limits.tries,
            allowed_methods=None,
            status_forcelist=_TRANSIENT,
            backoff_factor=limits.backoff,
            raise_on_status=False,
        )
        made.limits, made.pace = limits, pace
        return made

    def new(self, **changed: Any) -> Self:
        """Return a copy; urllib3 calls it once a failure."""
        made = super().new(**changed)
        made.limits, made.pace, made.waited = self.limits, self.pace, self.waited
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
        if response is not None:
            rate_limits.drop_what_is_no_time(response.headers, time.time())
        if _is_settled(error):
            # It will be the same certificate, and the same protocol, the next time.
            raise MaxRetryError(_pool, url or "", reason)
        handled = error is not None or (response is not None and response.status >= 500)
        if method == "POST" and handled and _is_comment(url or ""):
            raise MaxRetryError(_pool, url or "", reason)
        left = super().increment(method, url, response, error, _pool, _stacktrace)
        wait = left._wait(response)
        if response is not None and response.status in rate_limits.LIMITED:
            self.pace.hold(wait)
        left.waited += wait
        if left.waited > self.limits.max_wait:
            raise MaxRetryError(_pool, url or "", reason)
        return left

    def sleep(self, response: Any = None) -> None:
        """Wait before the next try."""
        if wait := self._wait(response):
            limited = response is not None and response.status in rate_limits.LIMITED
            self.pace.sleep(wait, LIMITED if limited else "")
        self.pace.again()

    def _wait(self, response: Any) -> float:
        if response is None:
            return self.get_backoff_time()
        named = rate_limits.named_wait(dict(response.headers), time.time())
        if named is not None:
            # Not what an instance may have in its place: that is by the clock of this machine.
            return max(named, Retry.get_backoff_time(self))
        return self.get_backoff_time()


def is_untrusted(error: BaseException | None) -> bool:
    """Tell whether a certificate is at the bottom of an error: it is nobody's who is believed."""
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in _causes(error))


def _is_settled(error: BaseException | None) -> bool:
    """Tell whether two sides cannot agree on how to speak; a line that broke is no such thing."""
    broken = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    found = [one for one in _causes(error) if isinstance(one, ssl.SSLError)]
    return bool(found) and not any(isinstance(one, broken) for one in found)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        nested = [part for part in error.args if isinstance(part, BaseException)]
        reason = getattr(error, "reason", None)
        error = reason if isinstance(reason, BaseException) else next(iter(nested), None)


def _is_comment(url: str) -> bool:
    return url.partition("?")[0].endswith(("/comments", "/notes"))
