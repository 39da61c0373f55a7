"""Why a lock is left as it is: raised by whatever finds that it cannot be compiled here."""

from modelyard.reasons import NoticeReason


class Stale(Exception):
    """A lock cannot be compiled here.

    Attributes:
        reason: Why.
        about: What the reason names: a package, a setting, a line by its number. It never quotes
            more of a member's text than a name, for it is published.
    """

    def __init__(self, reason: NoticeReason, about: str = "") -> None:
        super().__init__(reason.name)
        self.reason, self.about = reason, about


def refused(about: str) -> Stale:
    """Return the reason for something that is not passed on to uv."""
    return Stale(NoticeReason.LOCK_REFUSED, about)
