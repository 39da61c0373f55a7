"""What python-gitlab and its transport raise, as errors of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import gitlab
import requests

from modelyard.forges.http_errors import HttpErrors
from modelyard.forges.pace import Limited
from modelyard.redaction import redact


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
    except (gitlab.GitlabHttpError, gitlab.GitlabAuthenticationError) as error:
        raise errors.refused(what, error.response_code or 0, _words(error)) from None
    except (requests.RequestException, OSError) as error:
        raise errors.cut_off(what, error) from None
    except (gitlab.GitlabError, LookupError, TypeError, ValueError, AttributeError) as error:
        # What is not a GitLab answers with pages, not with what the API is made of.
        raise errors.unexpected_answer(what, error) from None


def refusal(error: gitlab.GitlabError) -> str:
    """Return the words of GitLab's no to one thing that it was asked to do.

    It says 401 of what a role may not do, and of a token that it does not take; which of both it
    is, others that were asked just before with the same token have told.

    Raises:
        GitlabError: It is another error: of the pace, the server or the network.
    """
    status = error.response_code or 0
    if status == 429 or not 400 <= status < 500:
        raise error
    said = " ".join(redact(_words(error)).split())[:300]
    more = ": the role of the token may not merge there" if status in {401, 403} else ""
    return f"GitLab says {said or status}{more}"


def _words(error: gitlab.GitlabError) -> str:
    said: object = error.error_message
    if isinstance(said, bytes):
        said = said.decode("utf-8", "replace")
    if isinstance(said, list | tuple):
        said = "; ".join(map(str, said))
    return str(said)
