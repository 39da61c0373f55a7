"""What GitLab answers, as the fleet knows it."""

import re
from typing import Any

from modelyard.forges.forge import (
    READ_ONLY,
    Checks,
    PullRequest,
    PullRequestState,
    Repository,
    Review,
)
from modelyard.forges.merging import Merging
from modelyard.forges.moments import moment

_DRAFT = re.compile(r"^\s*(draft:|\[draft\]|\(draft\))\s*", re.I)
_CHECKS = {
    "success": Checks.SUCCESS,
    "failed": Checks.FAILURE,
    "canceled": Checks.FAILURE,
    "skipped": Checks.NONE,
}
_STATES = {
    "opened": PullRequestState.OPEN,
    # The moment in which it is being merged.
    "locked": PullRequestState.OPEN,
    "merged": PullRequestState.MERGED,
    "closed": PullRequestState.CLOSED,
}

# A listing says why a request cannot be merged: of one that can, not whether it was approved.
_REVIEWS = {
    "requested_changes": Review.CHANGES_REQUESTED,
    "not_approved": Review.REQUIRED,
}


def checks(pipeline: dict[str, Any] | None) -> Checks:
    """Return what a pipeline says."""
    return _CHECKS.get(pipeline["status"], Checks.PENDING) if pipeline else Checks.NONE


def titled(title: str, draft: bool) -> str:
    """Return the title by which GitLab knows what is a draft."""
    return f"Draft: {title}" if draft else title


def repository(found: dict[str, Any], may: bool) -> Repository:
    """Return what a project is; `may` says whether we may push there."""
    empty = bool(found.get("empty_repo") or not found.get("default_branch"))
    problem = ""
    if found.get("archived"):
        problem = "archived"
    elif found.get("marked_for_deletion_on"):
        problem = "marked for deletion"
    elif empty:
        problem = "empty"
    elif "disabled" in (
        found.get("repository_access_level"),
        found.get("merge_requests_access_level"),
    ):
        problem = "merge requests are switched off"
    elif not may:
        problem = READ_ONLY
    return Repository(
        name=found["path_with_namespace"],
        branch="" if empty else found["default_branch"],
        topics=tuple(found.get("topics") or ()),
        problem=problem,
        read_only=problem == READ_ONLY,
        fork=bool(found.get("forked_from_project")),
    )


def pull_request(found: dict[str, Any], account: int) -> PullRequest:
    """Return what a merge request is; `account` is the number of ours."""
    ended = found.get("merged_at") or found.get("closed_at")
    return PullRequest(
        number=found["iid"],
        url=found["web_url"],
        branch=found["source_branch"],
        head=found.get("sha") or "",
        state=_STATES[found["state"]],
        draft=bool(found.get("draft")),
        title=_DRAFT.sub("", found["title"]),
        body=found.get("description") or "",
        opened=moment(found["created_at"]),
        ended=moment(ended) if ended else None,
        author=(found.get("author") or {}).get("username", ""),
        own=(found.get("author") or {}).get("id") == account,
        fork=found["source_project_id"] != found["target_project_id"],
        target=found["target_branch"],
        review=_REVIEWS.get(found.get("detailed_merge_status", ""), Review.UNKNOWN),
        merging=_merging(found),
    )


def _merging(found: dict[str, Any]) -> Merging:
    """Return whether GitLab is going to merge it; it does not say whether on a merge train."""
    is_to = found["state"] == "opened" and found.get("merge_when_pipeline_succeeds")
    return Merging.AUTO if is_to else Merging.NO
