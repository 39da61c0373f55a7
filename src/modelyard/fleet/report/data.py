"""What a report says of a fleet: plain values, computed by `collect`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from modelyard.check.kept import KeptEntry
from modelyard.fleet.gates import Gate
from modelyard.fleet.marks import Doubted
from modelyard.fleet.model import RepoState, Trait


@dataclass(frozen=True)
class RepoLine:
    """One repo.

    Attributes:
        name: The repo.
        wave: Its wave; "" where it is in none.
        state: What was found there.
        version: The version on its default branch; "" where it is not known.
        detail: Why, where there is something to say.
        url: The newest request for the wanted version.
        age: Whole days since that request was opened, while it is open.
        conflicts: Files that a person has to decide, by today's merge.
        behind: Releases between its version and the wanted one.
        edited: Standard files that somebody changed there.
        kept: What it keeps on purpose.
        checks: What CI says of the open request: "success", "failure", "pending", "none"; ""
            where there is none, or nobody asked.
    """

    name: str
    wave: str
    state: RepoState
    version: str = ""
    detail: str = ""
    url: str = ""
    age: int | None = None
    conflicts: tuple[str, ...] = ()
    behind: int = 0
    edited: tuple[str, ...] = ()
    checks: str = ""
    kept: tuple[KeptEntry, ...] = ()


@dataclass(frozen=True)
class WaveCounts:
    """How many repos of a wave are in which state; `counts` has no zeros and sums to `total`."""

    name: str
    total: int
    counts: Mapping[RepoState, int]


@dataclass(frozen=True)
class OpenRequest:
    """An open request of the fleet, for whatever version.

    Attributes:
        repo: The repo.
        wave: Its wave.
        version: The version that it brings, by its branch.
        url: Where a person looks at it.
        age: Whole days since it was opened.
        draft: It cannot be merged yet.
        waits_for_ci: It is a draft for no other reason than that CI is not green.
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
    waits_for_ci: bool = False


@dataclass(frozen=True)
class DoubtedRequest:
    """A request that does not count, or whose mark does not, and its repo."""

    repo: str
    about: Doubted


@dataclass(frozen=True)
class FileConflicts:
    """A file that is in conflict, in which repos, and the most frequent reason."""

    path: str
    repos: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class KeptInRepos:
    """A file, or a key of one, that repos keep as their own: each repo with its entry."""

    name: str
    repos: tuple[tuple[str, KeptEntry], ...]


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
        gates: Gates over the waves that have started.
        open_requests: Open requests, oldest first.
        doubted: Requests that do not count, or whose marks do not.
        conflicts: Files in conflict, the most frequent first.
        kept: What repos keep on purpose, the most frequent first.
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
    open_requests: tuple[OpenRequest, ...]
    doubted: tuple[DoubtedRequest, ...]
    conflicts: tuple[FileConflicts, ...]
    kept: tuple[KeptInRepos, ...]
    merge_times: tuple[MergeTime, ...]
    exempt: tuple[Exempted, ...]
    expired: tuple[Exempted, ...]

    @property
    def members(self) -> tuple[RepoLine, ...]:
        """Repos of this template."""
        return tuple(one for one in self.repos if Trait.OUTSIDE not in one.state.traits)

    @property
    def candidates(self) -> tuple[RepoLine, ...]:
        """Repos without an answers file."""
        return tuple(one for one in self.repos if one.state is RepoState.CANDIDATE)

    @property
    def not_updated(self) -> tuple[RepoLine, ...]:
        """Repos that could not be merged or reached, each with its message."""
        return tuple(one for one in self.repos if Trait.NOT_UPDATED in one.state.traits)
