"""GitHub, public or enterprise. Reads by GraphQL, one query each; writes by REST."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import github
import requests
from github.GithubObject import NotSet
from github.PullRequest import PullRequest as GithubPullRequest

from modelyard.forges import (
    credentials,
    github_commits,
    github_connections,
    github_drafts,
    github_merging,
    github_people,
    github_queries,
    github_shapes,
    listings,
    signing,
)
from modelyard.forges.accounts import Account
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.edits import refuse_edited
from modelyard.forges.forge import (
    HOLD_STATUS,
    TOKENS,
    Changes,
    Checks,
    ForgeKind,
    PullRequest,
    Remote,
    Repository,
)
from modelyard.forges.github_errors import translated
from modelyard.forges.github_issues import GithubIssues
from modelyard.forges.github_retry import GithubBoundedRetry
from modelyard.forges.http_errors import HttpErrors
from modelyard.forges.merging import MergeAnswer, MergeBy
from modelyard.forges.pace import Budget, Pace
from modelyard.forges.people import People

_PUBLIC = "https://github.com"


def open_github(
    owner: str, url: str | None, env: Mapping[str, str], options: ClientOptions
) -> "GitHub":
    """Return the GitHub of an owner.

    Raises:
        NotReady: There is no token.
        Usage: The address is none.
    """
    scopes = "read and write contents and pull requests, and read checks and statuses"
    token = credentials.token(env, *TOKENS[ForgeKind.GITHUB], scopes=scopes)
    base = credentials.host(url or _PUBLIC).removesuffix("/api/v3")
    if base in {"https://api.github.com", "https://www.github.com"}:
        base = _PUBLIC
    return GitHub(owner, base, token, env, options)


class GitHub:
    """A `Forge`."""

    has_ci = True
    longest_text = 65_536

    def __init__(
        self,
        owner: str,
        base: str,
        token: credentials.Token,
        env: Mapping[str, str],
        options: ClientOptions,
    ) -> None:
        self._owner, self._base, self._token, self._options = owner, base, token, options
        self.address = base
        self._keys = signing.keys(env, token)
        login = credentials.git_login(base, token.basic("x-access-token"), options.timeout, env)
        # Kept as what does not show it.
        self._remote = Remote(base, *login)
        self._pace = Pace(f"{base} {token.value}", _budget(base, options), options)
        self._errors = HttpErrors(base, token, lambda: self._pace.held)
        # A client of PyGithub keeps the request it is at: no two threads can share one.
        self._clients = threading.local()

    def __repr__(self) -> str:
        return f"GitHub({self._owner!r}, {self._base!r})"

    def signing_keys(self) -> signing.SigningKeys:
        """Return what the fleet signs with.

        Raises:
            NotReady: There is no key that lasts.
        """
        return self._keys.usable()

    def repositories(self) -> Sequence[Repository]:
        """Return all repositories of the owner, by name."""
        what = f"the repositories of {self._owner}"
        with translated(self._errors, what):
            asked = {"login": self._owner}
            nodes = self._nodes(github_queries.REPOSITORIES, "repositoryOwner", asked, what)
            found = listings.repositories(nodes, github_shapes.repository, "nameWithOwner")
            return sorted(found, key=lambda repository: repository.name)

    def repository(self, name: str) -> Repository:
        """Return one repository.

        Raises:
            Unreachable: There is none, or the token may not see it.
        """
        with translated(self._errors, name):
            found = self._query(github_queries.REPOSITORY, "repository", _named(name), name)
            return github_shapes.repository(found)

    def remote(self, repository: Repository) -> Remote:
        """Return how git reaches a repository."""
        return replace(self._remote, url=f"{self._base}/{repository.name}.git")

    def pull_requests(
        self, repository: Repository, label: str, branch: str = ""
    ) -> Sequence[PullRequest]:
        """Return the pull requests that carry a label, or from a branch; newest first."""
        asked = {**_named(repository.name), "label": label, "branch": branch, "named": bool(branch)}
        with translated(self._errors, repository.name):
            nodes = self._nodes(github_queries.PULL_REQUESTS, "repository", asked, repository.name)
            found = [self._with_apps(github_shapes.pull_request(node)) for node in nodes]
            return sorted({one.number: one for one in found}.values(), key=lambda one: -one.number)

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
        target = target or repository.branch
        own = True
        with translated(self._errors, repository.name):
            repo = self._client.get_repo(repository.name)
            create = partial(repo.create_pull, target, branch, title=title, body=body)
            try:
                if draft and hold and head:
                    # A run may be cut off behind the next call, and then it could be merged.
                    github_drafts.warn(repo, head)
                pull = create(draft=draft and not hold)
            except github.GithubException as error:
                if error.status != 422:
                    raise
                of_branch = f"{repository.name.partition('/')[0]}:{branch}"
                known = repo.get_pulls("open", head=of_branch, base=target)
                there = next((one for one in known if _is_of(one, repository)), None)
                if there:
                    pull, own = there, bool(there.user) and there.user.login == self._account
                elif draft and not hold:
                    # It may have no drafts: asked without one it tells, in no words of its own.
                    github_drafts.warn(repo, head or repo.get_branch(branch).commit.sha)
                    pull, hold = create(), True
                else:
                    raise
            if own and draft and hold:
                # In one step: without the one nobody holds it back, without the other it is lost.
                github_drafts.hold(repo, pull, label)
            elif own and draft:
                hold = github_drafts.change(repo, pull, draft=True, known_held=False)
            if own and label not in {one.name for one in pull.labels}:
                pull.add_to_labels(label)
            made = github_shapes.pull_request_of_rest(pull, own)
            return replace(made, draft=True, held=True) if own and draft and hold else made

    def edit(
        self, repository: Repository, request: PullRequest, *, title: str, body: str, draft: bool
    ) -> PullRequest:
        """Change the title and body of a pull request, and whether it can be merged."""
        if (request.title, request.body, request.draft) == (title, body, draft):
            return request
        with translated(self._errors, repository.name):
            repo = self._client.get_repo(repository.name)
            pull = repo.get_pull(request.number)
            refuse_edited(request, github_shapes.pull_request_of_rest(pull, True), title, body)
            # A run that is cut off here is continued by what the text still says.
            known = request.held
            held = github_drafts.change(repo, pull, draft=draft, known_held=known)
            if (pull.title, pull.body or "") != (title, body):
                pull.edit(title=title, body=body)
            made = github_shapes.pull_request_of_rest(pull, request.own)
            return replace(made, draft=draft, held=held)

    def ask(self, repository: Repository, request: PullRequest, people: People) -> Sequence[str]:
        """Ask people to review a pull request and assign it; return whom GitHub does not take."""
        with translated(self._errors, repository.name):
            repo = self._client.get_repo(repository.name)
            owner = repository.name.partition("/")[0]
            return github_people.ask(repo.get_pull(request.number), owner, people)

    def merge(self, repository: Repository, request: PullRequest, by: MergeBy) -> MergeAnswer:
        """Merge a pull request, put it in the queue, or turn auto-merge on."""
        with translated(self._errors, repository.name):
            return github_merging.merge(self._asked(repository, request), by, self._options.sleep)

    def stop_merging(self, repository: Repository, request: PullRequest) -> bool:
        """Turn auto-merge off, or take it out of the queue, where our account asked for it."""
        with translated(self._errors, repository.name):
            asked = self._asked(repository, request)
            return github_merging.stop(asked, lambda account: account == self._account)

    def _asked(self, repository: Repository, request: PullRequest) -> github_merging.Asked:
        requester = self._client.requester

        def send(query: str, asked: dict[str, Any]) -> dict[str, Any]:
            data: dict[str, Any] = requester.graphql_query(query, asked)[1]["data"]
            return data

        name = repository.name
        return github_merging.Asked(self._client.get_repo(name), name, request, send)

    def comment(self, repository: Repository, request: PullRequest, text: str) -> None:
        """Comment on a pull request; what is said already is not said again."""
        with translated(self._errors, repository.name):
            self._comment(self._client.get_repo(repository.name).get_pull(request.number), text)

    def close(
        self, repository: Repository, request: PullRequest, comment: str, body: str | None = None
    ) -> bool:
        """Close a pull request with a comment; what is done already is not done again."""
        with translated(self._errors, repository.name):
            pull = self._client.get_repo(repository.name).get_pull(request.number)
            if pull.merged_at:
                return False
            if body is not None:
                now = github_shapes.pull_request_of_rest(pull, request.own)
                refuse_edited(request, now, now.title, body)
            self._comment(pull, comment)
            # Of one that was merged since it answers as of one that it has closed.
            pull.edit(state="closed", body=NotSet if body is None else body)
            return pull.merged_at is None

    def _comment(self, pull: GithubPullRequest, comment: str) -> None:
        try:
            self._comment_once(pull, comment)
        except (requests.RequestException, github.GithubException):
            # It may have arrived all the same: look before sending it again.
            self._comment_once(pull, comment)

    def _comment_once(self, pull: GithubPullRequest, comment: str) -> None:
        if comment and all(said.body != comment for said in pull.get_issue_comments()):
            pull.create_issue_comment(comment)

    def closed_by(self, repository: Repository, request: PullRequest) -> Account | None:
        """Return who closed a pull request last; None where GitHub does not tell."""
        name = repository.name
        with translated(self._errors, name):
            asked = {**_named(name), "number": request.number}
            found = self._query(github_queries.CLOSED_BY, "repository", asked, name)
            events = found["pullRequest"]["timelineItems"]["nodes"]
            closer = github_shapes.account(events[-1]["actor"]) if events else ""
            return Account(closer, closer == self._account) if closer else None

    def is_used(self, repository: Repository, branch: str) -> bool:
        """Tell whether an open pull request goes out of a branch or into it."""
        name = repository.name
        with translated(self._errors, name):
            asked = {**_named(name), "branch": branch}
            found = self._query(github_queries.BRANCH_USES, "repository", asked, name)
            # One from a fork has a branch of its own that may be called so.
            out_of = [one for one in found["out_of"]["nodes"] if not one["isCrossRepository"]]
            return bool(out_of or found["into"]["nodes"])

    def checks(self, repository: Repository, request: PullRequest) -> Checks:
        """Return what checks and statuses together say of the head of a pull request."""
        name = repository.name
        with translated(self._errors, name):
            asked = {**_named(name), "oid": request.head, "ours": HOLD_STATUS}
            found = self._query(github_queries.CHECKS, "repository", asked, name)["object"] or {}
            if not (found.get("status") or {}).get("context"):
                return github_shapes.checks(found.get("statusCheckRollup"))
            # Ours holds a request back, and says nothing of the commit.
            found = self._query(github_queries.CHECKS_BESIDE_OURS, "repository", asked, name)
            return github_shapes.checks_beside_ours(found["object"])

    def commit_signed(self, repository: Repository, branch: str, changes: Changes) -> None:
        """Make a branch at the parent of a commit, and let GitHub make and sign that commit."""
        with translated(self._errors, repository.name):
            repo = self._client.get_repo(repository.name)
            query = self._client.requester.graphql_query
            github_commits.commit(repo, query, repository.name, branch, changes)

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Delete a branch that `commit_signed` made."""
        with translated(self._errors, repository.name):
            repo = self._client.get_repo(repository.name)
            github_commits.delete(repo, branch)

    def branch_checks(self, repository: Repository, branch: str) -> Checks:
        """Return what checks and statuses together say of the newest commit of a branch."""
        name = repository.name
        with translated(self._errors, name):
            asked = {**_named(name), "ref": f"refs/heads/{branch}", "ours": HOLD_STATUS}
            found = self._query(github_queries.BRANCH_CHECKS, "repository", asked, name)["ref"]
            commit = found["target"] if found else {}
            # Ours is there where a request was merged without a commit of its own.
            if (commit.get("status") or {}).get("context"):
                return github_shapes.checks_beside_ours(commit)
            return github_shapes.checks(commit.get("statusCheckRollup"))

    def issues(self, repository: Repository) -> GithubIssues:
        """Return the issues of a repository."""
        return GithubIssues(
            repository,
            self._nodes,
            lambda: self._client,
            lambda: self._account,
            self._errors,
        )

    @cached_property
    def _account(self) -> str:
        """The account of the token; of an app's installation it ends in `[bot]`."""
        found = self._query(github_queries.VIEWER, "viewer", {}, "the account of the token")
        return str(found["login"])

    def _with_apps(self, request: PullRequest) -> PullRequest:
        """Return a request that is our own too where an app's installation opened it."""
        if request.own or not request.author.endswith("[bot]"):
            return request
        return replace(request, own=request.author == self._account)

    @property
    def _client(self) -> github.Github:
        if not hasattr(self._clients, "client"):
            github_connections.hold_to(_api(self._base))
            self._clients.client = github.Github(
                auth=github.Auth.Token(self._token.value),
                base_url=_api(self._base),
                timeout=self._options.timeout,
                verify=self._options.verify,
                user_agent="modelyard",
                per_page=self._options.page,
                retry=GithubBoundedRetry.of(self._options, self._pace),
                seconds_between_requests=0,
                seconds_between_writes=0,
                lazy=True,
            )
        return self._clients.client

    def _query(self, query: str, root: str, asked: dict[str, Any], what: str) -> dict[str, Any]:
        found = self._client.requester.graphql_query(query, asked)[1]["data"][root]
        if found is None:
            raise self._errors.missing(what)
        return found

    def _nodes(
        self, query: str, root: str, asked: dict[str, Any], what: str
    ) -> Iterator[dict[str, Any]]:
        asked = {**asked, "page": self._options.page, "after": None}
        while True:
            owner = self._query(query, root, asked, what)
            for found in owner.values():
                yield from filter(None, found["nodes"])
            (listing,) = (found for found in owner.values() if "pageInfo" in found)
            if not listing["pageInfo"]["hasNextPage"]:
                return
            asked["after"] = listing["pageInfo"]["endCursor"]


def _budget(base: str, options: ClientOptions) -> Budget:
    """Return how much may be written: by default what GitHub documents of its public place.

    There it also asks for a second between writes. An enterprise server sets its own limits.
    """
    a_minute, an_hour, apart = (80, 500, 1.0) if base == _PUBLIC else (None, None, 0.0)
    return Budget.of(
        options.writes_a_minute or a_minute,
        options.writes_an_hour or an_hour,
        apart,
        options.parts,
    )


def _is_of(pull: GithubPullRequest, repository: Repository) -> bool:
    """Tell whether the branch of a request is in the repository itself, and in no fork of it."""
    return pull.head.repo is not None and pull.head.repo.full_name == repository.name


def _named(name: str) -> dict[str, Any]:
    owner, _, own = name.partition("/")
    return {"owner": owner, "name": own}


def _api(base: str) -> str:
    if base == _PUBLIC:
        return "https://api.github.com"
    # A company's own place on GitHub's cloud has its API on a host of its own.
    if base.endswith(".ghe.com"):
        return base.replace("://", "://api.", 1)
    return f"{base}/api/v3"
