"""Where a repo stands, as `check` returns it."""

from dataclasses import dataclass
from enum import StrEnum

from modelyard.check.kept import KeptEntry
from modelyard.check.vendored import Vendored
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason

# What is told of answers and is not as it should be; the rest is what an update will bring.
_AMISS = {
    NoticeReason.UNKNOWN_ANSWER,
    NoticeReason.EDITED_ANSWER,
    NoticeReason.VERSION_MOVED,
    NoticeReason.VERSION_MOVES,
}


class DriftKind(StrEnum):
    """How a standard file differs; `MISSED`: it is as an older version rendered it."""

    EDITED = "edited"
    DELETED = "deleted"
    MISSED = "missed"


@dataclass(frozen=True)
class Drift:
    """A standard file that is not as the recorded version renders it.

    Attributes:
        path: The file.
        kind: How it differs.
        version: That older version, where an update was missed.
    """

    path: str
    kind: DriftKind
    version: str = ""


@dataclass(frozen=True)
class CheckResult:
    """Where a repo stands.

    Attributes:
        recorded: The version on record.
        newest: The newest release, or the recorded version where that is newer.
        behind: The newest release renders differently with this repo's answers.
        changes: Paths that it would render differently.
        drifts: Standard files that differ from the recorded version.
        answers: Warnings about the version and the answers on record, and what the newest release
            makes of them: questions that are new, and answers that it drops.
        vendored: Wheels that the repo needs and that are missing or not right.
        others: Answers files of other projects and templates in PATH, which were not looked at.
        code: Tasks or migrations of the template that the update runs, for which it asks for trust.
        kept: What the repo keeps on purpose, as `.modelyard.toml` says: no drift.
    """

    recorded: str
    newest: str
    behind: bool
    changes: tuple[str, ...]
    drifts: tuple[Drift, ...]
    answers: tuple[Notice, ...]
    vendored: tuple[Vendored, ...] = ()
    others: tuple[str, ...] = ()
    code: str = ""
    kept: tuple[KeptEntry, ...] = ()

    def ok(self, strict: bool) -> bool:
        """Nothing is behind, missed or not to install; strictly, nothing was edited either."""
        missed = any(drift.kind is DriftKind.MISSED for drift in self.drifts)
        missed |= any(one.reason is NoticeReason.VERSION_MOVES for one in self.answers)
        odd = any(one.reason in _AMISS for one in self.answers)
        edited = strict and (self.drifts or odd)
        return not (self.behind or missed or self.vendored or edited)
