"""What an audit finds lost: whose it is, what became of it, and the error that it ends in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from modelyard.errors import ModelyardError
from modelyard.merged import Owner

__all__ = ["Loss", "LossFound", "LossKind", "Owner"]


class LossKind(Enum):
    """What became of a change: whose it is, and the sentence for people."""

    USER_LINES_MISSING = Owner.USER, "your lines are missing: {}"
    USER_LINES_MISPLACED = Owner.USER, "your lines are out of place: {}"
    USER_LINES_BACK = Owner.USER, "lines that you removed are back: {}"
    USER_ENDINGS = Owner.USER, "your line endings are lost"
    USER_MODE = Owner.USER, "your mode is lost: {}"
    USER_LINK = Owner.USER, "a link or a submodule: your change is lost"
    USER_BINARY = Owner.USER, "a binary: your content is lost"
    USER_BYTES = Owner.USER, "your content is not kept byte by byte"
    USER_CHANGE = Owner.USER, "your change is lost"
    USER_FILE_GONE = Owner.USER, "it is gone, and with it your change"
    USER_FILE_DELETED = Owner.USER, "the template deleted it, and your change with it"
    USER_ADDED_GONE = Owner.USER, "a file that you added is gone"
    USER_KEPT_GONE = Owner.USER, "it was to be kept as you have it, and it is gone"
    USER_DELETED_BACK = Owner.USER, "you deleted it; it is back{}"
    USER_MOVED_BACK = Owner.USER, "you moved or deleted it; it is back"
    USER_UNTOLD = Owner.USER, "your lines were given up, and nothing tells it: {}"
    USER_STAGE = Owner.USER, "the index would not hold your version of a conflict"
    TEMPLATE_LINES_MISSING = Owner.TEMPLATE, "the template's lines are not applied: {}"
    TEMPLATE_LINES_MISPLACED = Owner.TEMPLATE, "the template's lines are out of place: {}"
    TEMPLATE_LINES_BACK = (
        Owner.TEMPLATE,
        "lines that the template removed are still there: {}",
    )
    TEMPLATE_ENDINGS = Owner.TEMPLATE, "the template's line endings are lost"
    TEMPLATE_MODE = Owner.TEMPLATE, "the template's mode is lost: {}"
    TEMPLATE_LINK = Owner.TEMPLATE, "a link or a submodule: the template's change is lost"
    TEMPLATE_BINARY = Owner.TEMPLATE, "a binary: the template's content is lost"
    TEMPLATE_BYTES = Owner.TEMPLATE, "the template's content is not kept byte by byte"
    TEMPLATE_DELETED_STAYS = Owner.TEMPLATE, "the template deleted it; it is still there"
    TEMPLATE_UNTOLD = (
        Owner.TEMPLATE,
        "the template's lines were given up, and nothing tells it: {}",
    )
    TEMPLATE_MOVED_STAYS = (
        Owner.TEMPLATE,
        "the template moved or deleted it; it is still there",
    )
    TEMPLATE_ADDED_GONE = Owner.TEMPLATE, "a file that the template adds is not there"
    TOLD_FALSELY = Owner.NOBODY, "a decision tells of lines that it did not replace: {}"
    DECISION_OF_NONE = Owner.NOBODY, "a decision is told, and it is about no version of this file"
    COMMON_LINES_MISSING = Owner.NOBODY, "lines that both sides keep are missing: {}"
    COMMON_LINES_MISPLACED = Owner.NOBODY, "lines that both sides keep are out of place: {}"
    EXTRA_LINES = Owner.NOBODY, "lines that no version contains, or too often: {}"
    LAST_NEWLINE = Owner.NOBODY, "the newline at the end of the file is not as it was chosen"
    BOTH_MODES = Owner.NOBODY, "both chose a mode: {}"
    BOTH_LINK = (
        Owner.NOBODY,
        "a link or a submodule: both changed it, and only one side is kept",
    )
    BOTH_BINARY = Owner.NOBODY, "a binary that both changed, and only one side is kept"
    BOTH_RENAMED = Owner.USER, "you renamed it to {}"
    COPY_STAYS = Owner.NOBODY, "it went to {}"
    UNEXPLAINED = Owner.NOBODY, "no version explains this file"

    @property
    def owner(self) -> Owner:
        """Whose change it is."""
        return self.value[0]

    def text(self, about: str) -> str:
        """Return the sentence."""
        return self.value[1].format(about)


@dataclass(frozen=True)
class Loss:
    """One thing that an update would lose, or bring back, or invent.

    Attributes:
        kind: What became of it, and whose it is.
        about: What the sentence names.
        lines: The lines that are gone, where they were the user's or both sides'.
        path: The file; "" until the file is known.
    """

    kind: LossKind
    about: str = ""
    lines: tuple[str, ...] = ()
    path: str = ""

    @property
    def owner(self) -> Owner:
        """Whose change it is."""
        return self.kind.owner

    @property
    def text(self) -> str:
        """The loss in a sentence."""
        return f"{self.path}: {self.kind.text(self.about)}"


class LossFound(ModelyardError):
    """The ledger found a line unaccounted for; nothing was written.

    Args:
        losses: What would have been lost.
        concerned: The files that an update can leave, so that it finds no loss.
        command: The command that does so.
    """

    code = 12

    def __init__(
        self, losses: Sequence[Loss], concerned: Sequence[str] = (), command: str = ""
    ) -> None:
        shown = "\n".join(f"  {loss.text}" for loss in losses[:20])
        report = "report this as a bug, with the two versions and the files named above"
        way_on = f"{command}    # leaves these files as you have them, updates the rest; and\n"
        super().__init__(
            f"The merge would have lost something, so nothing was written:\n{shown}",
            f"{way_on if concerned else ''}{report}",
        )
        self.losses, self.concerned = tuple(losses), tuple(concerned)
