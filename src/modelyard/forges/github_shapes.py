"""What GitHub answers, as the fleet knows it."""

from collections import Counter
from typing import Any

from github.PullRequest import PullRequest as GithubPullRequest

from modelyard.forges.forge import (
    READ_ONLY,
    Checks,
    PullRequest,
    PullRequestState,
    Repository,
    Review,
)
from modelyard.forges.github_drafts import is_held
from modelyard.forges.merging import Merging
from modelyard.forges.moments import moment

_READ_ONLY = ("READ", "TRIAGE")
_PASSED = {"SUCCESS", "COMPLETED"}
_GREEN = _PASSED | {"NEUTRAL", "SKIPPED"}
_RUNNING = {"PENDING", "EXPECTED", "IN_PROGRESS", "QUEUED", "REQUESTED", "WAITING"}
_CHECKS = {"SUCCESS": Checks.SUCCESS, "FAILURE": Checks.FAILURE, "ERROR": Checks.FAILURE}

_REVIEWS = {
    "APPROVED": Review.APPROVED,
    "CHANGES_REQUESTED": Review.CHANGES_REQUESTED,
    "REVIEW_REQUIRED": Review.REQUIRED,
}


def checks(rollup: dict[str, Any] | None) -> Checks:
    """Return what checks and statuses together say."""
    return _CHECKS.get(rollup["state"], Checks.PENDING) if rollup else Checks.NONE


def checks_beside_ours(commit: dict[str, Any]) -> Checks:
    """Return what checks and statuses say together, the one by which we hold back left out."""
    states = _states_beside_ours(commit)
    if states - _GREEN - _RUNNING:
        return Checks.FAILURE
    if states & _RUNNING:
        return Checks.PENDING
    return Checks.SUCCESS if states else Checks.NONE


def has_passed(commit: dict[str, Any] | None) -> bool:
    """Tell whether a commit is green, and one check at least did not just skip it."""
    commit = commit or {}
    is_green = checks_beside_ours(commit) is Checks.SUCCESS
    return is_green and bool(_states_beside_ours(commit) & _PASSED)


def _states_beside_ours(commit: dict[str, Any]) -> set[str]:
    contexts = (commit.get("statusCheckRollup") or {}).get("contexts") or {}
    found = Counter[str]()
    for kind in ("checkRunCountsByState", "statusContextCountsByState"):
        found.update({one["state"]: one["count"] for one in contexts.get(kind) or ()})
    if ours := (commit.get("status") or {}).get("context"):
        found[ours["state"]] -= 1
    return {state for state, count in found.items() if count > 0}


def repository(node: dict[str, Any]) -> Repository:
    """Return what a repository of GraphQL is."""
    default = node["defaultBranchRef"]
    problem = ""
    if node["isArchived"]:
        problem = "archived"
    elif node["isDisabled"] or node["isLocked"]:
        problem = "locked"
    elif node["isEmpty"] or not default:
        problem = "empty"
    elif node["viewerPermission"] in _READ_ONLY:
        problem = READ_ONLY
    return Repository(
        name=node["nameWithOwner"],
        branch=default["name"] if default else "",
        head=default["target"]["oid"] if default else "",
        topics=tuple(topic["topic"]["name"] for topic in node["repositoryTopics"]["nodes"]),
        problem=problem,
        read_only=problem == READ_ONLY,
        fork=node["isFork"],
    )


def account(author: dict[str, Any] | None) -> str:
    """Return the account of an actor of GraphQL, as REST names it; "" where it was deleted."""
    if not author:
        return ""
    login = str(author["login"])
    is_app = author["__typename"] == "Bot" and not login.endswith("[bot]")
    return f"{login}[bot]" if is_app else login


def pull_request(node: dict[str, Any]) -> PullRequest:
    """Return what a pull request of GraphQL is."""
    ended = node["mergedAt"] or node["closedAt"]
    held = not node["isDraft"] and is_held([one["name"] for one in node["labels"]["nodes"]])
    return PullRequest(
        number=node["number"],
        url=node["url"],
        branch=node["headRefName"],
        head=node["headRefOid"],
        state=PullRequestState(node["state"].lower()),
        draft=node["isDraft"] or held,
        title=node["title"],
        body=node["body"],
        opened=moment(node["createdAt"]),
        ended=moment(ended) if ended else None,
        author=account(node["author"]),
        own=node["viewerDidAuthor"],
        fork=node["isCrossRepository"],
        target=node["baseRefName"],
        review=_review(node),
        held=held,
        merging=_merging(node),
    )


def wants_changes(node: dict[str, Any]) -> bool:
    """Tell whether a reviewer asks for changes.

    Where no review is required, there is no decision, whatever reviewers say.
    """
    opinions = (node["latestOpinionatedReviews"] or {}).get("nodes") or ()
    said = {one["state"] for one in opinions if one}
    return "CHANGES_REQUESTED" in said | {node["reviewDecision"]}


def _review(node: dict[str, Any]) -> Review:
    if wants_changes(node):
        return Review.CHANGES_REQUESTED
    return _REVIEWS.get(node["reviewDecision"], Review.UNKNOWN)


def _merging(node: dict[str, Any]) -> Merging:
    if node["state"] != "OPEN":
        return Merging.NO
    if node["isInMergeQueue"]:
        return Merging.QUEUED
    return Merging.AUTO if node["autoMergeRequest"] else Merging.NO


def pull_request_of_rest(pull: GithubPullRequest, own: bool) -> PullRequest:
    """Return what a pull request of REST is."""
    held = not pull.draft and is_held([one.name for one in pull.labels])
    return PullRequest(
        number=pull.number,
        url=pull.html_url,
        branch=pull.head.ref,
        head=pull.head.sha,
        state=PullRequestState("merged" if pull.merged_at else pull.state),
        draft=pull.draft or held,
        title=pull.title,
        body=pull.body or "",
        opened=pull.created_at,
        ended=pull.merged_at or pull.closed_at,
        author=pull.user.login if pull.user else "",
        own=own,
        target=pull.base.ref,
        held=held,
    )
