"""What a replay found of one past update: values that a terminal, JSON and a page each print."""

from dataclasses import dataclass
from enum import StrEnum

from modelyard.reasons import ConflictReason, Reason


class ReplayStatus(StrEnum):
    """How one tool ended with one past update.

    `STOPPED` is the ledger's exit code 12: nothing would have been written. `FAILED` is any other
    error, of which nothing can be counted.
    """

    CLEAN = "clean"
    CONFLICT = "conflict"
    STOPPED = "stopped"
    FAILED = "failed"


class Decision(StrEnum):
    """What people committed where a tool leaves them a conflict."""

    YOURS = "yours"
    TEMPLATE = "template"
    MIXTURE = "mixture"
    DELETED = "deleted"

    @property
    def label(self) -> str:
        """The same in words."""
        words = {
            Decision.YOURS: "yours, whole",
            Decision.TEMPLATE: "the template's, whole",
            Decision.MIXTURE: "a mixture",
            Decision.DELETED: "no such file",
        }
        return words[self]


class FileEnd(StrEnum):
    """What a tool made of one file that some tool leaves to a person; the value is for people."""

    DECIDE = "✗ to decide"
    AS_COMMITTED = "✓ as committed"
    OTHERWISE = "≠ merged otherwise"
    NOT_CHANGED = "left as it was"
    NOTHING = ""


class SkipReason(Reason):
    """Why a past update was not done again."""

    OTHER_TEMPLATE = "the commit moved the repo to another template: {}"
    OLDER_VERSION = "the commit went back to an older version"
    BROKEN_ANSWERS = "its answers file cannot be read: {}"
    NO_TEMPLATE = "the template cannot be reached: {}"
    NO_VERSION = "the template does not have a version any more: {}"
    MOVING_NAME = "the version on record is {}, and such a name moves: nobody knows what it was"
    NEEDS_TRUST = "the template needs --trust to render: {}"
    BAD_ANSWER = "an answer is missing or not valid: {}"
    BAD_TEMPLATE = "a version does not render: {}"
    NOT_READY = "it cannot be done on this machine, or not in this clone: {}"
    TOO_LONG = "it took longer than --seconds {}"
    FAILED = "modelyard failed: {}"


@dataclass(frozen=True)
class PastUpdate:
    """One commit that moved a repo to another version of its template.

    Attributes:
        commit: The commit.
        date: The day on which it was committed.
        answers_file: The answers file, as it was called before.
        template: The template, as it was recorded; without a login.
        before: The version that was recorded.
        after: The version that the commit recorded.
    """

    commit: str
    date: str
    answers_file: str
    template: str
    before: str
    after: str


@dataclass(frozen=True)
class DecidedFile:
    """A file that a tool leaves in conflict.

    Attributes:
        path: The file.
        committed: What people made of it in that commit.
        reason: Why it is a conflict; null of Copier, which does not say.
        about: What the reason names, where it names something.
    """

    path: str
    committed: Decision
    reason: ConflictReason | None = None
    about: str = ""

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        return self.reason.text(self.about) if self.reason else ""


@dataclass(frozen=True)
class ToolReplay:
    """What one tool made of one past update.

    Attributes:
        status: How it ended.
        conflicts: The files that a person has to decide.
        equal: The files that it changed without a conflict to just what was committed.
        differs: The files that it changed without a conflict to something else than was committed:
            people may have done more in that commit.
        seconds: The time that it took; of Copier with the start of its command.
        cpu_seconds: The CPU time of it and of all that it started.
        error: Why it stopped or failed.
        not_run: The template's tasks or migrations that an update would run, and that were left
            out.
    """

    status: ReplayStatus
    conflicts: tuple[DecidedFile, ...] = ()
    equal: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    seconds: float = 0
    cpu_seconds: float = 0
    error: str = ""
    not_run: str = ""

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody would have had to do something."""
        return self.status in {ReplayStatus.CONFLICT, ReplayStatus.STOPPED}

    @property
    def merged(self) -> int:
        """How many files it changed without a conflict."""
        return len(self.equal) + len(self.differs)

    def end_of(self, path: str) -> FileEnd:
        """Return what it made of a file that it, or another tool, leaves to a person."""
        if self.status in {ReplayStatus.STOPPED, ReplayStatus.FAILED}:
            return FileEnd.NOTHING
        if any(file.path == path for file in self.conflicts):
            return FileEnd.DECIDE
        if path in self.equal:
            return FileEnd.AS_COMMITTED
        return FileEnd.OTHERWISE if path in self.differs else FileEnd.NOT_CHANGED


@dataclass(frozen=True)
class ReplayedUpdate:
    """A past update that was done again.

    Attributes:
        update: Which one.
        modelyard: What `modelyard update` makes of it.
        copier: What `copier update` makes of it; null where it was not asked.
    """

    update: PastUpdate
    modelyard: ToolReplay
    copier: ToolReplay | None = None

    @property
    def tools(self) -> "dict[str, ToolReplay]":
        """What each tool that was asked made of it, by the tool's name."""
        asked = {"modelyard": self.modelyard, "copier": self.copier}
        return {name: tool for name, tool in asked.items() if tool}

    @property
    def is_compared(self) -> bool:
        """Whether all tools that were asked came to an end that can be counted."""
        return all(tool.status is not ReplayStatus.FAILED for tool in self.tools.values())

    @property
    def to_decide(self) -> "dict[str, DecidedFile]":
        """The files that some tool leaves to a person, by path; modelyard's reason comes first."""
        found: dict[str, DecidedFile] = {}
        for tool in self.tools.values():
            for file in tool.conflicts:
                found.setdefault(file.path, file)
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class SkippedUpdate:
    """A past update that could not be done again.

    Attributes:
        update: Which one.
        reason: Why.
        about: What the reason names, where it names something.
        hint: What helps, where something does.
    """

    update: PastUpdate
    reason: SkipReason
    about: str = ""
    hint: str = ""

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        return self.reason.text(self.about)
