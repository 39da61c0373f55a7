"""What an update did, or would do: values that a terminal, JSON and a fleet each print."""

from dataclasses import dataclass

from modelyard.gitrepo.trees import Tree


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
