"""GitLab, public or self-managed: projects of a group with its subgroups, or of a user."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

import gitlab
import requests

from modelyard.errors import NotReady
from modelyard.forges import (
    credentials,
    gitlab_merging,
    gitlab_people,
    gitlab_shapes,
    listings,
    signing,
)
from modelyard.forges.accounts import Account
from modelyard.forges.client_options import ClientOptions
from modelyard.forges.edits import refuse_edited
from modelyard.forges.forge import (
    NO_API_SIGNS,
    TOKENS,
    Changes,
    Checks,
    ForgeKind,
    PullRequest,
    PullRequestState,
    Remote,
    Repository,
    Review,
)
from modelyard.forges.gitlab_errors import translated
from modelyard.forges.gitlab_issues import GitlabIssues
from modelyard.forges.http_errors import HttpErrors
from modelyard.forges.merging import MergeAnswer, MergeBy
from modelyard.forges.own_address import OwnAddress
from modelyard.forges.pace import Budget, Pace
from modelyard.forges.people import People
from modelyard.forges.retry import BoundedRetry

_PUBLIC = "https://gitlab.com"
_DEVELOPER = 30


def open_gitlab(
    owner: str, url: str | None, env: Mapping[str, str], options: ClientOptions
) -> "GitLab":
    """Return the GitLab of a group or user.

    Raises:
        NotReady: There is no token.
        Usage: The address is none.
    """
    scopes = "use the API and write repositories"
    token = credentials.token(env, *TOKENS[ForgeKind.GITLAB], scopes=scopes)
    base = credentials.host(url or _PUBLIC).removesuffix("/api/v4")
    return GitLab(owner.strip("/"), base, token, env, options)


class GitLab:
    """A `Forge`."""

    has_ci = True
    longest_text = 1_000_000

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
        login = credentials.git_login(base, token.basic("oauth2"), options.timeout, env)
        # Kept as what does not show it.
        self._remote = Remote(base, *login)
        # Each GitLab sets limits of its own.
        budget = Budget.of(options.writes_a_minute, options.writes_an_hour, parts=options.parts)
        self._pace = Pace(f"{base} {token.value}", budget, options)
        self._errors = HttpErrors(base, token, lambda: self._pace.held)
        self._clients = threading.local()
        # Merge requests by branch and project; None where the owner has no list of them.
        self._by_branch: dict[str, dict[str, list[dict[str, Any]]] | None] = {}
        self._accounts: dict[str, dict[str, Any] | None] = {}

    def __repr__(self) -> str:
        return f"GitLab({self._owner!r}, {self._base!r})"

    def signing_keys(self) -> signing.SigningKeys:
        """Return what the fleet signs with.

        Raises:
            NotReady: There is no key that lasts.
        """
        return self._keys.usable()

    def repositories(self) -> Sequence[Repository]:
        """Return all projects of the group and its subgroups, or of the user, by name."""
        with translated(self._errors, f"the projects of {self._owner}"):
            owner = quote(self._owner, safe="")
            where, asked = f"/groups/{owner}/projects", {"include_subgroups": "true"}
            try:
                found = list(self._all(where, with_shared="false", **asked))
            except gitlab.GitlabHttpError as error:
                if error.response_code != 404:
                    raise
                where = f"/users/{owner}/projects"
                found = list(self._all(where))
            # A listing does not say what we may do; asking for what we may change does.
            may = {one["id"] for one in self._all(where, min_access_level=_DEVELOPER, **asked)}

            def made(one: dict[str, Any]) -> Repository:
                return gitlab_shapes.repository(one, one["id"] in may)

            repositories = list(listings.repositories(found, made, "path_with_namespace"))
        return sorted(repositories, key=lambda repository: repository.name)

    def repository(self, name: str) -> Repository:
        """Return one project.

        Raises:
            Unreachable: There is none, or the token may not see it.
        """
        with translated(self._errors, name):
            found = self._one(_path(name))
            access = [one for one in (found.get("permissions") or {}).values() if one]
            # With access by way of an invited group it says nothing; the push will tell.
            may = not access or any(one["access_level"] >= _DEVELOPER for one in access)
            return gitlab_shapes.repository(found, may)

    def remote(self, repository: Repository) -> Remote:
        """Return how git reaches a project."""
        return replace(self._remote, url=f"{self._base}/{repository.name}.git")

    def pull_requests(
        self, repository: Repository, label: str, branch: str = ""
    ) -> Sequence[PullRequest]:
        """Return the merge requests that carry a label, or from a branch; newest first."""
        with translated(self._errors, repository.name):
            where = f"{_path(repository.name)}/merge_requests"
            found = list(self._all(where, labels=label, state="all", scope="all"))
            named = self._from_branch(repository.name, branch) if branch else ()
            named = [one for one in named if one["state"] in ("merged", "closed")]
            # What was asked just now goes before what the group said.
            made = [
                self._made(one) for one in {one["iid"]: one for one in (*named, *found)}.values()
            ]
            made = [self._reviewed(where, one) if one.merging else one for one in made]
        return sorted(made, key=lambda request: -request.number)

    def _reviewed(self, where: str, request: PullRequest) -> PullRequest:
        """Return a merge request that GitLab is to merge, with what its reviewers say."""
        changes = gitlab_merging.wants_changes(
            lambda path: list(self._all(path)), f"{where}/{request.number}"
        )
        return replace(request, review=Review.CHANGES_REQUESTED) if changes else request

    def _from_branch(self, name: str, branch: str) -> Sequence[dict[str, Any]]:
        """Return the merge requests of a project from a branch, whatever their labels are.

        Asked of the group once, for all projects; of a user's projects, each is asked.
        """
        asked = {"source_branch": branch, "state": "all", "scope": "all"}
        if branch not in self._by_branch:
            owner = quote(self._owner, safe="")
            by_project: dict[str, list[dict[str, Any]]] = {}
            try:
                for one in self._all(f"/groups/{owner}/merge_requests", **asked):
                    project = one["references"]["full"].rpartition("!")[0]
                    by_project.setdefault(project, []).append(one)
                self._by_branch[branch] = by_project
            except gitlab.GitlabAuthenticationError:
                raise
            except (gitlab.GitlabError, LookupError, TypeError, AttributeError):
                # What one project has may break the answer for all: then each is asked on its own.
                self._by_branch[branch] = None
        listed = self._by_branch[branch]
        if listed is not None:
            return listed.get(name, ())
        return list(self._all(f"{_path(name)}/merge_requests", **asked))

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
        """Open a merge request to a branch; an open one there is returned."""
        where = f"{_path(repository.name)}/merge_requests"
        asked = {"source_branch": branch, "target_branch": target or repository.branch}
        words = {"title": gitlab_shapes.titled(title, draft), "description": body, "labels": label}
        with translated(self._errors, repository.name):
            try:
                return self._made(self._write("post", where, {**asked, **words}))
            except gitlab.GitlabHttpError as error:
                there = None
                if error.response_code == 409:
                    known = self._all(where, state="opened", **asked)
                    there = next((one for one in known if not self._made(one).fork), None)
                if there is None:
                    raise
            if self._made(there).own and label not in there["labels"]:
                there = self._write("put", f"{where}/{there['iid']}", {"add_labels": label})
            return self._made(there)

    def edit(
        self, repository: Repository, request: PullRequest, *, title: str, body: str, draft: bool
    ) -> PullRequest:
        """Change the title and body of a merge request, and whether it can be merged."""
        if (request.title, request.body, request.draft) == (title, body, draft):
            return request
        where = f"{_path(repository.name)}/merge_requests/{request.number}"
        words = {"title": gitlab_shapes.titled(title, draft)}
        if request.body != body:
            # GitLab runs quick actions in what is written, for whoever writes it.
            words["description"] = body
        with translated(self._errors, repository.name):
            refuse_edited(request, self._made(self._one(where)), title, body)
            return self._made(self._write("put", where, words))

    def ask(self, repository: Repository, request: PullRequest, people: People) -> Sequence[str]:
        """Ask people to review a merge request and assign it; return whom GitLab does not take."""
        where = f"{_path(repository.name)}/merge_requests/{request.number}"

        def write(data: dict[str, Any]) -> dict[str, Any]:
            return self._write("put", where, data)

        with translated(self._errors, repository.name):
            return gitlab_people.ask(self._one(where), people, self._named, write)

    def _named(self, name: str) -> dict[str, Any] | None:
        """Return the account of a name; None where there is none."""
        if name not in self._accounts:
            self._accounts[name] = next(self._all("/users", username=name), None)
        return self._accounts[name]

    def merge(self, repository: Repository, request: PullRequest, by: MergeBy) -> MergeAnswer:
        """Merge a merge request, put it on a merge train, or turn auto-merge on."""
        with translated(self._errors, repository.name):
            return gitlab_merging.merge(self._asked(repository, request), by, self._options.sleep)

    def stop_merging(self, repository: Repository, request: PullRequest) -> bool:
        """Turn auto-merge off, or take it off its train, where our account asked for it."""
        with translated(self._errors, repository.name):
            return gitlab_merging.stop(self._asked(repository, request), self._account)

    def _asked(self, repository: Repository, request: PullRequest) -> gitlab_merging.Asked:
        which = (_path(repository.name), request.number, request.head, request.target)
        return gitlab_merging.Asked(*which, self._one, lambda p: list(self._all(p)), self._write)

    def comment(self, repository: Repository, request: PullRequest, text: str) -> None:
        """Comment on a merge request; what is said already is not said again."""
        with translated(self._errors, repository.name):
            self._comment(f"{_path(repository.name)}/merge_requests/{request.number}", text)

    def close(
        self, repository: Repository, request: PullRequest, comment: str, body: str | None = None
    ) -> bool:
        """Close a merge request with a comment; what is done already is not done again."""
        where = f"{_path(repository.name)}/merge_requests/{request.number}"
        with translated(self._errors, repository.name):
            now = self._made(self._one(where))
            if now.state is PullRequestState.MERGED:
                return False
            if body is not None:
                refuse_edited(request, now, now.title, body)
            self._comment(where, comment)
            words = {} if body is None else {"description": body}
            done = self._made(self._write("put", where, {"state_event": "close", **words}))
            return done.state is not PullRequestState.MERGED

    def closed_by(self, repository: Repository, request: PullRequest) -> Account | None:
        """Return who closed a merge request last; None where GitLab does not tell."""
        with translated(self._errors, repository.name):
            where = f"{_path(repository.name)}/merge_requests/{request.number}"
            found = self._one(where).get("closed_by")
            return Account(found["username"], found["id"] == self._account) if found else None

    def is_used(self, repository: Repository, branch: str) -> bool:
        """Tell whether an open merge request goes out of a branch or into it."""
        where = f"{_path(repository.name)}/merge_requests"
        with translated(self._errors, repository.name):
            into = self._all(where, state="opened", scope="all", target_branch=branch)
            out_of = self._all(where, state="opened", scope="all", source_branch=branch)
            return any(into) or any(not self._made(one).fork for one in out_of)

    def checks(self, repository: Repository, request: PullRequest) -> Checks:
        """Return what the pipeline of a merge request says of its newest commit.

        A pipeline of merged results ran on a commit of its own: the branch, merged with its target.
        """
        project = _path(repository.name)
        with translated(self._errors, repository.name):
            asked = self._one(f"{project}/merge_requests/{request.number}")
            pipeline = asked.get("head_pipeline")
            if pipeline and self._is_of(project, pipeline["sha"], request.head):
                return gitlab_shapes.checks(pipeline)
            # After a push it is, for a while or for ever, the one of the commit before.
            return gitlab_shapes.checks(self._newest_pipeline(project, sha=request.head))

    def _is_of(self, project: str, ran_on: str, head: str) -> bool:
        """Tell whether a pipeline is about a commit: it ran on it, or on a merge of it."""
        if ran_on == head:
            return True
        try:
            return head in self._one(f"{project}/repository/commits/{ran_on}")["parent_ids"]
        except gitlab.GitlabHttpError as error:
            if error.response_code != 404:
                raise
            return False

    def branch_checks(self, repository: Repository, branch: str) -> Checks:
        """Return what the newest pipeline says of the newest commit of a branch.

        Raises:
            Unreachable: The token may not read that; where CI/CD is off there is none.
        """
        project, ref = _path(repository.name), quote(branch, safe="")
        with translated(self._errors, repository.name):
            try:
                return gitlab_shapes.checks(self._one(f"{project}/pipelines/latest?ref={ref}"))
            except gitlab.GitlabHttpError as error:
                if error.response_code not in (403, 404):
                    raise
            # So it says that there is none, and also that the token may not read it: a list that
            # may be read tells which, and then whether one is of the newest commit.
            if self._newest_pipeline(project, ref=branch) is None:
                return Checks.NONE
            try:
                tip = self._one(f"{project}/repository/branches/{ref}")["commit"]["id"]
            except gitlab.GitlabHttpError as error:
                if error.response_code != 404:
                    raise
                return Checks.NONE
            return gitlab_shapes.checks(self._newest_pipeline(project, ref=branch, sha=tip))

    def _newest_pipeline(self, project: str, **asked: str) -> dict[str, Any] | None:
        """Return the newest pipeline; None where there is none, and where CI/CD is off."""
        try:
            found = self._all(f"{project}/pipelines", order_by="id", sort="desc", **asked)
            return next(found, None)
        except gitlab.GitlabHttpError as error:
            if error.response_code != 403:
                raise
            if self._one(project).get("builds_access_level") != "disabled":
                raise
            return None

    def commit_signed(self, repository: Repository, branch: str, changes: Changes) -> None:
        """Refuse: GitLab signs no commit of others.

        Raises:
            NotReady: Always.
        """
        raise NotReady(NO_API_SIGNS)

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Do nothing: no branch was made."""

    def issues(self, repository: Repository) -> GitlabIssues:
        """Return the issues of a project."""
        where = f"{_path(repository.name)}/issues"
        return GitlabIssues(
            repository, where, self._all, self._write, lambda: self._account, self._errors
        )

    @cached_property
    def _account(self) -> int:
        """The number of the account of the token."""
        return int(self._one("/user")["id"])

    def _made(self, found: dict[str, Any]) -> PullRequest:
        return gitlab_shapes.pull_request(found, self._account)

    def _comment(self, where: str, comment: str) -> None:
        try:
            self._comment_once(where, comment)
        except (requests.RequestException, gitlab.GitlabError):
            # It may have arrived all the same: look before sending it again.
            self._comment_once(where, comment)

    def _comment_once(self, where: str, comment: str) -> None:
        if comment and all(said["body"] != comment for said in self._all(f"{where}/notes")):
            self._write("post", f"{where}/notes", {"body": comment})

    @property
    def _client(self) -> gitlab.Gitlab:
        if not hasattr(self._clients, "client"):
            made = gitlab.Gitlab(
                self._base,
                oauth_token=self._token.value,
                timeout=self._options.timeout,
                ssl_verify=self._options.verify,
                per_page=self._options.page,
                user_agent="modelyard",
                keep_base_url=True,
            )
            adapter = OwnAddress(self._base, max_retries=BoundedRetry.of(self._options, self._pace))
            made.session.mount("https://", adapter)
            made.session.mount("http://", adapter)
            self._clients.client = made
        return self._clients.client

    def _one(self, where: str) -> dict[str, Any]:
        found = self._client.http_get(where, obey_rate_limit=False)
        if not isinstance(found, dict):
            raise LookupError("no object")
        return found

    def _all(self, where: str, **asked: Any) -> Iterator[dict[str, Any]]:
        client = self._client
        found = client.http_list(where, asked, iterator=True, obey_rate_limit=False)
        return iter(found)

    def _write(self, method: str, where: str, data: dict[str, Any]) -> dict[str, Any]:
        send = self._client.http_post if method == "post" else self._client.http_put
        answer = send(where, post_data=data, obey_rate_limit=False)
        if not isinstance(answer, dict):
            raise LookupError("no merge request")
        return answer


def _path(name: str) -> str:
    return f"/projects/{quote(name, safe='')}"
