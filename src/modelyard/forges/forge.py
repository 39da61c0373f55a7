"""Where repos and their pull or merge requests are: GitHub, GitLab, or folders on this machine.

The fleet speaks to a `Forge` and never asks which one it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from modelyard.forges.accounts import Account
from modelyard.forges.credentials import SecretFile
from modelyard.forges.described import Described
from modelyard.forges.issues import Issues
from modelyard.forges.merging import MergeAnswer, MergeBy, Merging
from modelyard.forges.people import People
from modelyard.forges.signing import SigningKeys
from modelyard.forges.token_store import VARIABLES
from modelyard.gitrepo.environment import Reach


class ForgeKind(StrEnum):
    """Which forge it is."""

    GITHUB = "github"
    GITLAB = "gitlab"
    LOCAL = "local"


# In which variables each kind looks for its token; the first that is set counts.
TOKENS: Mapping[ForgeKind, tuple[str, ...]] = {kind: VARIABLES[kind] for kind in ForgeKind}


READ_ONLY = "no permission to push"
NO_API_SIGNS = 'sign = "api" in [bot] of fleet.toml is for GitHub; elsewhere git signs: "git"'
# What holds a request back where a forge has no drafts: they tell, and the status blocks where a
# protected branch requires it.
HOLD_LABEL = "do-not-merge"
HOLD_STATUS = "modelyard"


class PullRequestState(StrEnum):
    """What has become of a pull or merge request."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


class Checks(StrEnum):
    """What CI says of a commit; NONE where nothing has checked it."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"
    NONE = "none"


class Review(Described):
    """What reviewers say of an open request; UNKNOWN where no review is asked for, or none told."""

    APPROVED = "approved", "approved"
    CHANGES_REQUESTED = "changes_requested", "changes requested"
    REQUIRED = "review_required", "review required"
    UNKNOWN = "", ""


@dataclass(frozen=True)
class Repository:
    """A repository on a forge.

    Attributes:
        name: Its full name, such as "team/churn".
        branch: Its default branch; "" where it has no commit yet.
        head: The commit of the default branch, where the forge says so cheaply; else "".
        topics: Topics or tags, for selecting.
        problem: Why it cannot be worked on, for people: "archived", "no permission to push"; else
            "". Whether there is one is all that anything decides on.
        fork: It was forked from another one.
        read_only: The problem is no more than that the token may not push there.
        unreadable: The problem is an error: it should have been looked at, and could not be.
    """

    name: str
    branch: str
    head: str = ""
    topics: Sequence[str] = ()
    problem: str = ""
    fork: bool = False
    read_only: bool = False
    unreadable: bool = False

    def __post_init__(self) -> None:
        """Refuse what a forge must not answer.

        Raises:
            TypeError: A name is none.
        """
        _refuse_others(str, self.name, self.branch, self.head, *self.topics)


@dataclass(frozen=True)
class PullRequest:
    """A pull or merge request.

    Attributes:
        number: What the forge numbers it by within the repo.
        url: Where a person looks at it.
        branch: Its source branch.
        head: The commit of the source branch.
        state: Open, merged or closed.
        draft: It is not to be merged yet.
        held: It is no draft by the forge, which has none there, but held back in its place.
        title: Its title.
        body: Its text.
        opened: When it was opened, with a time zone.
        ended: When it was merged or closed.
        author: The account that opened it, where the forge has accounts.
        own: It was opened by the account of our token.
        fork: Its source branch is in another repository.
        target: The branch that it goes into.
        review: What its reviewers say.
        merging: Whether the forge is going to merge it by itself.
    """

    number: int
    url: str
    branch: str
    head: str
    state: PullRequestState
    draft: bool
    title: str
    body: str
    opened: datetime
    ended: datetime | None = None
    author: str = ""
    own: bool = False
    fork: bool = False
    target: str = ""
    review: Review = Review.UNKNOWN
    held: bool = False
    merging: Merging = Merging.NO

    def __post_init__(self) -> None:
        """Refuse what a forge must not answer: what works with it would find out too late.

        Raises:
            TypeError: A number or a text is none, or a time has no time zone.
        """
        _refuse_others(int, self.number)
        _refuse_others(
            str, self.url, self.branch, self.head, self.title, self.body, self.author, self.target
        )
        if any(when.tzinfo is None for when in (self.opened, self.ended) if when):
            raise TypeError("a time without a time zone")


def _refuse_others(kind: type, *values: object) -> None:
    if not all(type(value) is kind for value in values):
        raise TypeError(f"something else where a {kind.__name__} belongs")


@dataclass(frozen=True)
class Changes:
    """A commit as the API of a forge takes it.

    Attributes:
        base: Its parent.
        message: Its message.
        additions: What is in files, new or changed, by their paths; in base64.
        deletions: The paths of files that go.
    """

    base: str
    message: str
    additions: Mapping[str, str]
    deletions: Sequence[str]


@dataclass(frozen=True)
class Remote:
    """How git reaches a repository.

    Attributes:
        url: Without a login.
        env: What git's environment needs beside it; where `login` is None, a header with the token
            may be in it. Secret.
        login: A file of git's configuration with that header, which git must inherit.
    """

    url: str
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    login: SecretFile | None = field(default=None, repr=False)

    @property
    def files(self) -> tuple[int, ...]:
        """The open files that git must inherit."""
        return (self.login.descriptor,) if self.login else ()

    @property
    def reach(self) -> Reach:
        """Whom git may reach: the hooks of a folder are run by git with what it sees itself."""
        here = "://" not in self.url or self.url.startswith("file://")
        return Reach.FOLDER if here else Reach.FORGE


class Forge(Protocol):
    """What a fleet needs of a forge. Each method may raise `modelyard.errors.ModelyardError`.

    Attributes:
        has_ci: Something may check commits there, so that waiting for it makes sense.
        address: Where it is; "" for a folder of this machine.
        longest_text: So many characters may the text of a request have.
    """

    has_ci: bool
    address: str
    longest_text: int

    def signing_keys(self) -> SigningKeys:
        """Return what the fleet signs with; `NotReady` where there is no key that lasts."""

    def repositories(self) -> Sequence[Repository]:
        """Return all repositories of the owner, by name."""

    def repository(self, name: str) -> Repository:
        """Return one repository; `Unreachable` where there is none.

        Where it was renamed or transferred, the name of today is found by the one of before.
        """

    def remote(self, repository: Repository) -> Remote:
        """Return how git reaches a repository, for reading and for pushing."""

    def pull_requests(
        self, repository: Repository, label: str, branch: str = ""
    ) -> Sequence[PullRequest]:
        """Return the pull requests that carry a label, whoever opened them, newest first.

        Ended ones from a branch too, where one is named: anybody may take a label away. An open
        one is found, and labelled again, by `open`.
        """

    def open(
        self,
        repository: Repository,
        branch: str,
        title: str,
        body: str,
        *,
        draft: bool,
        label: str,
        target: str = "",
        hold: bool = False,
        head: str = "",
    ) -> PullRequest:
        """Open a pull request to a branch; "" is the default branch.

        An open one there is returned, and labelled if it is our own. Where the forge has no drafts,
        it is held back instead; with `hold` that is known, and nobody asks for a draft. `head` is
        the commit of the branch: what holds a request back is on it before there is a request.
        """

    def edit(
        self, repository: Repository, request: PullRequest, *, title: str, body: str, draft: bool
    ) -> PullRequest:
        """Change the title and body of a pull request, and whether it can be merged.

        With `request.held` it was held back, even where somebody has taken the label away.
        """

    def ask(self, repository: Repository, request: PullRequest, people: People) -> Sequence[str]:
        """Ask people to review a request and assign it; return whom it does not take, and why.

        Who is there already stays. Nobody is asked to review their own.
        """

    def merge(self, repository: Repository, request: PullRequest, by: MergeBy) -> MergeAnswer:
        """Merge a pull request without a person, at the commit that `request` has, and no other.

        Where the forge's rules ask for more first, it is to merge it by itself then; where there is
        a queue, that does. What is refused is no error, and the answer says why.
        """

    def stop_merging(self, repository: Repository, request: PullRequest) -> bool:
        """Take back what our account has asked by `merge`, and tell whether it had.

        What somebody else asked stays.
        """

    def comment(self, repository: Repository, request: PullRequest, text: str) -> None:
        """Say something of a pull request, once: not again where it has been said."""

    def close(
        self, repository: Repository, request: PullRequest, comment: str, body: str | None = None
    ) -> bool:
        """Close a pull request with a comment; a new body is written in the same step.

        False where somebody, or the forge by itself, has merged it in between.
        """

    def closed_by(self, repository: Repository, request: PullRequest) -> Account | None:
        """Return who closed a pull request last; None where the forge does not tell."""

    def is_used(self, repository: Repository, branch: str) -> bool:
        """Tell whether an open pull request, anybody's, goes out of a branch or into it."""

    def checks(self, repository: Repository, request: PullRequest) -> Checks:
        """Return what CI says of a pull request as it is now."""

    def branch_checks(self, repository: Repository, branch: str) -> Checks:
        """Return what CI says of the newest commit of a branch."""

    def commit_signed(self, repository: Repository, branch: str, changes: Changes) -> None:
        """Make a branch at the parent, and on it a commit that the forge signs.

        `NotReady` where it signs none. A branch of that name begins anew.
        """

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Delete a branch that `commit_signed` made; it may be gone."""

    def issues(self, repository: Repository) -> Issues:
        """Return the issues of a repository."""
