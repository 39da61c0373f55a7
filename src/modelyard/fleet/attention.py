"""What needs a person, the most urgent first: why, whose repo it is, and what to type next.

The page, the terminal, `--json` and the dashboard all begin with this list.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from modelyard.fleet.model import Observation
from modelyard.fleet.states import RepoState, Trait
from modelyard.forges.forge import Checks, PullRequestState, Review

# A request that is ready is somebody's turn; after so many days somebody is reminded of it.
STALE_DAYS = 7


class Cause(StrEnum):
    """Why a repo needs a person, the most urgent first; `text` is for people."""

    text: str

    def __new__(cls, value: str, text: str) -> Self:
        """Make a member whose value stands in JSON, with a text for people."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.text = text
        return made

    @property
    def label(self) -> str:
        """The value as it is shown."""
        return self.value.replace("_", " ").replace("ci ", "CI ")

    WITHDRAWN = "withdrawn", "it merged a version that has been withdrawn"
    REVERTED = "reverted", "it merged the version and took it back: ask why before others get it"
    DEFAULT_BRANCH_RED = "default_branch_red", "CI of its default branch fails since the merge"
    CI_RED = "ci_red", "CI of the request fails"
    CONFLICT = "conflict", "a file to decide"
    CHANGES_REQUESTED = "changes_requested", "a reviewer asks for changes"
    IN_THE_WAY = "in_the_way", "a branch or a request of somebody else is in the way"
    UNWORKABLE = "unworkable", "its wave waits for its request, and nobody can work on the repo"
    BROKEN = "broken", "its answers file cannot be read"
    REFUSED = "refused", "it cannot be merged with the version"
    FAILED = "failed", "it was not reached, or there was an error"
    OTHER = "other", "it stands still until somebody looks"
    DOUBTED = "doubted", "a request that does not count, or whose mark does not"
    LEFT_OPEN = "left_open", "a request for another version is somebody's by now"
    STALE = "stale", f"its request is ready, and open for {STALE_DAYS} days or more"


@dataclass(frozen=True)
class Attention:
    """A repo that needs a person.

    Attributes:
        repo: The repo.
        owner: Who answers for it, by its CODEOWNERS or its answer `owner`; "" where unknown.
        wave: Its wave.
        cause: Why.
        why: The same in a sentence, with what is known of this repo.
        command: What to type next; "" where a person looks at the request first.
        url: Where a person looks at it; "" where there is no request.
    """

    repo: str
    owner: str
    wave: str
    cause: Cause
    why: str
    command: str
    url: str


@dataclass(frozen=True)
class Commands:
    """What somebody types next, about the same fleet and version.

    Attributes:
        version: The wanted version.
        file: The fleet.toml, where it is not the usual one.
        to: The version, where it was asked for.
    """

    version: str
    file: str = ""
    to: str = ""

    def fleet(self, verb: str) -> str:
        """Return a command that is about the version."""
        return self.about_all(verb) + (f" --to {shlex.quote(self.to)}" if self.to else "")

    def about_all(self, verb: str) -> str:
        """Return a command that is about the fleet as a whole, or names another version."""
        file = f" --file {shlex.quote(self.file)}" if self.file else ""
        return f"modelyard fleet {verb}{file}"

    def clone(self, seen: Observation, then: str = "", branch: str = "") -> str:
        """Return a command that gets a member's branch, and then another one in its folder."""
        # A member is called `team/mono@release/1.x:models/a`; no branch has a colon in its name.
        top, _, project = seen.name.partition(":")
        repo, _, target = top.partition("@")
        branch = branch or target
        folder = repo.rpartition("/")[2] or repo
        on = f"--branch {shlex.quote(branch)} " if branch else ""
        inside = shlex.quote(f"{folder}/{project}" if project else folder)
        more = f" && cd {inside} && {then}" if then else ""
        return f"git clone {on}{shlex.quote(seen.address or repo)} {shlex.quote(folder)}{more}"


@dataclass(frozen=True)
class _Need:
    cause: Cause
    why: str = ""
    command: str = ""
    url: str = ""


def needs(
    observations: Sequence[Observation],
    commands: Commands,
    now: datetime,
    withdrawn: Mapping[str, str] | None = None,
) -> tuple[Attention, ...]:
    """Return what needs a person: a repo once, with what is most urgent there.

    Args:
        observations: What was found in each repo, in any order.
        commands: What somebody types next.
        now: The present, with a time zone.
        withdrawn: Versions that have been withdrawn, each with the reason.
    """
    order = list(Cause)
    found = []
    for seen in observations:
        every = _all(seen, commands, now, withdrawn or {})
        if not every and Trait.NEEDS_A_PERSON in seen.state.traits:
            every = [_Need(Cause.OTHER, seen.detail or seen.state.text)]
        if every:
            need = min(every, key=lambda one: order.index(one.cause))
            found.append(_attention(seen, need))
    return tuple(sorted(found, key=lambda one: (order.index(one.cause), one.repo)))


def _attention(seen: Observation, need: _Need) -> Attention:
    url = need.url or (seen.request.url if seen.request else "")
    why = need.why or need.cause.text
    return Attention(seen.name, seen.owner, seen.wave, need.cause, why, need.command, url)


def _all(
    seen: Observation, commands: Commands, now: datetime, withdrawn: Mapping[str, str]
) -> list[_Need]:
    if seen.state is RepoState.PROBLEM:
        return _of_the_unworkable(seen, commands)
    return [
        *_after_the_merge(seen, commands, withdrawn),
        *_of_the_request(seen, commands, now),
        *_of_the_repo(seen, commands),
    ]


def _of_the_unworkable(seen: Observation, commands: Commands) -> list[_Need]:
    if seen.open_request is None:
        return []
    why = (
        f"{seen.detail}, and its wave waits for its request: leave it out with [[exempt]] in "
        "fleet.toml, and choose another repo for its wave"
    )
    return [_Need(Cause.UNWORKABLE, why, commands.fleet("plan --next"))]


def _after_the_merge(
    seen: Observation, commands: Commands, withdrawn: Mapping[str, str]
) -> list[_Need]:
    found = []
    if seen.version in withdrawn and seen.state is not RepoState.FOREIGN:
        why = f"it is on {seen.version}, which has been withdrawn: {withdrawn[seen.version]}"
        back = shlex.quote(_before(seen, withdrawn) or "OLDER")
        found.append(_Need(Cause.WITHDRAWN, why, commands.about_all(f"rollout --to {back}")))
    if seen.state is RepoState.REVERTED:
        found.append(_Need(Cause.REVERTED, command=commands.about_all('pause --why "…"')))
    if seen.branch_checks == Checks.FAILURE:
        stop = commands.about_all('pause --why "…"')
        found.append(_Need(Cause.DEFAULT_BRANCH_RED, command=stop))
    return found


def _before(seen: Observation, withdrawn: Mapping[str, str]) -> str:
    """Return the newest version that a repo came from, by its marks, and that still counts."""
    marks = (one.metadata for one in seen.requests if one.state is PullRequestState.MERGED)
    return next((m.before for m in marks if m and m.before not in withdrawn), "")


def _of_the_request(seen: Observation, commands: Commands, now: datetime) -> list[_Need]:
    request = seen.open_request
    if request is None:
        return []
    found = []
    work_on_it = commands.clone(seen, branch=request.branch)
    decided = len(seen.conflicts)
    if seen.checks == Checks.FAILURE:
        found.append(_Need(Cause.CI_RED, command=work_on_it))
    if seen.state is RepoState.DRAFT:
        files = f"{decided} {'file' if decided == 1 else 'files'} to decide: " if decided else ""
        of = "that somebody has committed to" if _is_on_top(seen) else "that a person made"
        why = f"{files}{_listed(seen.conflicts)}" if decided else f"a draft {of}: theirs to go on"
        update = f"modelyard update --to {shlex.quote(commands.version)}"
        found.append(_Need(Cause.CONFLICT, why, commands.clone(seen, update)))
    if seen.state is RepoState.WORKED_ON and request.draft:
        why = "somebody has committed to its branch, and it is a draft: theirs to mark as ready"
        found.append(_Need(Cause.OTHER, why, work_on_it))
    if request.review is Review.CHANGES_REQUESTED:
        found.append(_Need(Cause.CHANGES_REQUESTED, command=work_on_it))
    days = (now - request.opened).days
    if days >= STALE_DAYS and not request.draft:
        more = filter(None, (request.review.text, request.merging.text))
        said = "".join(f"; {text}" for text in more)
        why = f"ready, and open for {days} days{said}: remind its owner"
        found.append(_Need(Cause.STALE, why, work_on_it))
    return found


def _is_on_top(seen: Observation) -> bool:
    return bool(seen.metadata and seen.metadata.merge)


def _of_the_repo(seen: Observation, commands: Commands) -> list[_Need]:
    found = []
    version = shlex.quote(commands.version)
    retry = commands.fleet("retry")
    if seen.unread:
        found.append(_Need(Cause.FAILED, f"CI cannot be read: {seen.unread}", retry))
    if seen.somebodys:
        why = "another account has an open request from the branch of the fleet: close it"
        found.append(_Need(Cause.IN_THE_WAY, why, retry, seen.somebodys))
    elif seen.request is None and seen.tip and not seen.tip_is_bots:
        why = "a branch of the fleet's name is there that somebody else pushed: delete or rename it"
        found.append(_Need(Cause.IN_THE_WAY, why, retry))
    match seen.state:
        case RepoState.BROKEN:
            command = commands.clone(seen, "modelyard check")
            found.append(_Need(Cause.BROKEN, seen.detail, command))
        case RepoState.REFUSED:
            looks = f"modelyard update --to {version} --dry-run"
            found.append(_Need(Cause.REFUSED, seen.detail, commands.clone(seen, looks)))
        case RepoState.FAILED:
            found.append(_Need(Cause.FAILED, seen.detail, retry))
        case RepoState.REVERTED:
            pass
        case _ if seen.stopped:
            found.append(_Need(Cause.REFUSED, seen.detail, commands.clone(seen)))
    for left in seen.left_open[:1]:
        why = f"its request for {left.version} {left.text}: close it, or let its owner go on"
        found.append(_Need(Cause.LEFT_OPEN, why, commands.clone(seen), left.url))
    if seen.doubted:
        first, more = seen.doubted[0], len(seen.doubted) - 1
        why = first.text + (f", and {more} more" if more else "")
        found.append(_Need(Cause.DOUBTED, why, retry, first.url))
    return found


def _listed(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
