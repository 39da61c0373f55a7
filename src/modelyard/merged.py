"""What a merge of trees gives: files, conflicts, and what was left out or decided on purpose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from modelyard.gitrepo.trees import Tree
from modelyard.reasons import ConflictReason, Reason


class Owner(StrEnum):
    """Whose change it is: the user's, the template's, or what neither of them changed."""

    USER = "user"
    TEMPLATE = "template"
    NOBODY = "nobody"


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
class Decision:
    """What was decided without a person where both sides changed the same lines of a file.

    Attributes:
        reason: Why.
        owner: Whose change was given up.
        given_up: The lines of that side as they stood, without line ends.
        taken: The lines that stand there instead.
        about: What the reason names.
    """

    reason: Reason
    owner: Owner
    given_up: tuple[str, ...]
    taken: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True)
class Resolution:
    """The sides of one file after decisions, which were merged in place of those before.

    Attributes:
        path: The file, as the merge has it.
        ours: The blob of ours, with what was given up of it replaced.
        theirs: The blob of theirs, likewise.
        decisions: What was given up.
    """

    path: str
    ours: str
    theirs: str
    decisions: tuple[Decision, ...]

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was decided, to be told: one notice for all of one reason about one thing."""
        found: dict[tuple[Reason, str], tuple[str, ...]] = {}
        for one in self.decisions:
            about = one.reason, one.about
            found[about] = found.get(about, ()) + one.given_up
        return tuple(Notice(self.path, *about, lines) for about, lines in found.items())


@dataclass(frozen=True)
class Merged:
    """The result of a merge of trees; the file of a path in `stages` has conflict markers.

    Attributes:
        locks: Locks that were not merged but decided on as a whole, each with a notice.
        by_meaning: The sides of what git saw a conflict in, and a merge by meaning did not.
        resolutions: What was decided about files, by their path and the blobs of base, ours and
            theirs.
    """

    tree: Tree
    conflicts: tuple[Conflict, ...] = ()
    stages: tuple[Stage, ...] = ()
    notices: tuple[Notice, ...] = ()
    locks: frozenset[str] = frozenset()
    by_meaning: tuple[Stage, ...] = ()
    resolutions: Mapping[tuple[str, str, str, str], Resolution] = field(default_factory=dict)


def unique_notices(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return each notice once; where two name the same path and reason, the one with more lines."""
    best: dict[tuple[str, Reason, str], Notice] = {}
    for notice in notices:
        key = notice.path, notice.reason, notice.about
        if key not in best or len(notice.lines) > len(best[key].lines):
            best[key] = notice
    return tuple(sorted(best.values(), key=lambda notice: notice.path))
