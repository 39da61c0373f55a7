"""What a report says of a fleet: plain values, computed by `collect`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from modelyard.check.kept import KeptEntry
from modelyard.fleet import foreign
from modelyard.fleet.attention import Attention
from modelyard.fleet.gates import Gate
from modelyard.fleet.marks import Doubted
from modelyard.fleet.next_step import NextStep
from modelyard.fleet.pause import Pause
from modelyard.fleet.states import RepoState, Trait
from modelyard.forges.forge import Review
from modelyard.forges.merging import Merging


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
        owner: Who answers for it; "" where that is unknown.
        review: What reviewers say of the open request.
        merging: Whether the forge is going to merge it by itself.
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
    owner: str = ""
    review: Review = Review.UNKNOWN
    merging: Merging = Merging.NO


@dataclass(frozen=True)
class WaveCounts:
    """How many repos of a wave are in which state.

    Attributes:
        name: The wave; "" for repos that are in none.
        total: How many repos it has.
        counts: How many of them are in which state, without zeros.
    """

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
        review: What its reviewers say.
        merging: Whether the forge is going to merge it by itself.
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
    review: Review = Review.UNKNOWN
    merging: Merging = Merging.NO


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
class FleetFacts:
    """What a report needs to know beside what was found in the repos.

    Attributes:
        paused: That the fleet is paused, if it is.
        withdrawn: Versions that have been withdrawn, each with the reason.
        tag_prefix: What stands before the version in each tag of the template that is one.
        file: The fleet.toml, where it is not the usual one.
        to: The version, where it was asked for.
    """

    paused: Pause | None = None
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    tag_prefix: str = ""
    file: str = ""
    to: str = ""


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
        next_step: What the rollout as a whole waits for.
        attention: What needs a person, the most urgent first.
        paused: That the fleet is paused, if it is.
        tag_prefix: What stands before the version in each tag that is one.
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
    next_step: NextStep
    attention: tuple[Attention, ...]
    paused: Pause | None = None
    tag_prefix: str = ""

    @property
    def members(self) -> tuple[RepoLine, ...]:
        """Repos of this template."""
        return tuple(one for one in self.repos if Trait.OUTSIDE not in one.state.traits)

    @property
    def candidates(self) -> tuple[RepoLine, ...]:
        """Repos without an answers file."""
        return tuple(one for one in self.repos if one.state is RepoState.CANDIDATE)

    @property
    def foreign(self) -> Mapping[str, Sequence[str]]:
        """Repos of other templates, by the address that they have on record."""
        return foreign.by_source(self.repos)

    @property
    def not_updated(self) -> tuple[RepoLine, ...]:
        """Repos that could not be merged or reached, each with its message."""
        return tuple(one for one in self.repos if Trait.NOT_UPDATED in one.state.traits)
