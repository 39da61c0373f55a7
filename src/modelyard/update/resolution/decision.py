"""What a resolver decided: which lines of whose change were given up, and for what."""

from dataclasses import dataclass
from typing import NamedTuple

from modelyard.ledger.loss import Owner
from modelyard.reasons import NoticeReason


@dataclass(frozen=True)
class Decision:
    """A change of one side that was given up.

    Attributes:
        reason: Why.
        owner: Whose change was given up.
        given_up: The lines of that side as they stood, without line ends.
        taken: The lines that stand there now.
        about: What the notice names.
    """

    reason: NoticeReason
    owner: Owner
    given_up: tuple[str, ...]
    taken: tuple[str, ...]
    about: str = ""


class Resolved(NamedTuple):
    """Two sides of which the merge has fewer conflicts, as lines without line ends."""

    ours: list[str]
    theirs: list[str]
    decisions: tuple[Decision, ...]
