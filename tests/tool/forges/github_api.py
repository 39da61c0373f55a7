"""GitHub's API on the test forge: the REST calls that write, and GraphQL over its real schema."""

import base64
import functools
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import graphql

from tests.tool.forges.hosted import Hosted, Pull, git
from tests.tool.forges.serving import Answer, Asked
from tests.tool.forges.tickets import GithubTickets, of_graphql

_REPO = r"/api/v3/repos/(?P<repo>[^/]+/[^/]+)"
_NUMBER = r"/(?P<number>\d+)"
_LOST = Answer(404, {"message": "Not Found", "status": "404"})


@functools.cache
def _schema() -> graphql.GraphQLSchema:
    return graphql.build_schema(Path(__file__).with_name("github_schema.graphql").read_text())


@functools.lru_cache(64)
def _document(query: str) -> graphql.DocumentNode | list[graphql.GraphQLError]:
    try:
        document = graphql.parse(query)
    except graphql.GraphQLError as error:
        return [error]
    return graphql.validate(_schema(), document) or document


class GithubApi:
    """Answers what is asked of GitHub."""

    def __init__(self, forge: Any) -> None:
        self.forge = forge
        tickets = GithubTickets(forge)
        self.routes: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = [
            ("POST", re.compile(r"/api/graphql$"), self._graphql),
            ("GET", re.compile(rf"{_REPO}$"), self._repo),
            ("GET", re.compile(rf"{_REPO}/pulls$"), self._pulls),
            ("POST", re.compile(rf"{_REPO}/pulls$"), self._create),
            ("GET", re.compile(rf"{_REPO}/pulls{_NUMBER}$"), self._pull),
            ("PATCH", re.compile(rf"{_REPO}/pulls{_NUMBER}$"), self._edit),
            ("PUT", re.compile(rf"{_REPO}/pulls{_NUMBER}/merge$"), self._merge),
            ("POST", re.compile(rf"{_REPO}/pulls{_NUMBER}/requested_reviewers$"), self._review),
            ("POST", re.compile(rf"{_REPO}/issues{_NUMBER}/assignees$"), self._assign),
            ("POST", re.compile(rf"{_REPO}/issues$"), tickets.create),
            ("GET", re.compile(rf"{_REPO}/issues/(?P<ticket>\d+)$"), tickets.get),
            ("PATCH", re.compile(rf"{_REPO}/issues/(?P<ticket>\d+)$"), tickets.edit),
            ("POST", re.compile(rf"{_REPO}/issues{_NUMBER}/labels$"), self._label),
            ("DELETE", re.compile(rf"{_REPO}/issues{_NUMBER}/labels/.+$"), self._unlabel),
            ("GET", re.compile(rf"{_REPO}/issues{_NUMBER}/comments$"), self._comments),
            ("POST", re.compile(rf"{_REPO}/issues{_NUMBER}/comments$"), self._comment),
            ("POST", re.compile(rf"{_REPO}/git/refs$"), self._make_ref),
            ("PATCH", re.compile(rf"{_REPO}/git/refs/heads/(?P<branch>.+)$"), self._move_ref),
            ("DELETE", re.compile(rf"{_REPO}/git/refs/heads/(?P<branch>.+)$"), self._delete_ref),
            ("POST", re.compile(rf"{_REPO}/statuses/(?P<commit>\w+)$"), self._status),
        ]

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        for method, pattern, answer in self.routes:
            found = pattern.match(asked.path)
            if not found or method != asked.method:
                continue
            named = found.groupdict()
            if "repo" not in named:
                return answer(asked)
            repo = self.forge.find(named.pop("repo"))
            if repo is None:
                return _LOST
            if method != "GET" and repo.archived:
                return Answer(403, {"message": "Repository was archived so is read-only."})
            if method != "GET" and not repo.writable:
                return self._not_permitted()
            if "number" not in named:
                return answer(asked, repo, **named)
            pull = repo.pull(int(named["number"]))
            return answer(asked, repo, pull) if pull else _LOST
        return _LOST

    def _not_permitted(self) -> Answer:
        who = "integration" if self.forge.is_app else "personal access token"
        needs = {"X-Accepted-GitHub-Permissions": "pull_requests=write"}
        return Answer(403, {"message": f"Resource not accessible by {who}"}, needs)

    def _repo(self, asked: Asked, repo: Hosted) -> Answer:
        return Answer(
            data={"full_name": repo.name, "default_branch": repo.default, "archived": repo.archived}
        )

    def _pulls(self, asked: Asked, repo: Hosted) -> Answer:
        state, base = asked.query.get("state", "open"), asked.query.get("base")
        head = asked.query.get("head", "").partition(":")[2]
        found = [
            pull
            for pull in reversed(repo.pulls)
            if state in ("all", "open" if pull.state == "open" else "closed")
            and head in ("", pull.branch)
            and base in (None, pull.base)
        ]
        page, size = int(asked.query.get("page", 1)), int(asked.query.get("per_page", 30))
        shown = found[(page - 1) * size : page * size]
        links = {}
        if page * size < len(found):
            where = f"{self.forge.url}{asked.path}?state={state}&per_page={size}&page={page + 1}"
            links = {"Link": f'<{where}>; rel="next"'}
        return Answer(data=[self._shown(repo, pull) for pull in shown], headers=links)

    def _create(self, asked: Asked, repo: Hosted) -> Answer:
        data = asked.data
        if too_long := _too_long(data):
            return too_long
        with repo.lock:
            head, base = repo.tip(data["head"]), repo.tip(data["base"])
            if not head or not base:
                wrong = {"resource": "PullRequest", "field": "head" if base else "base"}
                return _invalid({**wrong, "code": "invalid"})
            there = [p for p in repo.pulls if p.branch == data["head"] and p.state == "open"]
            if any(pull.base == data["base"] for pull in there):
                owner = repo.name.partition("/")[0]
                words = f"A pull request already exists for {owner}:{data['head']}."
                return _invalid({"resource": "PullRequest", "code": "custom", "message": words})
            if repo.contains(data["base"], head):
                words = f"No commits between {data['base']} and {data['head']}"
                return _invalid({"resource": "PullRequest", "code": "custom", "message": words})
            draft = bool(data.get("draft"))
            if draft and not repo.drafts:
                # With no list of errors, unlike others of this status.
                words = "Draft pull requests are not supported in this repository."
                return Answer(422, {"message": words})
            pull = repo.open(
                data["head"],
                data["title"],
                data["body"],
                draft,
                data["base"],
                self.forge.account,
            )
        return Answer(201, self._shown(repo, pull))

    def _pull(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        return Answer(data=self._shown(repo, pull))

    def _edit(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        if too_long := _too_long(asked.data):
            return too_long
        with repo.lock:
            pull.title = asked.data.get("title", pull.title)
            pull.body = asked.data.get("body", pull.body)
            if asked.data.get("state") == "closed" and pull.state == "open":
                pull.end("closed", self.forge.account)
        return Answer(data=self._shown(repo, pull))

    def _merge(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        data = asked.data or {}
        method = data.get("merge_method", "merge")
        if not repo.may_merge:
            return self._not_permitted()
        if data.get("sha", pull.head) != pull.head:
            words = "Head branch was modified. Review and try the base branch again."
            return Answer(409, {"message": words})
        if method not in repo.methods:
            return Answer(405, {"message": f"{method.title()} is not allowed on this repository"})
        if repo.queue or (repo.needs_review and pull.review != "approved"):
            return Answer(405, {"message": "Repository rule violations found"})
        try:
            commit = repo.merge(pull.number, squash=method != "merge")
        except ValueError as error:
            return Answer(405, {"message": str(error)})
        return Answer(data={"sha": commit, "merged": True})

    def _review(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        users, teams = asked.data.get("reviewers", []), asked.data.get("team_reviewers", [])
        if pull.author in users:
            return Answer(422, {"message": "Review cannot be requested from pull request author."})
        if not set(users) <= repo.people or not set(teams) <= repo.teams or len(users + teams) > 15:
            words = "Reviews may only be requested from collaborators."
            return Answer(422, {"message": words})
        pull.reviewers = list(dict.fromkeys((*pull.reviewers, *users, *teams)))
        return Answer(201, self._shown(repo, pull))

    def _assign(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        may = [name for name in asked.data["assignees"] if name in repo.people]
        pull.assignees = list(dict.fromkeys((*pull.assignees, *may)))[:10]
        return Answer(201, self._shown(repo, pull))

    def _label(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        names = asked.data["labels"] if isinstance(asked.data, dict) else asked.data
        with repo.lock:
            repo.labels |= set(names)
            pull.labels = list(dict.fromkeys((*pull.labels, *names)))
        return Answer(data=[{"name": name} for name in pull.labels])

    def _unlabel(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        name = asked.path.rpartition("/")[2]
        if name not in pull.labels:
            return Answer(404, {"message": "Label does not exist"})
        pull.labels.remove(name)
        return Answer(data=[{"name": name} for name in pull.labels])

    def _comments(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        return Answer(data=[{"id": n, "body": said} for n, said in enumerate(pull.comments, 1)])

    def _comment(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        with repo.lock:
            pull.comments.append(asked.data["body"])
        return Answer(201, {"id": len(pull.comments), "body": asked.data["body"]})

    def _make_ref(self, asked: Asked, repo: Hosted) -> Answer:
        branch = asked.data["ref"].removeprefix("refs/heads/")
        if repo.tip(branch):
            return Answer(422, {"message": "Reference already exists"})
        return self._move_ref(asked, repo, branch, 201)

    def _move_ref(self, asked: Asked, repo: Hosted, branch: str, status: int = 200) -> Answer:
        git(repo.folder, "update-ref", f"refs/heads/{branch}", asked.data["sha"])
        return Answer(status, _ref_of(self.forge.url, repo, branch))

    def _delete_ref(self, asked: Asked, repo: Hosted, branch: str) -> Answer:
        if not repo.tip(branch):
            return Answer(422, {"message": "Reference does not exist"})
        git(repo.folder, "update-ref", "-d", f"refs/heads/{branch}")
        repo.seen()
        return Answer(204)

    def _status(self, asked: Asked, repo: Hosted, commit: str) -> Answer:
        state, context = asked.data["state"], asked.data.get("context")
        if not repo.may_write_statuses:
            return self._not_permitted()
        if context:
            repo.statuses.setdefault(commit, {})[context] = state
        else:
            repo.check(commit, state)
        return Answer(201, {"state": state})

    def _shown(self, repo: Hosted, pull: Pull) -> dict[str, Any]:
        api = f"{self.forge.url}/api/v3/repos/{repo.name}"
        merged = pull.state == "merged"
        return {
            "url": f"{api}/pulls/{pull.number}",
            "issue_url": f"{api}/issues/{pull.number}",
            "html_url": f"{self.forge.url}/{repo.name}/pull/{pull.number}",
            "node_id": f"PR_{repo.name}_{pull.number}",
            "number": pull.number,
            "state": "open" if pull.state == "open" else "closed",
            "draft": pull.draft,
            "title": pull.title,
            "body": pull.body,
            "labels": [{"name": name} for name in pull.labels],
            "user": {"login": pull.author},
            "assignees": [{"login": name} for name in pull.assignees],
            "head": {
                "ref": pull.branch,
                "sha": pull.head,
                "repo": {"full_name": f"fork-of/{repo.name}" if pull.cross else repo.name},
            },
            "base": {"ref": pull.base, "sha": repo.tip(pull.base)},
            "merged": merged,
            "created_at": _time(pull.opened),
            "closed_at": _time(pull.ended),
            "merged_at": _time(pull.ended) if merged else None,
        }

    def _graphql(self, asked: Asked) -> Answer:
        document = _document(asked.data["query"])
        if isinstance(document, list):
            return Answer(data={"errors": [{"message": error.message} for error in document]})
        result = graphql.execute_sync(
            _schema(), document, self._root(), variable_values=asked.data.get("variables")
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [
                {"message": e.message, "path": e.path, **(e.extensions or {})}
                for e in result.errors
            ]
        return Answer(data=answer)

    def _root(self) -> dict[str, Any]:
        return {
            "viewer": lambda info: {"__typename": "User", "login": self.forge.account},
            "repository": lambda info, owner, name, **_: self._node(f"{owner}/{name}"),
            "repositoryOwner": lambda info, login: self._owner(login),
            "convertPullRequestToDraft": lambda info, input: self._draft(input, True),
            "createCommitOnBranch": lambda info, input: self._commit(input),
            "markPullRequestReadyForReview": lambda info, input: self._draft(input, False),
            "enablePullRequestAutoMerge": lambda info, input: self._let_merge(input),
            "disablePullRequestAutoMerge": lambda info, input: self._do_not_merge(input),
            "enqueuePullRequest": lambda info, input: self._let_merge(input, queued=True),
            "dequeuePullRequest": lambda info, input: self._do_not_merge(input),
        }

    def _node(self, name: str) -> dict[str, Any]:
        repo = self.forge.find(name)
        if repo is None:
            words = f"Could not resolve to a Repository with the name '{name}'."
            raise graphql.GraphQLError(words, extensions={"type": "NOT_FOUND"})
        return self._repository(repo)

    def _owner(self, login: str) -> dict[str, Any] | None:
        mine = [r for n, r in sorted(self.forge.repos.items()) if n.startswith(f"{login}/")]
        if login != self.forge.owner and not mine:
            return None
        shown = [repo for repo in mine if not repo.gone]
        return {
            "__typename": "Organization",
            "login": login,
            "repositories": lambda info, **a: _connection(shown, a, self._repository),
        }

    def _repository(self, repo: Hosted) -> dict[str, Any]:
        tip = repo.tip(repo.default)
        target = {"__typename": "Commit", "oid": tip}
        return {
            "nameWithOwner": repo.name,
            "isArchived": repo.archived,
            "isDisabled": False,
            "isEmpty": not tip,
            "isFork": repo.fork,
            "isLocked": False,
            # Of an app's installation it says nothing: what it may, the writes tell.
            "viewerPermission": (
                None if self.forge.is_app else "WRITE" if repo.writable else "READ"
            ),
            "defaultBranchRef": {"name": repo.default, "target": target} if tip else None,
            "autoMergeAllowed": repo.auto_merge,
            "mergeCommitAllowed": "merge" in repo.methods,
            "squashMergeAllowed": "squash" in repo.methods,
            "rebaseMergeAllowed": "rebase" in repo.methods,
            "pullRequest": lambda info, number: self._numbered(repo, number),
            "object": lambda info, oid: _commit(repo, oid),
            "ref": lambda info, **a: _ref(repo, a["qualifiedName"]),
            "pullRequests": lambda info, **a: self._requests(repo, **a),
            "issues": lambda info, **a: self._tickets(repo, **a),
            "repositoryTopics": lambda info, **a: {
                "nodes": [{"topic": {"name": topic}} for topic in repo.topics]
            },
        }

    def _tickets(self, repo: Hosted, labels: list[str], **asked: Any) -> Any:
        found = [one for one in repo.tickets if set(labels) & set(one.labels)]
        about = (self.forge.url, self.forge.account, repo)
        return _connection(found, asked, lambda one: of_graphql(*about, one))

    def _requests(
        self,
        repo: Hosted,
        labels: list[str] | None = None,
        headRefName: str | None = None,  # noqa: N803 (GitHub's)
        baseRefName: str | None = None,  # noqa: N803 (GitHub's)
        states: list[str] | None = None,
        **asked: Any,
    ) -> Any:
        wanted = set(labels or ())
        found = [
            pull
            for pull in reversed(repo.pulls)
            if (not wanted or wanted & set(pull.labels))
            and headRefName in (None, pull.branch)
            and baseRefName in (None, pull.base)
            and pull.state.upper() in (states or [pull.state.upper()])
        ]
        return _connection(found, asked, lambda pull: self._request(repo, pull))

    def _numbered(self, repo: Hosted, number: int) -> dict[str, Any] | None:
        pull = repo.pull(number)
        return self._request(repo, pull) if pull else None

    def _request(self, repo: Hosted, pull: Pull) -> dict[str, Any]:
        is_app = pull.author.endswith("[bot]")
        merged_for = _actor(pull.merged_for)
        auto = {"enabledAt": _time(pull.opened), "enabledBy": merged_for}
        opinions = {"nodes": [{"state": one.upper()} for one in pull.opinions]}
        return {
            "mergeStateStatus": lambda info: repo.merge_state(pull),
            "isMergeQueueEnabled": repo.queue,
            "isInMergeQueue": pull.queued,
            "autoMergeRequest": auto if pull.merged_for and not pull.queued else None,
            "mergeQueueEntry": {"enqueuer": merged_for} if pull.queued else None,
            "latestOpinionatedReviews": lambda info, **_: opinions,
            "id": f"PR_{repo.name}_{pull.number}",
            "number": pull.number,
            "url": f"{self.forge.url}/{repo.name}/pull/{pull.number}",
            "headRefName": pull.branch,
            "baseRefName": pull.base,
            "headRefOid": pull.head,
            "isCrossRepository": pull.cross,
            # Whether it says so of an app's requests too is nowhere promised.
            "viewerDidAuthor": pull.author == self.forge.account and not is_app,
            "author": _actor(pull.author),
            "state": pull.state.upper(),
            "isDraft": pull.draft,
            "reviewDecision": pull.review.upper() or None,
            "labels": lambda info, **_: {"nodes": [{"name": name} for name in pull.labels]},
            "title": pull.title,
            "body": pull.body,
            "createdAt": _time(pull.opened),
            "closedAt": _time(pull.ended),
            "mergedAt": _time(pull.ended) if pull.state == "merged" else None,
            "timelineItems": lambda info, **_: {"nodes": _closings(pull)},
        }

    def _commit(self, asked: dict[str, Any]) -> dict[str, Any]:
        repo = self.forge.find(asked["branch"]["repositoryNameWithOwner"])
        message = asked["message"]["headline"] + "\n\n" + asked["message"].get("body", "") + "\n"
        changes = asked["fileChanges"]
        additions = {a["path"]: base64.b64decode(a["contents"]) for a in changes["additions"]}
        deletions = [one["path"] for one in changes["deletions"]]
        branch, parent = asked["branch"]["branchName"], asked["expectedHeadOid"]
        try:
            made = repo.commit_signed(branch, parent, message, additions, deletions)
        except ValueError as error:
            raise graphql.GraphQLError(str(error), extensions={"type": "STALE_DATA"}) from None
        return {"commit": _commit(repo, made)}

    def _of_id(self, made: str) -> tuple[Hosted, Pull]:
        name, _, number = made.removeprefix("PR_").rpartition("_")
        repo = self.forge.find(name)
        return repo, repo.pull(int(number))

    def _let_merge(self, asked: dict[str, Any], *, queued: bool = False) -> dict[str, Any]:
        repo, pull = self._of_id(asked["pullRequestId"])
        status = repo.merge_state(pull)
        problem = "" if asked["expectedHeadOid"] == pull.head else "Head sha didn't match expected"
        if queued and not (repo.queue and status == "CLEAN"):
            problem = f"Pull request is not mergeable: {status.lower()}"
        elif not queued and not repo.auto_merge:
            problem = "Pull request Auto merge is not allowed for this repository"
        elif not queued and status in {"CLEAN", "UNSTABLE"}:
            problem = f"Pull request Pull request is in {status.lower()} status"
        if problem:
            raise graphql.GraphQLError(problem, extensions={"type": "UNPROCESSABLE"})
        pull.merged_for, pull.queued = self.forge.account, queued
        return {"clientMutationId": None}

    def _do_not_merge(self, asked: dict[str, Any]) -> dict[str, Any]:
        _, pull = self._of_id(asked.get("pullRequestId") or asked["id"])
        pull.merged_for, pull.queued = "", False
        return {"clientMutationId": None}

    def _draft(self, asked: dict[str, Any], draft: bool) -> dict[str, Any]:
        repo, pull = self._of_id(asked["pullRequestId"])
        if draft and not repo.drafts:
            who, which = self.forge.account, asked["pullRequestId"]
            words = f"{who} does not have permission to convert the pull request {which} to draft."
            raise graphql.GraphQLError(words, extensions={"type": "FORBIDDEN"})
        pull.draft = draft
        return {"pullRequest": self._request(repo, pull)}


def _actor(account: str) -> dict[str, str]:
    is_app = account.endswith("[bot]")
    return {"__typename": "Bot" if is_app else "User", "login": account.removesuffix("[bot]")}


def _too_long(data: dict[str, Any]) -> Answer | None:
    words = "body is too long (maximum is 65536 characters)"
    error = {"resource": "Issue", "code": "custom", "field": "body", "message": words}
    return _invalid(error) if len(data.get("body") or "") > 65_536 else None


def _closings(pull: Pull) -> list[dict[str, Any]]:
    by = pull.closed_by
    return [{"__typename": "ClosedEvent", "actor": _actor(by)}] if by else []


def _connection(entries: list[Any], asked: dict[str, Any], shown: Any) -> dict[str, Any]:
    first, start = asked.get("first") or 100, int(asked.get("after") or 0)
    end = start + first
    return {
        "nodes": [shown(entry) for entry in entries[start:end]],
        "pageInfo": {"hasNextPage": end < len(entries), "endCursor": str(end)},
        "totalCount": len(entries),
    }


def _ref(repo: Hosted, name: str) -> dict[str, Any] | None:
    branch = name.removeprefix("refs/heads/")
    tip = repo.tip(branch)
    return {"name": branch, "target": _commit(repo, tip)} if tip else None


def _commit(repo: Hosted, oid: str) -> dict[str, Any]:
    check, statuses = repo.checks.get(oid), repo.statuses.get(oid, {})
    states = [*([check] if check else []), *statuses.values()]
    worst = next((one for one in ("failure", "pending", "success") if one in states), None)
    if worst is None and "skipped" in states:
        # What is skipped counts as passed.
        worst = "success"
    contexts = {
        "checkRunCountsByState": [{"state": check.upper(), "count": 1}] if check else [],
        "statusContextCountsByState": [
            {"state": state.upper(), "count": count}
            for state, count in Counter(statuses.values()).items()
        ],
    }
    rollup = {"state": worst.upper(), "contexts": lambda info, **_: contexts} if worst else None
    return {
        "__typename": "Commit",
        "oid": oid,
        "statusCheckRollup": rollup,
        "status": {"context": lambda info, name: _status(statuses, name)} if statuses else None,
    }


def _status(statuses: dict[str, str], name: str) -> dict[str, str] | None:
    return {"state": statuses[name].upper()} if name in statuses else None


def _ref_of(api: str, repo: Hosted, branch: str) -> dict[str, Any]:
    return {
        "ref": f"refs/heads/{branch}",
        "url": f"{api}/api/v3/repos/{repo.name}/git/refs/heads/{branch}",
        "object": {"type": "commit", "sha": repo.tip(branch)},
    }


def _invalid(error: dict[str, str]) -> Answer:
    return Answer(422, {"message": "Validation Failed", "errors": [error]})


def _time(when: datetime | None) -> str | None:
    return when.isoformat().replace("+00:00", "Z") if when else None
