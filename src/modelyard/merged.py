"""What a merge of trees gives: files, conflicts, and what was left out or decided on purpose."""

from collections.abc import Iterable
from dataclasses import dataclass

from modelyard.gitrepo.trees import Tree
from modelyard.reasons import ConflictReason, Reason


@dataclass(frozen=True)
class Conflict:
    """Two people disagree about a file.

    Attributes:
        path: The file.
        reason: What each did.
        about: What the reason names, where it names something.
    """

    path: str
    reason: ConflictReason
    about: str = ""

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        return self.reason.text(self.about)


@dataclass(frozen=True)
class Notice:
    """Something that was left out, or decided on purpose.

    Attributes:
        path: The file.
        reason: Why.
        about: What the reason names, where it names something.
        lines: The lines that it is about, where it is about some.
        command: What a person types to mend it, where one command does.
    """

    path: str
    reason: Reason
    about: str = ""
    lines: tuple[str, ...] = ()
    command: str = ""

    @property
    def text(self) -> str:
        """The reason in a sentence, and the command."""
        said = self.reason.text(self.about)
        return f"{said}: {self.command}" if self.command else said


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
        locks: Locks that were not merged but decided on as a whole, each with a notice.
        by_meaning: The sides of what git saw a conflict in, and a merge by meaning did not.
    """

    tree: Tree
    conflicts: tuple[Conflict, ...] = ()
    stages: tuple[Stage, ...] = ()
    notices: tuple[Notice, ...] = ()
    locks: frozenset[str] = frozenset()
    by_meaning: tuple[Stage, ...] = ()


def unique_notices(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return each notice once; where two name the same path and reason, the one with more lines."""
    best: dict[tuple[str, Reason, str], Notice] = {}
    for notice in notices:
        key = notice.path, notice.reason, notice.about
        if key not in best or len(notice.lines) > len(best[key].lines):
            best[key] = notice
    return tuple(sorted(best.values(), key=lambda notice: notice.path))
