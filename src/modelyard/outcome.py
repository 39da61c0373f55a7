"""What an update did, or would do: values that a terminal, JSON and a fleet each print."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from modelyard.trees import Tree


@dataclass(frozen=True)
class Conflict:
    """Two people disagree about a file.

    Attributes:
        path: The file.
        reason: What each did, in a few words.
    """

    path: str
    reason: str


@dataclass(frozen=True)
class Notice:
    """Something that was left out, or decided on purpose.

    Attributes:
        path: The file.
        reason: Why.
        lines: The lines that it is about, where it is about some.
    """

    path: str
    reason: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One side of a conflict as the index holds it: 1 is the base, 2 ours, 3 theirs."""

    path: str
    stage: int
    mode: str
    oid: str


@dataclass(frozen=True)
class Merged:
    """The result of a merge of trees; the file of a path in `stages` has conflict markers.

    Attributes:
        settled: Locks that were not merged but decided on as a whole, each with a notice.
    """

    tree: Tree
    conflicts: tuple[Conflict, ...] = ()
    stages: tuple[Stage, ...] = ()
    notices: tuple[Notice, ...] = ()
    settled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
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
