"""Cases of a test that has two lists of them, where each of both says what it says alone."""

import os
from collections.abc import Sequence
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
LONG = bool(os.environ.get("MODELYARD_LONG"))


def in_turns(many: Sequence[A], few: Sequence[B]) -> list[tuple[A, B]]:
    """Return each of the many with one of the few, in turns; with each in long runs."""
    if LONG:
        return [(one, other) for one in many for other in few]
    return [(one, few[place % len(few)]) for place, one in enumerate(many)]
