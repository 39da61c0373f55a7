"""GitHub, public or enterprise. Reads by GraphQL, one query each; writes by REST."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import github
import requests
from github.GithubRetry import GithubRetry
from github.PullRequest import PullRequest

from modelyard.errors import Unreachable
from modelyard.forges import Place, Remote, Request, github_queries, hush
from modelyard.forges.github_errors import Errors
from modelyard.forges.manners import Manners
from modelyard.forges.waiting import PASSING, Pace, Patient

_PUBLIC = "https://github.com"
_READ_ONLY = ("READ", "TRIAGE")
_CHECKS = {"SUCCESS": "success", "FAILURE": "failure", "ERROR": "failure"}


class _PatientWithGithub(Patient, GithubRetry):  # type: ignore[misc]
    """Knows beside the usual that GitHub says 403 where it means "slower"."""


def open_github(owner: str, url: str | None, env: Mapping[str, str], manners: Manners) -> "GitHub":
    """Return the GitHub of an owner.

    Raises:
        NotReady: There is no token.
        Usage: The address is none.
    """
    scopes = "read and write contents and pull requests, and read checks and statuses"
    token = hush.token(env, "GITHUB_TOKEN", "GH_TOKEN", scopes=scopes)
    base = hush.host(url or _PUBLIC).removesuffix("/api/v3")
    if base in {"https://api.github.com", "https://www.github.com"}:
        base = _PUBLIC
    return GitHub(owner, base, token, env, manners)


class GitHub:
    """A `Forge`."""

    def __init__(
        self, owner: str, base: str, token: hush.Token, env: Mapping[str, str], manners: Manners
    ) -> None:
        self._owner, self._base, self._token, self._manners = owner, base, token, manners
        login = hush.git_login(base, token.basic("x-access-token"), manners.timeout, env)
        # Kept as what does not show it.
        self._remote = Remote(base, login)
        # Public GitHub asks for a second between writes; an enterprise server sets its own limits.
        between = manners.between_writes
        if between is None:
            between = 1.0 if base == _PUBLIC else 0.0
        self._pace = Pace(between, manners.sleep)
        self._errors = Errors(base, token)
        # A client of PyGithub keeps the request it is at: no two threads can share one.
        self._clients = threading.local()

    def __repr__(self) -> str:
        return f"GitHub({self._owner!r}, {self._base!r})"

    def places(self) -> Sequence[Place]:
        """Return all repositories of the owner, by name."""
        what = f"the repositories of {self._owner}"
        asked = {"login": self._owner}
        nodes = self._nodes(github_queries.PLACES, "repositoryOwner", asked, what)
        return sorted(map(_place, nodes), key=lambda place: place.name)

    def place(self, name: str) -> Place:
        """Return one repository.

        Raises:
            Unreachable: There is none, or the token may not see it.
        """
        data = self._query(github_queries.PLACE, _named(name), name)
        return _place(data["repository"])

    def remote(self, place: Place) -> Remote:
        """Return how git reaches a repository."""
        return replace(self._remote, url=f"{self._base}/{place.name}.git")

    def requests(self, place: Place, label: str) -> Sequence[Request]:
        """Return the pull requests that carry a label, open and ended, newest first."""
        asked = {**_named(place.name), "label": label}
        nodes = self._nodes(github_queries.REQUESTS, "repository", asked, place.name)
        # A fork may have a branch of the same name; its requests are not ours.
        own = (_request(node) for node in nodes if not node["isCrossRepository"])
        return sorted(own, key=lambda request: -request.number)

    def open(
        self, place: Place, branch: str, title: str, body: str, *, draft: bool, label: str
    ) -> Request:
        """Open a pull request to the default branch; an open one there is returned."""
        with self._errors.told(place.name):
            repo = self._client.get_repo(place.name)
            self._pace.write()
            try:
                pull = repo.create_pull(place.branch, branch, title=title, body=body, draft=draft)
            except github.GithubException as error:
                head = f"{place.name.partition('/')[0]}:{branch}"
                known = repo.get_pulls("open", head=head, base=place.branch)
                there = next(iter(known), None) if error.status == 422 else None
                if there is None:
                    raise
                pull = there
            if label not in {one.name for one in pull.labels}:
                self._pace.write()
                pull.add_to_labels(label)
            return _pulled(pull)

    def edit(
        self, place: Place, request: Request, *, title: str, body: str, draft: bool
    ) -> Request:
        """Change the words of a pull request, and whether it can be merged."""
        if (request.title, request.body, request.draft) == (title, body, draft):
            return request
        with self._errors.told(place.name):
            pull = self._client.get_repo(place.name).get_pull(request.number)
            self._pace.write()
            pull.edit(title=title, body=body)
            if pull.draft != draft:
                self._pace.write()
                if draft:
                    pull.convert_to_draft()
                else:
                    pull.mark_ready_for_review()
            return _pulled(pull)

    def close(self, place: Place, request: Request, comment: str) -> None:
        """Close a pull request with a word why; what is there already is not done again."""
        with self._errors.told(place.name):
            pull = self._client.get_repo(place.name).get_pull(request.number)
            try:
                self._comment(pull, comment)
            except (requests.RequestException, github.GithubException):
                # It may have been heard all the same: look again before saying it again.
                self._comment(pull, comment)
            self._pace.write()
            pull.edit(state="closed")

    def _comment(self, pull: PullRequest, comment: str) -> None:
        if comment and all(said.body != comment for said in pull.get_issue_comments()):
            self._pace.write()
            pull.create_issue_comment(comment)

    def checks(self, place: Place, commit: str) -> str:
        """Return what checks and statuses together say of a commit."""
        asked = {**_named(place.name), "oid": commit}
        found = self._query(github_queries.CHECKS, asked, place.name)["repository"]["object"]
        rollup = (found or {}).get("statusCheckRollup")
        return _CHECKS.get(rollup["state"], "pending") if rollup else "none"

    @property
    def _client(self) -> github.Github:
        if not hasattr(self._clients, "client"):
            api = "https://api.github.com" if self._base == _PUBLIC else f"{self._base}/api/v3"
            self._clients.client = github.Github(
                auth=github.Auth.Token(self._token.value),
                base_url=api,
                timeout=self._manners.timeout,
                user_agent="modelyard",
                per_page=self._manners.page,
                retry=_PatientWithGithub.of(
                    self._manners,
                    status_forcelist=list(PASSING),
                    max_rate_limit_wait=self._manners.longest,
                ),
                seconds_between_requests=0,
                seconds_between_writes=0,
                lazy=True,
            )
        return self._clients.client

    def _query(self, query: str, asked: dict[str, Any], what: str) -> dict[str, Any]:
        with self._errors.told(what):
            answer = self._client.requester.graphql_query(query, asked)[1]
            if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
                raise LookupError("no data")
            return answer["data"]

    def _nodes(
        self, query: str, root: str, asked: dict[str, Any], what: str
    ) -> Iterator[dict[str, Any]]:
        asked = {**asked, "page": self._manners.page, "after": None}
        while True:
            owner = self._query(query, asked, what)[root]
            if owner is None:
                raise Unreachable(
                    f"{what}: not there, or the token in {self._token} may not see it",
                    "check the name, and what the token has access to",
                )
            (listing,) = owner.values()
            yield from filter(None, listing["nodes"])
            if not listing["pageInfo"]["hasNextPage"]:
                return
            asked["after"] = listing["pageInfo"]["endCursor"]


def _named(name: str) -> dict[str, Any]:
    owner, _, own = name.partition("/")
    return {"owner": owner, "name": own}


def _place(node: dict[str, Any]) -> Place:
    default = node["defaultBranchRef"]
    problem = ""
    if node["isArchived"]:
        problem = "archived"
    elif node["isDisabled"] or node["isLocked"]:
        problem = "locked"
    elif node["isEmpty"] or not default:
        problem = "empty"
    elif node["viewerPermission"] in _READ_ONLY:
        problem = "no permission to push"
    return Place(
        name=node["nameWithOwner"],
        branch=default["name"] if default else "",
        head=default["target"]["oid"] if default else "",
        topics=tuple(topic["topic"]["name"] for topic in node["repositoryTopics"]["nodes"]),
        problem=problem,
        fork=node["isFork"],
    )


def _request(node: dict[str, Any]) -> Request:
    ended = node["mergedAt"] or node["closedAt"]
    return Request(
        number=node["number"],
        url=node["url"],
        branch=node["headRefName"],
        head=node["headRefOid"],
        state=node["state"].lower(),
        draft=node["isDraft"],
        title=node["title"],
        body=node["body"],
        opened=datetime.fromisoformat(node["createdAt"]),
        ended=datetime.fromisoformat(ended) if ended else None,
    )


def _pulled(pull: PullRequest) -> Request:
    return Request(
        number=pull.number,
        url=pull.html_url,
        branch=pull.head.ref,
        head=pull.head.sha,
        state="merged" if pull.merged_at else pull.state,
        draft=pull.draft,
        title=pull.title,
        body=pull.body or "",
        opened=pull.created_at,
        ended=pull.merged_at or pull.closed_at,
    )
