"""How a candidate stands beside the champion, and why the two may not be comparable."""

from dataclasses import dataclass
from enum import Enum

from ..errors import SetupError


class Comparison(Enum):
    """The three answers. Better is also what is no worse than the tolerance allows."""

    BETTER = "better"
    WORSE = "worse"
    NOT_COMPARABLE = "cannot be compared"


class Incomparable(Enum):
    """Why a version cannot be held against another one on today's holdout.

    The first two are proven by what the version itself says, and a candidate passes on its floors
    alone. The others may as well be a fault of this machine, which must not open the gate.
    """

    SCHEMA = "schema changed"
    OUTPUTS = "outputs changed"
    FAILS = "does not score"
    NO_NUMBER = "no number"
    SEEN = "holdout seen"

    @property
    def floors_decide(self) -> bool:
        """Whether a candidate may pass without the comparison."""
        return self in (Incomparable.SCHEMA, Incomparable.OUTPUTS)


@dataclass(frozen=True)
class NotCompared:
    """A version that cannot be held against a candidate: why, in the words of the cause."""

    version: str
    reason: Incomparable
    detail: str

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}"


class Killed(SetupError):
    """The process that scored was killed, maybe for want of memory: no answer of the version's."""


class CannotScore(SetupError):
    """A version does not score today's rows. `reason` says what that proves."""

    def __init__(self, reason: Incomparable, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.reason = reason
