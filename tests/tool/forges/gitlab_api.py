"""GitLab's REST API on the test forge, as far as clients call it."""

import re
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tests.tool.forges.hosted import Hosted, Pull, git
from tests.tool.forges.serving import Answer, Asked
from tests.tool.forges.tickets import GitlabTickets

_PROJECT = r"/api/v4/projects/(?P<repo>[^/]+(/[^/]+)+?)"
_REQUEST = rf"{_PROJECT}/merge_requests/(?P<number>\d+)"
_TRAIN = rf"{_PROJECT}/merge_trains/merge_requests/(?P<number>\d+)"
_LOST = Answer(404, {"message": "404 Project Not Found"})
_STATES = {"open": "opened", "closed": "closed", "merged": "merged"}
_MERGE_STATUS = {"changes_requested": "requested_changes", "review_required": "not_approved"}
_DRAFT = re.compile(r"^\s*(draft:|\[draft\]|\(draft\))", re.I)


class GitlabApi:
    """Answers what is asked of GitLab."""

    def __init__(self, forge: Any) -> None:
        self.forge = forge
        tickets = GitlabTickets(self)
        self.routes: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = [
            ("GET", re.compile(r"/api/v4/groups/(?P<owner>.+)/projects$"), self._group),
            ("GET", re.compile(r"/api/v4/users/(?P<owner>.+)/projects$"), self._user),
            ("GET", re.compile(r"/api/v4/groups/(?P<owner>.+)/merge_requests$"), self._of_group),
            ("GET", re.compile(r"/api/v4/user$"), self._account),
            ("GET", re.compile(r"/api/v4/users$"), self._named),
            ("GET", re.compile(rf"{_PROJECT}/merge_requests$"), self._requests),
            ("POST", re.compile(rf"{_PROJECT}/merge_requests$"), self._create),
            ("PUT", re.compile(rf"{_REQUEST}$"), self._edit),
            ("PUT", re.compile(rf"{_REQUEST}/merge$"), self._merge),
            ("GET", re.compile(rf"{_REQUEST}/reviewers$"), self._reviewers),
            ("POST", re.compile(rf"{_REQUEST}/cancel_merge_when_pipeline_succeeds$"), self._cancel),
            ("POST", re.compile(rf"{_TRAIN}$"), self._train),
            ("GET", re.compile(rf"{_REQUEST}/notes$"), self._notes),
            ("POST", re.compile(rf"{_REQUEST}/notes$"), self._note),
            ("GET", re.compile(rf"{_REQUEST}$"), self._one),
            ("GET", re.compile(rf"{_PROJECT}/issues$"), tickets.found),
            ("POST", re.compile(rf"{_PROJECT}/issues$"), tickets.create),
            ("PUT", re.compile(rf"{_PROJECT}/issues/(?P<ticket>\d+)$"), tickets.edit),
            ("GET", re.compile(rf"{_PROJECT}/pipelines$"), self._pipelines),
            ("GET", re.compile(rf"{_PROJECT}/pipelines/latest$"), self._latest),
            ("GET", re.compile(rf"{_PROJECT}/repository/commits/(?P<commit>\w+)$"), self._commit),
            ("GET", re.compile(rf"{_PROJECT}/repository/branches/(?P<branch>.+)$"), self._branch),
            ("POST", re.compile(rf"{_PROJECT}/statuses/(?P<commit>\w+)$"), self._status),
            ("GET", re.compile(rf"{_PROJECT}$"), self._project),
        ]

    def __call__(self, asked: Asked) -> Answer:
        """Answer one request."""
        for method, pattern, answer in self.routes:
            found = pattern.match(asked.path)
            if not found or method != asked.method:
                continue
            named = found.groupdict()
            if not named:
                return answer(asked)
            if "owner" in named:
                return answer(asked, named["owner"])
            name = named.pop("repo")
            repo = self.forge.find(name)
            if repo is None:
                return _LOST
            if method == "GET" and name.lower() in self.forge.moved:
                there = f"/api/v4/projects/{quote(repo.name, safe='')}"
                return Answer(301, headers={"Location": f"{self.forge.url}{there}"})
            if method != "GET" and (repo.archived or not repo.writable):
                return Answer(403, {"message": "403 Forbidden"})
            if "number" not in named:
                return answer(asked, repo, **named)
            pull = repo.pull(int(named["number"]))
            return answer(asked, repo, pull) if pull else _LOST
        return _LOST

    def _account(self, asked: Asked) -> Answer:
        return Answer(data=_user(self.forge.account))

    def _named(self, asked: Asked) -> Answer:
        everybody = {name for repo in self.forge.repos.values() for name in repo.people}
        found = [one for one in everybody if one.lower() == asked.query["username"].lower()]
        return self.listed(asked, [_user(name) for name in found])

    def _group(self, asked: Asked, owner: str) -> Answer:
        if owner != self.forge.owner or self.forge.personal:
            return Answer(404, {"message": "404 Group Not Found"})
        return self._owned(asked, owner)

    def _user(self, asked: Asked, owner: str) -> Answer:
        if owner != self.forge.owner or not self.forge.personal:
            return Answer(404, {"message": "404 User Not Found"})
        return self._owned(asked, owner)

    def _owned(self, asked: Asked, owner: str) -> Answer:
        deep = asked.query.get("include_subgroups") == "true"
        least = int(asked.query.get("min_access_level", 0))
        found = [
            repo
            for name, repo in sorted(self.forge.repos.items())
            if name.startswith(f"{owner}/")
            and (deep or name.count("/") == 1)
            and not repo.gone
            and (repo.writable or least < 30)
        ]
        return self.listed(asked, found, self._shown)

    def _project(self, asked: Asked, repo: Hosted) -> Answer:
        level = {"access_level": 30 if repo.writable else 20}
        access = {"project_access": None, "group_access": level}
        return Answer(data={**self._shown(repo), "permissions": access})

    def _requests(self, asked: Asked, repo: Hosted) -> Answer:
        wanted = asked.query
        found = [
            self._request(repo, pull)
            for pull in reversed(repo.pulls)
            if wanted.get("state", "all") in ("all", _STATES[pull.state])
            and wanted.get("source_branch", pull.branch) == pull.branch
            and wanted.get("target_branch", pull.base) == pull.base
            and ("labels" not in wanted or wanted["labels"] in pull.labels)
        ]
        return self.listed(asked, found)

    def _create(self, asked: Asked, repo: Hosted) -> Answer:
        data = asked.data
        with repo.lock:
            if not repo.tip(data["source_branch"]):
                words = f'Source branch "{data["source_branch"]}" does not exist'
                return Answer(422, {"message": [words]})
            there = [p for p in repo.pulls if p.branch == data["source_branch"]]
            for pull in there:
                if pull.state == "open" and pull.base == data["target_branch"]:
                    words = "Another open merge request already exists for this source branch: "
                    return Answer(409, {"message": [f"{words}!{pull.number}"]})
            draft = bool(_DRAFT.match(data["title"]))
            pull = repo.open(
                data["source_branch"],
                data["title"],
                data["description"],
                draft,
                data["target_branch"],
                self.forge.account,
            )
            pull.labels = [name for name in data.get("labels", "").split(",") if name]
            repo.labels |= set(pull.labels)
        return Answer(201, self._request(repo, pull))

    def _edit(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        with repo.lock:
            pull.title = asked.data.get("title", pull.title)
            pull.draft = bool(_DRAFT.match(pull.title))
            pull.body = asked.data.get("description", pull.body)
            more = [name for name in asked.data.get("add_labels", "").split(",") if name]
            pull.labels = list(dict.fromkeys((*pull.labels, *more)))
            for kind in ("reviewers", "assignees"):
                wanted = asked.data.get(f"{kind[:-1]}_ids")
                if wanted is not None:
                    # It takes those who may see the project, and in its free tier one.
                    may = [name for name in sorted(repo.people) if _user(name)["id"] in wanted]
                    setattr(pull, kind, may if repo.several else may[:1])
            if asked.data.get("state_event") == "close" and pull.state == "open":
                pull.end("closed", self.forge.account)
        return Answer(data=self._request(repo, pull))

    def _merge(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        data = asked.data or {}
        if refused := self._no_merge(data, repo, pull):
            return refused
        if repo.merge_error:
            return Answer(data={**self._request(repo, pull), "merge_error": repo.merge_error})
        later = data.get("auto_merge") or data.get("merge_when_pipeline_succeeds")
        if repo.needs_review and pull.review != "approved":
            if not (later and repo.auto_merge):
                return Answer(405, {"message": "405 Method Not Allowed"})
            pull.merged_for = self.forge.account
            return Answer(data=self._request(repo, pull))
        try:
            repo.merge(pull.number, squash=bool(data.get("squash")))
        except ValueError as error:
            return Answer(405, {"message": f"405 Method Not Allowed: {error}"})
        return Answer(data=self._request(repo, pull))

    def _no_merge(self, data: dict[str, Any], repo: Hosted, pull: Pull) -> Answer | None:
        if not repo.may_merge:
            # As of a token that it does not know.
            return Answer(401, {"message": "401 Unauthorized"})
        if data.get("sha", pull.head) != pull.head:
            return Answer(409, {"message": "SHA does not match HEAD of source branch"})
        return None

    def _train(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        if not repo.queue:
            return Answer(403, {"message": "403 Forbidden"})
        if refused := self._no_merge(asked.data, repo, pull):
            return refused
        pull.merged_for, pull.queued = self.forge.account, True
        return Answer(201, {"merge_request": {"iid": pull.number}, "status": "idle"})

    def _cancel(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        pull.merged_for, pull.queued = "", False
        return Answer(201, {"status": "success"})

    def _reviewers(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        states = {"changes_requested": "requested_changes"}
        said = [{"state": states.get(one, one)} for one in pull.opinions]
        return self.listed(asked, said)

    def _notes(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        notes = [{"id": n, "body": said} for n, said in enumerate(pull.comments, 1)]
        return self.listed(asked, notes[::-1])

    def _note(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        with repo.lock:
            pull.comments.append(asked.data["body"])
        return Answer(201, {"id": len(pull.comments), "body": asked.data["body"]})

    def _of_group(self, asked: Asked, owner: str) -> Answer:
        if owner != self.forge.owner or self.forge.personal:
            return Answer(404, {"message": "404 Group Not Found"})
        of_group = [r for name, r in self.forge.repos.items() if name.startswith(f"{owner}/")]
        found = [(repo, pull) for repo in of_group if not repo.gone for pull in repo.pulls]
        branch = asked.query["source_branch"]
        shown = [self._request(*one) for one in found if one[1].branch == branch]
        return self.listed(asked, shown)

    def _one(self, asked: Asked, repo: Hosted, pull: Pull) -> Answer:
        may_read = repo.may_read_ci and not repo.ci_off
        pipeline = self._pipeline(repo, pull.checked) if may_read else None
        if pipeline and repo.merged_results:
            pipeline["sha"] = repo.merge_result(pull, pull.checked)
        status = {"UNKNOWN": "checking", "DIRTY": "conflict"}.get(repo.merge_state(pull))
        shown = self._request(repo, pull)
        shown["detailed_merge_status"] = status or shown["detailed_merge_status"]
        return Answer(data={**shown, "head_pipeline": pipeline})

    def _commit(self, asked: Asked, repo: Hosted, commit: str) -> Answer:
        parents = git(repo.folder, "log", "-1", "--format=%P", commit, codes=(0, 128)).split()
        return Answer(data={"id": commit, "parent_ids": parents})

    def _pipeline(self, repo: Hosted, commit: str) -> dict[str, Any] | None:
        state = repo.checks.get(commit, "")
        status = {"failure": "failed", "pending": "running"}.get(state, state)
        return {"id": 1, "sha": commit, "status": status} if state else None

    def _branch(self, asked: Asked, repo: Hosted, branch: str) -> Answer:
        if not (tip := repo.tip(branch)):
            return Answer(404, {"message": "404 Branch Not Found"})
        return Answer(data={"name": branch, "commit": {"id": tip}})

    def _pipelines(self, asked: Asked, repo: Hosted) -> Answer:
        if repo.ci_off or not repo.may_read_ci:
            return Answer(403, {"message": "403 Forbidden"})
        commit = asked.query.get("sha") or repo.tip(asked.query["ref"])
        is_merged = repo.merged_results and any(pull.checked == commit for pull in repo.pulls)
        found = None if is_merged else self._pipeline(repo, commit)
        return self.listed(asked, [found] if found else [])

    def _latest(self, asked: Asked, repo: Hosted) -> Answer:
        found = self._pipeline(repo, repo.tip(asked.query["ref"]))
        if found and repo.may_read_ci and not repo.ci_off:
            return Answer(data=found)
        # By its documentation it says the same of a commit that has no pipeline.
        return Answer(403, {"message": "403 Forbidden"})

    def _status(self, asked: Asked, repo: Hosted, commit: str) -> Answer:
        state = asked.data["state"]
        repo.check(commit, {"failed": "failure", "running": "pending"}.get(state, state))
        return Answer(201, {"status": state})

    def listed(
        self, asked: Asked, entries: list[Any], shown: Callable[[Any], Any] = lambda entry: entry
    ) -> Answer:
        """Answer with a page of a list."""
        page, size = int(asked.query.get("page", 1)), int(asked.query.get("per_page", 20))
        more = page * size < len(entries)
        headers = {
            "X-Page": str(page),
            "X-Per-Page": str(size),
            "X-Total": str(len(entries)),
            "X-Next-Page": str(page + 1) if more else "",
        }
        if more:
            query = "&".join(
                f"{key}={value}" for key, value in {**asked.query, "page": page + 1}.items()
            )
            headers["Link"] = f'<{self.forge.url}{asked.raw}?{query}>; rel="next"'
        part = entries[(page - 1) * size : page * size]
        return Answer(data=[shown(entry) for entry in part], headers=headers)

    def user(self, name: str) -> dict[str, Any]:
        """Return an account."""
        return _user(name)

    def _shown(self, repo: Hosted) -> dict[str, Any]:
        shown = {
            "id": repo.number,
            "path_with_namespace": repo.name,
            "default_branch": repo.default if repo.tip(repo.default) else None,
            "empty_repo": not repo.tip(repo.default),
            "archived": repo.archived,
            "topics": list(repo.topics),
            "repository_access_level": "enabled",
            "merge_requests_access_level": "enabled",
            "merge_trains_enabled": repo.queue,
            "builds_access_level": "disabled" if repo.ci_off else "enabled",
        }
        return {**shown, "forked_from_project": {"id": 99}} if repo.fork else shown

    def _request(self, repo: Hosted, pull: Pull) -> dict[str, Any]:
        return {
            "iid": pull.number,
            "web_url": f"{self.forge.url}/{repo.name}/-/merge_requests/{pull.number}",
            "source_branch": pull.branch,
            "target_branch": pull.base,
            "source_project_id": 2 if pull.cross else 1,
            "target_project_id": 1,
            "author": _user(pull.author),
            "sha": pull.head,
            "references": {"full": f"{repo.name}!{pull.number}"},
            "state": _STATES[pull.state],
            "draft": pull.draft,
            "merge_when_pipeline_succeeds": bool(pull.merged_for),
            "merge_user": _user(pull.merged_for) if pull.merged_for else None,
            "detailed_merge_status": _MERGE_STATUS.get(pull.review, "mergeable"),
            "title": pull.title,
            "description": pull.body,
            "labels": pull.labels,
            "reviewers": [_user(name) for name in pull.reviewers],
            "assignees": [_user(name) for name in pull.assignees],
            "created_at": _time(pull.opened),
            "merged_at": _time(pull.ended) if pull.state == "merged" else None,
            "closed_at": _time(pull.ended) if pull.state == "closed" else None,
            "closed_by": _user(pull.closed_by) if pull.closed_by else None,
        }


def _user(name: str) -> dict[str, Any]:
    return {"id": zlib.crc32(name.encode()), "username": name}


def _time(when: datetime | None) -> str | None:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z") if when else None
