"""What `--json` prints of a fleet, as types: the docs and their schemas are written from these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from modelyard.check.kept import KeptEntry
from modelyard.fleet.attention import Attention
from modelyard.fleet.gates import Gate
from modelyard.fleet.left_open import LeftOpen
from modelyard.fleet.marks import Doubted
from modelyard.fleet.model import Observation, Result
from modelyard.fleet.next_step import NextStep
from modelyard.fleet.overview import Overview
from modelyard.fleet.pause import Pause
from modelyard.fleet.report.data import WaveCounts
from modelyard.fleet.states import Action, Outcome, RepoState
from modelyard.forges.forge import Review
from modelyard.forges.merging import Merging
from modelyard.merged import Conflict
from modelyard.update.result import Change


@dataclass(frozen=True)
class PullRequest:
    """The newest request for the version."""

    url: str
    state: str
    draft: bool
    review: Review
    merging: Merging


@dataclass(frozen=True)
class RepoFound:
    """What was found in a repo, and what is to do there; see `Observation` and `Result`."""

    name: str
    wave: str
    state: RepoState
    action: Action
    version: str
    behind: int
    edited: tuple[str, ...]
    kept: tuple[KeptEntry, ...]
    checks: str
    detail: str
    conflicts: tuple[Conflict, ...]
    changes: Mapping[str, Change]
    request: PullRequest | None
    doubted: tuple[Doubted, ...]
    owner: str
    left_open: tuple[LeftOpen, ...]

    @classmethod
    def of(cls, one: Result) -> "RepoFound":
        """Return what a run that does not act has found."""
        seen = one.seen or Observation(one.name, one.wave, one.state)
        request, update = seen.request, seen.update
        return cls(
            one.name,
            one.wave,
            one.state,
            one.action,
            seen.version,
            seen.behind,
            tuple(seen.edited),
            seen.kept,
            seen.checks,
            one.detail,
            update.conflicts if update else (),
            update.changes if update else {},
            PullRequest(request.url, request.state, request.draft, request.review, request.merging)
            if request
            else None,
            one.doubted,
            seen.owner,
            one.left_open,
        )


def found(results: Sequence[Result]) -> tuple[RepoFound, ...]:
    """Return what was found in each repo."""
    return tuple(RepoFound.of(one) for one in results)


@dataclass(frozen=True)
class RepoDone:
    """What was done in a repo; see `Result`."""

    name: str
    wave: str
    state: RepoState
    action: Action
    outcome: Outcome
    detail: str
    url: str
    conflicts: tuple[str, ...]
    doubted: tuple[Doubted, ...]
    left_open: tuple[LeftOpen, ...]

    @classmethod
    def of(cls, one: Result) -> "RepoDone":
        """Return what a run has done."""
        return cls(**{field.name: getattr(one, field.name) for field in fields(cls)})


@dataclass(frozen=True)
class Status:
    """What `status` prints: what needs a person is first, here as everywhere."""

    version: str
    paused: Pause | None
    next_step: NextStep
    attention: tuple[Attention, ...]
    waves: tuple[WaveCounts, ...]
    gates: tuple[Gate, ...]
    repos: tuple[RepoFound, ...]
    exit_code: int

    @classmethod
    def of(cls, overview: Overview) -> "Status":
        """Return how a fleet stands."""
        data = overview.data
        return cls(
            data.version,
            data.paused,
            data.next_step,
            data.attention,
            data.waves,
            data.gates,
            found(overview.results),
            3 if data.attention else 0,
        )


@dataclass(frozen=True)
class Plan:
    """What `plan` prints."""

    repos: tuple[RepoFound, ...]
    needs_a_person: int


@dataclass(frozen=True)
class PlanNext:
    """What `plan --next` prints."""

    version: str
    open: tuple[str, ...]
    wave: str | None
    canary: bool
    gates: tuple[Gate, ...]
    unfinished: tuple[str, ...]
    repos: tuple[RepoFound, ...]
    exit_code: int


@dataclass(frozen=True)
class Withdrawn:
    """What `withdraw` prints."""

    version: str
    since: str
    why: str
    way_on: str
    merged: tuple[str, ...]
    repos: tuple[RepoDone, ...]
    exit_code: int


@dataclass(frozen=True)
class Rollout:
    """What `rollout`, `retry` and `refresh` print."""

    wave: str | None
    gates: tuple[Gate, ...]
    repos: tuple[RepoDone, ...]
    exit_code: int
