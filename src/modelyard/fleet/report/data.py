"""What a report tells of a fleet: plain values, computed by `collect`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

# Where a repo stands, in the order of the bars. Every repo has exactly one of these.
STANDINGS = {
    "current": "nothing left to update",
    "open": "request open, ready to merge",
    "draft": "request open, a person has to decide",
    "undone": "merged, and not on the default branch any more",
    "declined": "request closed by somebody",
    "refused": "cannot be merged with the version",
    "failed": "not reached, or an error",
    "problem": "cannot be worked on",
    "exempt": "left out until a date",
    "waiting": "behind, and no request yet",
    "candidate": "no answers file, so a candidate for adopt",
    "foreign": "made from another template",
}
# Those of the template that is rolled out: only these are counted in waves and shares.
OUTSIDE = frozenset({"candidate", "foreign"})
NEEDS_A_PERSON = frozenset({"draft", "undone", "refused", "failed"})


@dataclass(frozen=True)
class RepoLine:
    """One repo.

    Attributes:
        name: The repo.
        wave: Its wave; "" where it is in none.
        standing: A key of `STANDINGS`.
        version: The version on its default branch; "" where it is not known.
        detail: Why, where there is something to say.
        url: The newest request for the wanted version.
        age: Whole days since that request was opened, while it is open.
        conflicts: Files that a person has to decide, by today's merge.
        behind: Releases between its version and the wanted one.
        edited: Standard files that somebody changed there.
        checks: What CI says of the open request: "success", "failure", "pending", "none"; ""
            where there is none, or nobody asked.
    """

    name: str
    wave: str
    standing: str
    version: str = ""
    detail: str = ""
    url: str = ""
    age: int | None = None
    conflicts: tuple[str, ...] = ()
    behind: int = 0
    edited: tuple[str, ...] = ()
    checks: str = ""


@dataclass(frozen=True)
class WaveCounts:
    """How many repos of a wave are where; `counts` has no zeros and sums to `total`."""

    name: str
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Gate:
    """One gate over all waves that have begun; `holds` is None where nothing is measured."""

    name: str
    value: str
    limit: str
    holds: bool | None


@dataclass(frozen=True)
class Stuck:
    """An open request of the fleet, for whatever version.

    Attributes:
        repo: The repo.
        wave: Its wave.
        version: The version that it brings; "" where its hidden line is broken.
        url: Where a person looks at it.
        age: Whole days since it was opened.
        draft: It cannot be merged yet.
        conflicts: Files that a person had to decide when it was made.
        checks: What CI says, as in `RepoLine`.
    """

    repo: str
    wave: str
    version: str
    url: str
    age: int
    draft: bool
    conflicts: tuple[str, ...]
    checks: str


@dataclass(frozen=True)
class FileConflicts:
    """A file that is in conflict, in which repos, and the most frequent reason."""

    path: str
    repos: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class MergeTime:
    """Days from opening to merging, over merged requests for a version ("": for all).

    Median and p90 are nearest-rank percentiles: the smallest value that at least 50 or 90 percent
    of the values do not exceed. Requests that are still open, or were closed, are not counted.
    """

    version: str
    count: int
    median: float
    p90: float


@dataclass(frozen=True)
class AdoptionDay:
    """How many repos were on which version at the end of a day (UTC)."""

    day: date
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Exempted:
    """A repo that is left out; `until` is None where only its state says so."""

    repo: str
    reason: str
    until: date | None


@dataclass(frozen=True)
class ReportData:
    """All of a report.

    Attributes:
        template: What is rolled out, without a login.
        owner: Whose repos.
        version: The wanted version.
        now: When the fleet was looked at.
        repos: All repos, by name.
        versions: Repos by version, the newest version first.
        adoption: One entry a day on which something changed, and the present.
        waves: In the order of the settings.
        gates: Gates over the waves that have begun.
        stuck: Open requests, oldest first.
        conflicts: Files in conflict, the most frequent first.
        merge_times: All versions together first, then each, newest first.
        exempt: Repos that are left out.
        expired: Exemptions that are over.
    """

    template: str
    owner: str
    version: str
    now: datetime
    repos: tuple[RepoLine, ...]
    versions: Mapping[str, int]
    adoption: tuple[AdoptionDay, ...]
    waves: tuple[WaveCounts, ...]
    gates: tuple[Gate, ...]
    stuck: tuple[Stuck, ...]
    conflicts: tuple[FileConflicts, ...]
    merge_times: tuple[MergeTime, ...]
    exempt: tuple[Exempted, ...]
    expired: tuple[Exempted, ...]

    @property
    def members(self) -> tuple[RepoLine, ...]:
        """Repos of this template."""
        return tuple(one for one in self.repos if one.standing not in OUTSIDE)

    @property
    def candidates(self) -> tuple[RepoLine, ...]:
        """Repos without an answers file."""
        return tuple(one for one in self.repos if one.standing == "candidate")

    @property
    def troubles(self) -> tuple[RepoLine, ...]:
        """Repos that could not be merged or reached, each with its message."""
        wrong = {"refused", "failed", "problem", "undone"}
        return tuple(one for one in self.repos if one.standing in wrong)
