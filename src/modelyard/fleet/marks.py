"""Whom the fleet believes: which requests are its own, and of which the mark counts.

That a request is the fleet's is told by the forge: the account that opened it, and its branch. What
the request is about is told by its mark, if it is signed. So who may push to one repo can change
there what a request says, but not whether there is one, and nothing in any other repo.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Self

from modelyard.fleet import branches, pr_metadata
from modelyard.fleet.branches import Named
from modelyard.fleet.pr_metadata import Mark, Metadata, Place
from modelyard.forges.forge import PullRequest, PullRequestState, Repository
from modelyard.forges.signing import SigningKeys


class Doubt(Enum):
    """Why a request, or its mark, does not count; the value is the sentence for people."""

    FORK = "its branch is in a fork"
    OTHER_ACCOUNT = "another account opened it"
    OTHER_BRANCH = "its branch is not one of the fleet"
    OTHER_TARGET = "it goes into another branch than its own one says"
    NO_MEMBER = "its branch is of a branch or a project that is not in the fleet any more"
    NO_MARK = "its hidden line is gone, or broken"
    UNSIGNED = "its hidden line is not signed: by an older modelyard, or by somebody"
    OTHER_KEY = "its hidden line is signed with another key: the fleet's has changed, or somebody"
    WRONG_SIGNATURE = "its hidden line was changed, or copied from elsewhere"
    OTHER_VERSION = "its hidden line is about another version than its branch"


# With one of these it is not the fleet's request; with another, only what it says does not count.
_SOMEBODYS = {
    Doubt.FORK,
    Doubt.OTHER_ACCOUNT,
    Doubt.OTHER_BRANCH,
    Doubt.OTHER_TARGET,
    Doubt.NO_MEMBER,
}


@dataclass(frozen=True)
class FleetRequest(PullRequest):
    """A request that carries the fleet's label, and what the fleet makes of it.

    Attributes:
        version: The version that it is about, by its branch.
        suffix: Which branch and project of its repo it is for, by its branch; see `branches`.
        metadata: What its mark says; None where that does not count.
        doubt: Why it does not.
        marked: There is a mark, whether it counts or not.
    """

    version: str = ""
    suffix: str = ""
    metadata: Metadata | None = None
    doubt: Doubt | None = None
    marked: bool = False

    @property
    def is_fleets(self) -> bool:
        """The account of the fleet opened it, on one of its branches."""
        return self.doubt not in _SOMEBODYS

    @classmethod
    def of(cls, request: PullRequest, **more: object) -> Self:
        """Return a request with what is made of it."""
        known = {field.name: getattr(request, field.name) for field in fields(PullRequest)}
        return cls(**{**known, **more})


@dataclass(frozen=True)
class Doubted:
    """A request that does not count, or whose mark does not, as it is told.

    Attributes:
        url: Where a person looks at it.
        author: Who opened it.
        doubt: Why it does not count.
    """

    url: str
    author: str
    doubt: Doubt

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        who = f" ({self.author})" if self.doubt is Doubt.OTHER_ACCOUNT and self.author else ""
        return f"{self.doubt.value}{who}"


@dataclass(frozen=True)
class Judge:
    """Judges requests.

    Attributes:
        prefix: What the fleet's branches begin with; the version follows.
        keys: What marks are signed with.
        accounts: Accounts whose requests are the fleet's too, beside that of its token.
    """

    prefix: str
    keys: SigningKeys
    accounts: Collection[str] = ()

    def judge(self, repository: Repository, requests: Sequence[PullRequest]) -> list[FleetRequest]:
        """Return what to make of each request of a repository."""
        return [self._judged(repository, one) for one in requests]

    def line(self, repository: str, branch: str, metadata: Metadata) -> str:
        """Return the mark of a request, signed."""
        return pr_metadata.line(metadata, Place(repository, branch), self.keys.signer)

    def is_own(self, request: PullRequest) -> bool:
        """Tell whether an account of the fleet opened a request."""
        return request.own or request.author in self.accounts

    def _judged(self, repository: Repository, request: PullRequest) -> FleetRequest:
        named = branches.parse(self.prefix, request.branch)
        mark = pr_metadata.find(request.body)
        doubt = self._doubt_of_request(request, named)
        if named and doubt is None:
            place = Place(repository.name, request.branch)
            doubt = self._doubt_of_mark(mark, named.version, place)
        metadata = mark.metadata if mark and doubt is None else None
        if named and doubt not in _SOMEBODYS:
            # A default branch may have been renamed since; then the mark has its name of that day.
            default = {repository.branch, metadata.target if metadata else ""}
            into = named.target == branches.into(request.target)
            if not into and (named.target or request.target not in default):
                doubt, metadata = Doubt.OTHER_TARGET, None
        return FleetRequest.of(
            request,
            version=named.version if named else "",
            suffix=named.suffix if named else "",
            metadata=metadata,
            doubt=doubt,
            marked=mark is not None,
        )

    def _doubt_of_request(self, request: PullRequest, named: Named | None) -> Doubt | None:
        if request.fork:
            return Doubt.FORK
        if not self.is_own(request):
            return Doubt.OTHER_ACCOUNT
        return None if named else Doubt.OTHER_BRANCH

    def _doubt_of_mark(self, mark: Mark | None, version: str, place: Place) -> Doubt | None:
        if mark is None:
            return Doubt.NO_MARK
        if self.keys.keys:
            if not mark.key:
                return Doubt.UNSIGNED
            key = self.keys.named(mark.key)
            if key is None:
                return Doubt.OTHER_KEY
            if not mark.is_signed_by(key, place):
                return Doubt.WRONG_SIGNATURE
        return None if mark.metadata.version == version else Doubt.OTHER_VERSION


def of_member(
    requests: Sequence[FleetRequest],
    suffix: str,
    members: Collection[str],
    first: bool,
    joined: bool = False,
) -> list[FleetRequest]:
    """Return the requests of one member of a repo.

    Args:
        requests: All of the repo.
        suffix: What follows the version in the branches of the member.
        members: The same of all members of the repo; empty where they are not known.
        first: It is the member that tells what belongs to none.
        joined: It has those of single projects of its branch as well, from before they were joined.
    """
    found = []
    for one in requests:
        of = one.suffix.partition("=")[0] if joined else one.suffix
        if (one.version and of == suffix) or (first and not one.version):
            found.append(one)
        elif first and members and of not in members:
            doubt = Doubt.NO_MEMBER if one.is_fleets else one.doubt
            found.append(replace(one, doubt=doubt, metadata=None))
    return found


def told(requests: Sequence[FleetRequest], branch: str) -> tuple[Doubted, ...]:
    """Return those in doubt that people are told of: open ones, and those of a branch."""
    return tuple(
        Doubted(one.url, one.author, one.doubt)
        for one in requests
        if one.doubt and (one.state is PullRequestState.OPEN or one.branch == branch)
    )
