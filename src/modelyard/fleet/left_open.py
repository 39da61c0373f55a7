"""Requests that are somebody's by now, so the fleet leaves them open, and says so."""

from dataclasses import dataclass
from enum import Enum


class Left(Enum):
    """Why a request is left open; the value is the sentence for people."""

    WORKED_ON = "has commits that are not the fleet's, so it stays open"
    OPENED_AGAIN = "was opened again after the fleet had closed it, so it stays open"


@dataclass(frozen=True)
class LeftOpen:
    """A request that nobody but a person closes, as it is told.

    Attributes:
        url: Where a person looks at it.
        version: The version that it is about.
        reason: Why it is left open.
    """

    url: str
    version: str
    reason: Left

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        return f"the request for {self.version} {self.reason.value}"
