"""What a resolver decides: which change was given up, whose it was, and what stands there now."""

from dataclasses import dataclass
from typing import NamedTuple

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason


@dataclass(frozen=True)
class Decision:
    """One change that was given up.

    Attributes:
        reason: Why.
        owner: Whose change it was.
        given_up: The lines of that side as they stood, without line ends; none for what it had
            taken away.
        taken: The lines that stand there now.
        about: What the notice names.
    """

    reason: NoticeReason
    owner: Owner
    given_up: tuple[str, ...]
    taken: tuple[str, ...]
    about: str = ""


class Resolved(NamedTuple):
    """Both sides as they are to be merged, in lines without line ends, and what was decided."""

    ours: list[str]
    theirs: list[str]
    decisions: tuple[Decision, ...]
