"""Tells what goes wrong with GitHub in our words, without the token."""

from collections.abc import Iterator
from contextlib import contextmanager

import github
import requests

from modelyard.errors import ModelyardError, NotReady, Unreachable
from modelyard.forges import hush


class Errors:
    """Translates what PyGithub and its transport raise.

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
        except github.GithubException as error:
            raise self._explained(error, what) from None
        except (requests.RequestException, OSError) as error:
            raise Unreachable(
                f"{what}: {self._base} cannot be reached: {hush.reason(error)}",
                "check the network, then run again: it continues",
            ) from None
        except (RuntimeError, LookupError, AssertionError) as error:
            # PyGithub meets what is no GitHub, or a redirect to elsewhere, in these ways.
            raise Unreachable(
                f"{what}: {self._base} answers in a way that makes no sense:"
                f" {self._token.scrub(str(error))}",
                "check the address of the forge",
            ) from None

    def _explained(self, error: github.GithubException, what: str) -> ModelyardError:
        said = self._token.scrub(_words(error))
        if error.status == 401:
            return NotReady(
                f"{self._base} refuses the token in {self._token}: {said}",
                f"make a new one, set {self._token.variable}, then run again: it continues",
            )
        if error.status == 429 or isinstance(error, github.RateLimitExceededException):
            return Unreachable(
                f"{what}: {self._base} limits how much this token may ask: {said}",
                "run again later, it continues; or with fewer jobs",
            )
        if error.status == 404:
            return Unreachable(
                f"{what}: not there, or the token in {self._token} may not see it",
                "check the name, and what the token has access to",
            )
        if error.status == 403:
            return Unreachable(
                f"{what}: not permitted: {said}",
                f"give the token in {self._token} access to it",
            )
        mend = "run again later, it continues" if error.status >= 500 else ""
        return Unreachable(f"{what}: {self._base} answers {error.status}: {said}", mend)


def _words(error: github.GithubException) -> str:
    data = error.data if isinstance(error.data, dict) else {}
    details = [e.get("message", "") for e in data.get("errors") or () if isinstance(e, dict)]
    words = [data.get("message") or error.message or "", *details]
    return "; ".join(dict.fromkeys(word for word in words if word))[:500] or "no word why"
