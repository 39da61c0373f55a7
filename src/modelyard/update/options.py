"""What somebody asks of an update."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class UpdateOptions:
    """What an update is to do.

    Attributes:
        to: A version by name; the newest release where it is None.
        data: Answers that change.
        template: Where the template is now, if it has moved.
        answers_file: The answers file, where a repo has several.
        relock: Whether locks are compiled anew where what they lock has changed.
        trust: Whether the template may run code; Copier then does the update.
    """

    to: str | None = None
    data: Mapping[str, Any] | None = None
    template: str | None = None
    answers_file: str | None = None
    relock: bool = True
    trust: bool = False
