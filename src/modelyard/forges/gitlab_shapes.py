"""What GitLab answers, as the fleet knows it."""

import re
from datetime import datetime
from typing import Any

from modelyard.forges.forge import PullRequest, Repository

_DRAFT = re.compile(r"^\s*(draft:|\[draft\]|\(draft\))\s*", re.I)
_CHECKS = {"success": "success", "failed": "failure", "canceled": "failure", "skipped": "none"}


def checks(pipeline: dict[str, Any] | None) -> str:
    """Return the one word for what a pipeline says."""
    return _CHECKS.get(pipeline["status"], "pending") if pipeline else "none"


def titled(title: str, draft: bool) -> str:
    """Return the title by which GitLab knows what is a draft."""
    return f"Draft: {title}" if draft else title


def repository(found: dict[str, Any], may: bool) -> Repository:
    """Return the place that a project is; `may` says whether we may push there."""
    problem = ""
    if found.get("archived"):
        problem = "archived"
    elif found.get("marked_for_deletion_on"):
        problem = "marked for deletion"
    elif found.get("empty_repo") or not found.get("default_branch"):
        problem = "empty"
    elif "disabled" in (
        found.get("repository_access_level"),
        found.get("merge_requests_access_level"),
    ):
        problem = "merge requests are switched off"
    elif not may:
        problem = "no permission to push"
    return Repository(
        name=found["path_with_namespace"],
        branch=(found.get("default_branch") or "") if problem != "empty" else "",
        topics=tuple(found.get("topics") or ()),
        problem=problem,
        fork=bool(found.get("forked_from_project")),
    )


def request(found: dict[str, Any]) -> PullRequest:
    """Return the request that a merge request is."""
    state = found["state"]
    ended = found.get("merged_at") or found.get("closed_at")
    return PullRequest(
        number=found["iid"],
        url=found["web_url"],
        branch=found["source_branch"],
        head=found.get("sha") or "",
        # "locked" is the moment in which it is being merged.
        state="open" if state in {"opened", "locked"} else state,
        draft=bool(found.get("draft")),
        title=_DRAFT.sub("", found["title"]),
        body=found.get("description") or "",
        opened=datetime.fromisoformat(found["created_at"]),
        ended=datetime.fromisoformat(ended) if ended else None,
    )
