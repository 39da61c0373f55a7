"""Retries of PyGithub with our bounds."""

from typing import Any, Self

from github import RateLimitExceededException
from github.GithubRetry import GithubRetry
from urllib3.exceptions import MaxRetryError

from modelyard.forges.retry import BoundedRetry


class GithubBoundedRetry(BoundedRetry, GithubRetry):
    """Knows beside the usual that GitHub says 403 where it means "slower"."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        *rest: Any,
        **named: Any,
    ) -> Self:
        """Return the retries that are left after a failure.

        Raises:
            RateLimitExceededException: None is left. GithubRetry has read what the answer said, so
                nobody after us could tell this 403 from one that lacks a permission.
        """
        try:
            return super().increment(method, url, response, *rest, **named)
        except MaxRetryError:
            if response is None or response.status != 403:
                raise
            said = f"still so after waiting for {self.waited:.0f} s"
            raise RateLimitExceededException(403, message=said) from None
