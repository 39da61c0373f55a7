"""What somebody asks of a replay."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ReplayOptions:
    """What a replay is to do.

    Attributes:
        last: At most so many updates, the newest ones; all where it is None.
        since: Only updates that were committed on this day or later.
        template: Where the template is now, for updates whose recorded address is the newest one.
        answers_file: The answers file, where a repo has several; all of them where it is None.
        trust: The template may load its extensions and read this machine; tasks never run.
        copier: Copier updates a clone too.
        seconds: How long one update may take with one tool.
    """

    last: int | None = None
    since: date | None = None
    template: str | None = None
    answers_file: str | None = None
    trust: bool = False
    copier: bool = False
    seconds: float = 300
