"""Makes errors of ours out of a forge's, without the token; the same for each forge."""

import math
from collections.abc import Callable

from modelyard.errors import ModelyardError, NotReady, Unreachable
from modelyard.forges.credentials import Token
from modelyard.forges.pace import moment
from modelyard.forges.retry import is_untrusted
from modelyard.gitrepo.environment import CA_BUNDLE
from modelyard.redaction import redact

_LATER = "run again later, it continues"


class HttpErrors:
    """Makes errors out of what a forge answers.

    Args:
        base: Where the forge is.
        token: What no message may show.
        held: Tells for how many seconds the forge wants to be left alone still.
    """

    def __init__(self, base: str, token: Token, held: Callable[[], float] = lambda: 0.0) -> None:
        self.base, self.token, self._held = base, token, held

    def refused(self, what: str, status: int, words: str) -> ModelyardError:
        """Return the error for a status: `NotReady` where nothing else will work either."""
        said = redact(words)[:500] or "no message"
        if status == 401:
            return NotReady(
                f"{self.base} refuses the token in {self.token}: {said}",
                f"make a new one, set {self.token.variable}, then run again: it continues",
            )
        if status == 429:
            return self.limited(what, said)
        if status == 404:
            return self.missing(what)
        if status == 403:
            return Unreachable(
                f"{what}: not permitted: {said}", f"give the token in {self.token} access to it"
            )
        return Unreachable(
            f"{what}: {self.base} answers {status}: {said}", _LATER if status >= 500 else ""
        )

    def limited(self, what: str, said: str = "") -> ModelyardError:
        """Return the error for a forge that wants to be left alone for longer than we wait."""
        limits = f"{what}: {self.base} limits how much this token may ask"
        said = f": {said}" if said else ""
        if not (held := self._held()):
            return Unreachable(f"{limits}{said}", f"{_LATER}; or with fewer jobs")
        return Unreachable(
            f"{limits}, until {moment(held)}{said}",
            f"run again then, it continues; MODELYARD_PATIENCE={math.ceil(held) + 60} waits for it",
        )

    def missing(self, what: str) -> ModelyardError:
        """Return the error for what is not there; forges say the same of what is hidden."""
        return Unreachable(
            f"{what}: not there, or the token in {self.token} may not see it",
            "check the name, and what the token has access to",
        )

    def cut_off(self, what: str, error: Exception) -> ModelyardError:
        """Return the error for a network that failed; `NotReady` where waiting does not help."""
        if is_untrusted(error):
            return NotReady(
                f"{what}: the certificate of {self.base} is not trusted: {_reason(error)}",
                f"export {CA_BUNDLE}=FILE.pem    # with the authority that signed it",
            )
        return Unreachable(
            f"{what}: {self.base} cannot be reached: {_reason(error)}",
            "check the network, then run again: it continues",
        )

    def unexpected_answer(self, what: str, error: Exception) -> ModelyardError:
        """Return the error for answers of what is not such a forge."""
        said = redact(str(error))[:500]
        return Unreachable(
            f"{what}: {self.base} does not answer like a GitHub or GitLab API: {said}",
            "check the address of the forge",
        )


def _reason(error: BaseException) -> str:
    """Return why a connection failed, in few words."""
    deepest = error
    while isinstance(inner := _inner(deepest), BaseException):
        deepest = inner
    if "Timeout" in type(deepest).__name__:
        return "no answer in time"
    return str(deepest).rpartition(": ")[2] or type(deepest).__name__


def _inner(error: BaseException) -> object:
    nested = [part for part in error.args if isinstance(part, BaseException)]
    return getattr(error, "reason", None) or (nested[0] if nested else None)
