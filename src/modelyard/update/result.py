"""What an update did, or would do: values that a terminal, JSON and a fleet each print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from modelyard.gitrepo.trees import Tree
from modelyard.merged import Conflict, Notice


class Status(StrEnum):
    """How an update ends; one of several `WAITS` where an earlier one left a file to decide."""

    UNCHANGED = "unchanged"
    CLEAN = "clean"
    CONFLICT = "conflict"
    WAITS = "waits"

    @classmethod
    def of(cls, changes: Mapping[str, "Change"], conflicts: Sequence[Conflict]) -> "Status":
        """Return how an update with these changes and conflicts ends."""
        return cls.CONFLICT if conflicts else cls.CLEAN if changes else cls.UNCHANGED


class Change(StrEnum):
    """What becomes of a path."""

    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"


def changes_between(before: Tree, after: Tree) -> dict[str, Change]:
    """Return what becomes of each path that differs."""
    found = {}
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            kept = Change.MODIFIED if path in after else Change.DELETED
            found[path] = kept if path in before else Change.ADDED
    return found


@dataclass(frozen=True)
class UpdateResult:
    """What became of one repo.

    Attributes:
        status: How it ended.
        before: The version that was recorded.
        after: The version that is recorded now.
        changes: Paths that the update adds (A), modifies (M) or deletes (D).
        conflicts: What a person has to decide.
        notices: What was left out, and why.
        commit: The commit that was made, where a branch was asked for.
        message: What the template says about the update, where one was written.
        others: Answers files of other projects and templates in PATH, which were not looked at.
    """

    status: Status
    before: str
    after: str
    changes: Mapping[str, Change] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    notices: tuple[Notice, ...] = ()
    commit: str | None = None
    message: str = ""
    others: tuple[str, ...] = ()
