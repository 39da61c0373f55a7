"""What somebody asks of an update."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Relock(Enum):
    """Whether a lock is compiled anew where what it locks has changed."""

    FROM_WHEELS = "by uv, which builds nothing, so that no package runs code"
    WITH_BUILDS = "by uv, which may build packages"
    LATER = "not now: who asks only looks, and an index is not asked for that"
    NEVER = "not at all: nobody wants it"


@dataclass(frozen=True)
class UpdateOptions:
    """What an update is to do.

    Attributes:
        to: A version by name; the newest release where it is None.
        data: Answers that change.
        template: Where the template is now, if it has moved.
        answers_file: The answers file, where a repo has several.
        relock: Whether locks are compiled anew where what they lock has changed.
        only_looks: Whether nothing comes of it, so that no lock is compiled; it is told instead.
        trust: Whether the template may run code; Copier then does the update. Packages that come
            without a wheel may be built then, where a lock is compiled.
        usual: Answers for where the repo has none on record, or one that is not valid any more.
        without_code: Tasks and migrations of the template are left out, and need no trust: for who
            asks what would be merged.
        leave: Files that stay exactly as the user has them, from the folder of the project.
    """

    to: str | None = None
    data: Mapping[str, Any] | None = None
    template: str | None = None
    answers_file: str | None = None
    relock: bool = True
    only_looks: bool = False
    trust: bool = False
    usual: Mapping[str, Any] | None = None
    without_code: bool = False
    leave: tuple[str, ...] = ()

    @property
    def relocking(self) -> Relock:
        """Whether locks are compiled, and how."""
        if not self.relock:
            return Relock.NEVER
        if self.only_looks:
            return Relock.LATER
        return Relock.WITH_BUILDS if self.trust else Relock.FROM_WHEELS
