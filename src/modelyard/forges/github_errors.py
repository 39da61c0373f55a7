"""What PyGithub and its transport raise, as errors of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import github
import requests

from modelyard.forges.http_errors import HttpErrors
from modelyard.forges.pace import Limited
from modelyard.redaction import redact

# GraphQL answers 200 and says in the error of which kind it is.
_STATUS = {"RATE_LIMITED": 429, "FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403, "NOT_FOUND": 404}

# In these ways PyGithub meets a page for logging in, or a redirect to elsewhere.
_UNEXPECTED = (
    github.BadAttributeException,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


@contextmanager
def translated(errors: HttpErrors, what: str) -> Iterator[None]:
    """Translate what the block raises; `what` is what it was about.

    Raises:
        NotReady: The token is refused, so nothing else will work either.
        Unreachable: This one thing did not work.
    """
    try:
        yield
    except Limited:
        raise errors.limited(what) from None
    except github.GithubException as error:
        details = _details(error)
        status = next(
            (_STATUS[d["type"]] for d in details if d.get("type") in _STATUS), error.status
        )
        if isinstance(error, github.RateLimitExceededException):
            status = 429
        raise errors.refused(what, status, _words(error, details)) from None
    except (requests.RequestException, OSError) as error:
        raise errors.cut_off(what, error) from None
    except _UNEXPECTED as error:
        raise errors.unexpected_answer(what, error) from None


def refusal(error: github.GithubException) -> str:
    """Return the words of GitHub's no to one thing that it was asked to do.

    Raises:
        GithubException: It is another error: of the token, the pace, the server or the network.
    """
    details = _details(error)
    is_limit = isinstance(error, github.RateLimitExceededException)
    is_limit = is_limit or any(one.get("type") == "RATE_LIMITED" for one in details)
    if is_limit or error.status in {401, 429} or error.status >= 500:
        raise error
    return " ".join(redact(_words(error, details)).split())[:300] or "GitHub refuses it"


def _details(error: github.GithubException) -> list[dict[str, Any]]:
    data = error.data if isinstance(error.data, dict) else {}
    return [detail for detail in data.get("errors") or () if isinstance(detail, dict)]


def _words(error: github.GithubException, details: list[dict[str, Any]]) -> str:
    data = error.data if isinstance(error.data, dict) else {}
    words = [data.get("message") or error.message, *(d.get("message") for d in details)]
    # Which permission would do, a 403 tells in a header.
    needed = (error.headers or {}).get("x-accepted-github-permissions")
    words += [f"it needs {needed}"] if needed and error.status == 403 else []
    return "; ".join(dict.fromkeys(str(word) for word in words if word))
