"""What an update did, or would do: values that a terminal, JSON and a fleet each print."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from modelyard.merged import Conflict, Notice


@dataclass(frozen=True)
class UpdateResult:
    """What became of one repo.

    Attributes:
        status: "unchanged", "clean" or "conflict".
        before: The version that was recorded.
        after: The version that is recorded now.
        changes: Paths that the update adds (A), modifies (M), deletes (D), by path.
        conflicts: What a person has to decide.
        notices: What was left out, and why.
        commit: The commit that was made, where a branch was asked for.
        message: What the template says about the update, where one was written.
    """

    status: str
    before: str
    after: str
    changes: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    notices: tuple[Notice, ...] = ()
    commit: str | None = None
    message: str = ""
