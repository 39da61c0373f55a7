"""Tells what goes wrong with GitLab in our words, without the token."""

from collections.abc import Iterator
from contextlib import contextmanager

import gitlab
import requests

from modelyard.errors import ModelyardError, NotReady, Unreachable
from modelyard.forges import hush


class Errors:
    """Translates what python-gitlab and its transport raise.

    Args:
        base: Where the forge is.
        token: What must not be told.
    """

    def __init__(self, base: str, token: hush.Token) -> None:
        self._base, self._token = base, token

    @contextmanager
    def told(self, what: str) -> Iterator[None]:
        """Translate what the block raises; `what` is what it was about.

        Raises:
            NotReady: The token is refused, so nothing else will work either.
            Unreachable: This one thing did not work.
        """
        try:
            yield
        except (gitlab.GitlabHttpError, gitlab.GitlabAuthenticationError) as error:
            raise self._explained(error, what) from None
        except (requests.RequestException, OSError) as error:
            raise Unreachable(
                f"{what}: {self._base} cannot be reached: {hush.reason(error)}",
                "check the network, then run again: it continues",
            ) from None
        except (gitlab.GitlabError, LookupError, TypeError, AttributeError) as error:
            # What is no GitLab answers with pages, not with what the API is made of.
            raise Unreachable(
                f"{what}: {self._base} answers in a way that makes no sense:"
                f" {self._token.scrub(str(error))}",
                "check the address of the forge",
            ) from None

    def _explained(self, error: gitlab.GitlabError, what: str) -> ModelyardError:
        status = error.response_code or 0
        said = self._token.scrub(_words(error))
        if status == 401:
            return NotReady(
                f"{self._base} refuses the token in {self._token}: {said}",
                f"make a new one, set {self._token.variable}, then run again: it continues",
            )
        if status == 429:
            return Unreachable(
                f"{what}: {self._base} limits how much this token may ask: {said}",
                "run again later, it continues; or with fewer jobs",
            )
        if status == 404:
            return Unreachable(
                f"{what}: not there, or the token in {self._token} may not see it",
                "check the name, and what the token has access to",
            )
        if status == 403:
            return Unreachable(
                f"{what}: not permitted: {said}",
                f"give the token in {self._token} access to it",
            )
        mend = "run again later, it continues" if status >= 500 else ""
        return Unreachable(f"{what}: {self._base} answers {status}: {said}", mend)


def _words(error: gitlab.GitlabError) -> str:
    said: object = error.error_message
    if isinstance(said, bytes):
        said = said.decode("utf-8", "replace")
    if isinstance(said, list | tuple):
        said = "; ".join(map(str, said))
    return str(said)[:500] or "no word why"
