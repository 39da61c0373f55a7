"""A member of the fleet, what is known of it, and what came of a visit, as types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from modelyard.check.kept import KeptEntry
from modelyard.fleet import branches
from modelyard.fleet.left_open import LeftOpen
from modelyard.fleet.marks import Doubted, FleetRequest
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.states import Action, Outcome, RepoState, Trait
from modelyard.forges.forge import Checks, PullRequestState, Repository
from modelyard.update.result import UpdateResult


@dataclass(frozen=True)
class Told:
    """What the forge told of a repo a moment ago: enough for who looks, not for who writes.

    Attributes:
        judged: All requests there with the fleet's label or branch, newest first, judged; where
            a survey told it, without their texts.
        checks: What CI says of those that are open, by their address, as far as that was asked.
    """

    judged: Sequence[FleetRequest]
    checks: Mapping[str, Checks] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """What gets a request of its own: a repo, a further branch of it, or a project in it.

    Attributes:
        repository: The repo.
        wave: The wave that the repo is in; "" where it is in none.
        target: The branch that requests go into; "" for the default branch.
        project: What the project is called within the repo: its folder; "" at the top.
        answers_file: Its answers file by its path from the top; "" for the one at the top.
        first: It is the first one of its repo, which tells what belongs to none of them.
        suffixes: Those of all members of the repo; empty where they are not known.
        reach: How far its wave reaches in the order of the repos; see `waves`.
        joined: It is all projects of its branch, which have one request together.
        told: What this run was told of its repo already.
    """

    repository: Repository
    wave: str
    target: str = ""
    project: str = ""
    answers_file: str = ""
    first: bool = True
    suffixes: frozenset[str] = frozenset()
    reach: str = ""
    joined: bool = False
    told: Told | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its name for people: `team/mono`, `team/mono@release/1.x`, `team/mono:models/a`."""
        return f"{self.repository.name}{self.within}"

    @property
    def within(self) -> str:
        """What it is within its repo: `@release/1.x`, `:models/a`, or ""."""
        target = f"@{self.target}" if self.target else ""
        return f"{target}:{self.project}" if self.project else target

    @property
    def suffix(self) -> str:
        """What follows the version in the names of its branches."""
        return branches.suffix(self.target, self.project)

    @property
    def goes_into(self) -> str:
        """The name of the branch that its requests go into."""
        return self.target or self.repository.branch


@dataclass(frozen=True)
class Observation:
    """What was found in a repo, and of its requests.

    Attributes:
        name: The repo.
        wave: The wave that it is in; "" where it is in none.
        reach: How far that wave reaches in the order of the repos; see `waves`.
        repository: The repo that it is of.
        state: What it comes to.
        wanted: The version that is rolled out.
        version: The version on its default branch.
        detail: Why it is exempt, a problem, refused or failed.
        update: What the update would do, where it was merged.
        request: The newest request of the fleet there that is about the wanted version.
        requests: All requests of the fleet there, newest first.
        doubted: Requests there that do not count, or whose marks do not.
        somebodys: An open request from the wanted version's branch that is somebody else's.
        branch: The branch of its request for the wanted version.
        left_open: Requests for other versions that nobody but a person closes.
        in_use: Branches of the repo from which anybody has an open request that is known.
        tips: The commits of the branches of the repo, as far as they were asked for.
        head: The commit of the branch that it goes into.
        tip: The commit of the wanted version's branch; "" where there is none.
        tip_is_bots: Whether the bot made that commit, as far as it was looked at.
        behind: Releases between the version on record and the wanted one.
        edited: Standard files that differ from the render of the recorded version.
        kept: What the repo keeps on purpose, as its `.modelyard.toml` says.
        checks: What CI says of the open request; "" where nobody asked.
        branch_checks: What CI says of the branch that it was merged into; "" where nobody asked.
        unread: Why CI was asked for and could not be read; else "".
        unchecked: Nothing has checked the open request in the time that it had for it.
        address: Where git gets it, without a login.
        owner: Who answers for it, where somebody wants to see it; "" where that is unknown.
        merges: Requests for the version may be merged without a person.
        joined: It is of all projects of its branch, which have one request together.
        stopped: Some of these are not in the request until a person has looked.
    """

    name: str
    wave: str
    state: RepoState
    wanted: str = ""
    version: str = ""
    detail: str = ""
    update: UpdateResult | None = None
    request: FleetRequest | None = None
    requests: Sequence[FleetRequest] = ()
    doubted: tuple[Doubted, ...] = ()
    somebodys: str = ""
    left_open: tuple[LeftOpen, ...] = ()
    in_use: frozenset[str] = frozenset()
    tips: Mapping[str, str] = field(default_factory=dict)
    branch: str = ""
    head: str = ""
    tip: str = ""
    tip_is_bots: bool = True
    behind: int = 0
    edited: Sequence[str] = ()
    kept: tuple[KeptEntry, ...] = ()
    checks: str = ""
    branch_checks: str = ""
    unread: str = ""
    unchecked: bool = False
    address: str = ""
    owner: str = ""
    reach: str = ""
    repository: str = ""
    merges: bool = False
    joined: bool = False
    stopped: bool = False

    def __post_init__(self) -> None:
        """Where nothing else is said, it is of the repo that it is called after."""
        object.__setattr__(self, "repository", self.repository or self.name)

    @property
    def open_request(self) -> FleetRequest | None:
        """The request for the wanted version, while it is open."""
        return (
            self.request if self.request and self.request.state is PullRequestState.OPEN else None
        )

    @property
    def metadata(self) -> Metadata | None:
        """What the mark of the request for the wanted version says; None where it counts not."""
        return self.request.metadata if self.request else None

    @property
    def waits_for_ci(self) -> bool:
        """Whether the open request is a draft of the bot's until CI of its commit is green."""
        request, known = self.open_request, self.metadata
        return bool(request and known and request.draft and known.waits_for_ci)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Files that a person has to decide: by today's merge, or by what the open request says."""
        if self.update:
            return tuple(dict.fromkeys(one.path for one in self.update.conflicts))
        return self.metadata.conflicts if self.open_request and self.metadata else ()


@dataclass(frozen=True)
class JoinedProject:
    """A project of several that have one request together.

    Attributes:
        member: What it would be as a member of its own.
        seen: What was found of it; its paths begin at the top of the repo.
        is_in: It is in the request.
    """

    member: Member
    seen: Observation
    is_in: bool = False

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return self.member.project or "the top"

    @property
    def why(self) -> str:
        """Why it is not in the request."""
        state = self.seen.state
        return f"{state.label}: {self.seen.detail or state.text}"


@dataclass(frozen=True)
class Result:
    """What a run decided and did in one repo.

    Attributes:
        name: The repo.
        wave: Its wave.
        state: What was found.
        action: What was to do.
        outcome: What was done.
        detail: Why, where there is something to say.
        url: The request.
        conflicts: Files that a person has to decide there.
        doubted: Requests there that do not count, or whose marks do not.
        left_open: Requests for other versions that nobody but a person closes.
        seen: All that was found, where the run does not act: it is large.
        stopped: Some projects are not in its request until a person has looked.
    """

    name: str
    wave: str
    state: RepoState
    action: Action = Action.NOTHING
    outcome: Outcome = Outcome.NOTHING
    detail: str = ""
    url: str = ""
    conflicts: tuple[str, ...] = ()
    doubted: tuple[Doubted, ...] = ()
    left_open: tuple[LeftOpen, ...] = ()
    seen: Observation | None = None
    stopped: bool = False

    @classmethod
    def of(
        cls,
        seen: Observation,
        action: Action,
        outcome: Outcome = Outcome.NOTHING,
        detail: str = "",
    ) -> Self:
        """Return a result for an observation."""
        url = seen.request.url if seen.request else ""
        if detail not in seen.detail:
            detail = "; ".join(filter(None, (detail, seen.detail)))
        else:
            detail = seen.detail
        found = (seen.name, seen.wave, seen.state, action, outcome, detail, url)
        told = (seen.conflicts, seen.doubted, seen.left_open)
        return cls(*found, *told, stopped=seen.stopped)

    @property
    def shown(self) -> RepoState | Outcome:
        """What was done; where nothing was, the state that is the reason."""
        return self.state if self.outcome is Outcome.NOTHING else self.outcome

    @property
    def label(self) -> str:
        """The same as a terminal shows it."""
        return self.shown.label

    @property
    def needs_a_person(self) -> bool:
        """Whether nobody but a person gets any further with it; a person has declined already."""
        stopped = self.stopped or Trait.STOPPED in self.state.traits
        to_decide = bool(self.conflicts) and self.state is not RepoState.DECLINED
        return stopped or self.outcome is Outcome.FAILED or to_decide
