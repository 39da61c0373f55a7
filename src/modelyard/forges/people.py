"""Who is asked to review a request, and whom it is assigned to."""

from collections.abc import Sequence
from dataclasses import dataclass

# More reviewers, or people whom it is assigned to, GitHub does not take.
MOST_REVIEWERS, MOST_ASSIGNEES = 15, 10


@dataclass(frozen=True)
class People:
    """Whom a request is for, by name; of a team its path, such as `org/platform`."""

    reviewers: Sequence[str] = ()
    assignees: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Whether there is anybody."""
        return bool(self.reviewers or self.assignees)


def not_reached(kind: str, names: Sequence[str], why: str) -> str:
    """Return the words for people whom a forge does not take; "" where there are none."""
    return f"not {kind}: {', '.join(names)} ({why})" if names else ""
