"""Repositories in a folder of this machine: the forge that needs no server.

Each repository stores its pull requests itself, one JSON object a line, in its git folder. One is
merged as soon as the default branch contains it, whoever merged it in whatever way.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from modelyard.errors import NotReady, Unreachable, Usage
from modelyard.forges import local_pull_requests, signing
from modelyard.forges.accounts import Account
from modelyard.forges.edits import refuse_edited
from modelyard.forges.forge import (
    NO_API_SIGNS,
    READ_ONLY,
    Changes,
    Checks,
    PullRequest,
    PullRequestState,
    Remote,
    Repository,
)
from modelyard.forges.local_git import (
    arrival,
    contains,
    default_branch,
    git_dir,
    is_repository,
    tip,
    without_head,
)
from modelyard.forges.local_issues import LocalIssues
from modelyard.forges.local_pull_requests import StoredPullRequest
from modelyard.forges.merging import MergeAnswer, MergeBy
from modelyard.forges.moments import moment
from modelyard.forges.people import People, not_reached
from modelyard.gitrepo.git import GitError

_DEPTH = 2


class Local:
    """A `Forge`.

    Args:
        folder: What the repositories are in: bare ones and clones, at most two levels down.
        env: Where a key is, if one is given.

    Raises:
        Usage: There can be no such folder.
    """

    has_ci = False
    address = ""
    longest_text = 1_000_000

    def __init__(self, folder: str, env: Mapping[str, str] = MappingProxyType({})) -> None:
        try:
            self._folder = Path(folder).expanduser().resolve()
        except (RuntimeError, ValueError, OSError) as error:
            raise Usage(f"{folder!r} is no folder: {error}", 'owner = "FOLDER"') from None
        self._keys = signing.keys(env, None)

    def __repr__(self) -> str:
        return f"Local({str(self._folder)!r})"

    def signing_keys(self) -> signing.SigningKeys:
        """Return what the fleet signs with: a key that is given, else none.

        A folder has no accounts: whoever may write it is believed.

        Raises:
            NotReady: The key that is given is too short.
        """
        return self._keys.usable()

    def repositories(self) -> Sequence[Repository]:
        """Return all repositories of the folder, by name."""
        if not self._folder.is_dir():
            raise Unreachable(
                f"{self._folder} is not a folder", "name the folder of the repositories"
            )
        found = [self._listed(folder) for folder in _repositories(self._folder, _DEPTH)]
        return sorted(found, key=lambda repository: repository.name)

    def repository(self, name: str) -> Repository:
        """Return one repository.

        Raises:
            Unreachable: There is none.
        """
        return self._repository(self._folder_of(name))

    def remote(self, repository: Repository) -> Remote:
        """Return how git reaches a repository."""
        return Remote(str(self._folder_of(repository.name)))

    def pull_requests(
        self, repository: Repository, label: str, branch: str = ""
    ) -> Sequence[PullRequest]:
        """Return the pull requests that carry a label, or from a branch; newest first."""
        folder = self._folder_of(repository.name)
        with local_pull_requests.locked(git_dir(folder)) as stored:
            # What is seen is stored: a branch may be gone by the next time.
            stored[:] = [_current(folder, one) for one in stored]
            found = [_request(folder, one) for one in stored if _is_asked(one, label, branch)]
        return sorted(found, key=lambda request: -request.number)

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
        """Open a pull request to a branch; an open one there is returned."""
        folder = self._folder_of(repository.name)
        with local_pull_requests.locked(git_dir(folder)) as stored:
            for number, one in enumerate(stored):
                now = _current(folder, one)
                if (one.branch, one.target) == (
                    branch,
                    target,
                ) and now.state == PullRequestState.OPEN:
                    labels = tuple(dict.fromkeys((*one.labels, label)))
                    stored[number] = replace(now, labels=labels)
                    return _request(folder, stored[number])
            now_at = tip(folder, branch)
            if not now_at:
                raise Unreachable(f"{repository.name} has no branch {branch}", "push it first")
            if contains(folder, target or default_branch(folder), now_at):
                raise Unreachable(f"{repository.name}: {branch} brings nothing new", "")
            made = StoredPullRequest(
                number=1 + max((one.number for one in stored), default=0),
                branch=branch,
                head=now_at,
                title=title,
                body=body,
                draft=draft,
                labels=(label,),
                opened=_now(),
                target=target,
            )
            stored.append(made)
            return _request(folder, made)

    def edit(
        self, repository: Repository, request: PullRequest, *, title: str, body: str, draft: bool
    ) -> PullRequest:
        """Change the title and body of a pull request, and whether it can be merged."""
        folder = self._folder_of(repository.name)
        with local_pull_requests.locked(git_dir(folder)) as stored:
            at = local_pull_requests.index(stored, repository.name, request.number)
            now = _current(folder, stored[at])
            refuse_edited(request, _request(folder, now), title, body)
            stored[at] = replace(now, title=title, body=body, draft=draft)
            return _request(folder, stored[at])

    def ask(self, repository: Repository, request: PullRequest, people: People) -> Sequence[str]:
        """Return that nobody was asked: folders have no accounts."""
        names = dict.fromkeys((*people.reviewers, *people.assignees))
        return [not_reached("asked", list(names), "a folder has no accounts")]

    def merge(self, repository: Repository, request: PullRequest, by: MergeBy) -> MergeAnswer:
        """Return that it is not merged: a folder has no CI, so nothing there is ever green."""
        return MergeAnswer(why="a folder merges nothing by itself")

    def stop_merging(self, repository: Repository, request: PullRequest) -> bool:
        """Do nothing: nothing was asked."""
        return False

    def comment(self, repository: Repository, request: PullRequest, text: str) -> None:
        """Comment on a pull request; what is said already is not said again."""
        folder = self._folder_of(repository.name)
        with local_pull_requests.locked(git_dir(folder)) as stored:
            at = local_pull_requests.index(stored, repository.name, request.number)
            stored[at] = _commented(_current(folder, stored[at]), text)

    def close(
        self, repository: Repository, request: PullRequest, comment: str, body: str | None = None
    ) -> bool:
        """Close a pull request with a comment."""
        folder = self._folder_of(repository.name)
        with local_pull_requests.locked(git_dir(folder)) as stored:
            at = local_pull_requests.index(stored, repository.name, request.number)
            now = _current(folder, stored[at])
            if now.state == PullRequestState.MERGED:
                return False
            if body is not None:
                refuse_edited(request, _request(folder, now), now.title, body)
            now = _commented(now, comment)
            if now.state == PullRequestState.OPEN:
                now = replace(now, state=PullRequestState.CLOSED, ended=_now())
            stored[at] = now if body is None else replace(now, body=body)
            return True

    def closed_by(self, repository: Repository, request: PullRequest) -> Account | None:
        """Return that nobody knows: folders have no accounts."""
        return None

    def is_used(self, repository: Repository, branch: str) -> bool:
        """Tell whether an open pull request goes out of a branch or into it."""
        folder = self._folder_of(repository.name)
        with local_pull_requests.locked(git_dir(folder)) as stored:
            now = [_current(folder, one) for one in stored if branch in (one.branch, one.target)]
        return any(one.state == PullRequestState.OPEN for one in now)

    def checks(self, repository: Repository, request: PullRequest) -> Checks:
        """Return that nothing checked it: folders have no CI."""
        return Checks.NONE

    def branch_checks(self, repository: Repository, branch: str) -> Checks:
        """Return that nothing checked it: folders have no CI."""
        return Checks.NONE

    def commit_signed(self, repository: Repository, branch: str, changes: Changes) -> None:
        """Refuse: A folder signs no commit of others.

        Raises:
            NotReady: Always.
        """
        raise NotReady(NO_API_SIGNS)

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Do nothing: no branch was made."""

    def issues(self, repository: Repository) -> LocalIssues:
        """Return the issues of a repository."""
        return LocalIssues(git_dir(self._folder_of(repository.name)))

    def _folder_of(self, name: str) -> Path:
        for folder in (self._folder / name, self._folder / f"{name}.git"):
            inside = folder.resolve().is_relative_to(self._folder)
            if inside and folder != self._folder and is_repository(folder):
                return folder
        raise Unreachable(f"{name}: not in {self._folder}", "check the name and the folder")

    def _listed(self, folder: Path) -> Repository:
        """Return a repository of the folder; one that is broken is no problem of the others."""
        try:
            return self._repository(folder)
        except (GitError, OSError, ValueError):
            words = "git cannot read it"
            return Repository(self._name(folder), branch="", problem=words, unreadable=True)

    def _name(self, folder: Path) -> str:
        relative = folder.relative_to(self._folder)
        # A clone beside the bare repository of the same name: the clone has the shorter name.
        short = relative.with_suffix("") if relative.suffix == ".git" else relative
        return str(relative if is_repository(self._folder / short) else short)

    def _repository(self, folder: Path) -> Repository:
        name = self._name(folder)
        branch = default_branch(folder)
        head = tip(folder, branch)
        problem = "" if head else without_head(folder, branch)
        if head and not os.access(git_dir(folder), os.W_OK):
            problem = READ_ONLY
        return Repository(
            name=name,
            branch=branch if head else "",
            head=head,
            problem=problem,
            read_only=problem == READ_ONLY,
        )


def _current(folder: Path, one: StoredPullRequest) -> StoredPullRequest:
    """Return a pull request as it is now: people push, merge and delete branches with git alone."""
    if one.state != PullRequestState.OPEN:
        return one
    into = one.target or default_branch(folder)
    now = tip(folder, one.branch)
    for head in filter(None, (now, one.head)):
        if contains(folder, into, head):
            ended = arrival(folder, into, head)
            return replace(one, head=head, state=PullRequestState.MERGED, ended=ended)
    if now:
        return replace(one, head=now)
    return replace(one, state=PullRequestState.CLOSED, ended=_now())


def _is_asked(one: StoredPullRequest, label: str, branch: str) -> bool:
    is_over = one.state != PullRequestState.OPEN
    return label in one.labels or (is_over and one.branch == branch)


def _commented(one: StoredPullRequest, comment: str) -> StoredPullRequest:
    comments = (*one.comments, comment) if comment else one.comments
    return replace(one, comments=tuple(dict.fromkeys(comments)))


def _request(folder: Path, one: StoredPullRequest) -> PullRequest:
    return PullRequest(
        number=one.number,
        url=f"{folder.as_uri()}#{one.number}",
        branch=one.branch,
        head=one.head,
        state=one.state,
        draft=one.draft,
        title=one.title,
        body=one.body,
        opened=moment(one.opened),
        ended=moment(one.ended) if one.ended else None,
        own=True,
        target=one.target or default_branch(folder),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _repositories(folder: Path, depth: int) -> Iterator[Path]:
    for inner in sorted(folder.iterdir()):
        if inner.name.startswith(".") or not inner.is_dir() or inner.is_symlink():
            continue
        if is_repository(inner):
            yield inner
        elif depth > 1:
            yield from _repositories(inner, depth - 1)
