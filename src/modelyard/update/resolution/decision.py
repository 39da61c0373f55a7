"""What a resolver returns.

A resolver settles conflicts of one text file that need no person. It may make a stretch of theirs
what base or ours has there, or a pin of ours what theirs has, and tells every line of it; the base
it never touches. What was decided is then merged like any other change, and the ledger holds the
decisions against what was really given up.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from modelyard.merged import Decision, Owner

__all__ = ["Decision", "Owner", "Resolved", "Resolver"]


class Resolved(NamedTuple):
    """The two sides after decisions, as lines without their ends."""

    ours: list[str]
    theirs: list[str]
    decisions: tuple[Decision, ...]


Resolver = Callable[[str, Sequence[str], Sequence[str], Sequence[str]], Resolved | None]
"""Takes the path of a file and its lines in the base, in ours and in theirs."""
