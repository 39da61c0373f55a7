"""Merges pull requests on GitHub, or lets GitHub do it: auto-merge, or the merge queue.

Each write names the commit that was looked at, so that GitHub refuses it for another one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import github
from github.Repository import Repository as GithubRepository

from modelyard.forges import github_queries, github_shapes
from modelyard.forges.forge import HOLD_LABEL, HOLD_STATUS, PullRequest
from modelyard.forges.github_errors import refusal
from modelyard.forges.github_shapes import account
from modelyard.forges.merging import (
    A_DRAFT,
    CHANGES_REQUESTED,
    MERGED,
    MOVED_ON,
    NO_QUEUE,
    NOT_GREEN,
    NOT_KNOWN_YET,
    SETTLES,
    MergeAnswer,
    MergeBy,
    Merging,
)

# In this order: the first that the repository allows.
_METHODS = {
    "merge": "mergeCommitAllowed",
    "squash": "squashMergeAllowed",
    "rebase": "rebaseMergeAllowed",
}
_MERGEABLE = {"CLEAN", "HAS_HOOKS"}
_WHY = {
    "BEHIND": "its branch is not up to date with the one that it goes into",
    "DIRTY": "it is in conflict with the branch that it goes into",
    "DRAFT": A_DRAFT,
    "UNSTABLE": "a check that is not required fails, or still runs",
}

Send = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """A pull request that is asked about, and what asks.

    Attributes:
        repo: Its repository.
        name: The full name of that.
        request: The pull request, as it was looked at.
        send: Sends a query or a mutation, and returns its data.
    """

    repo: GithubRepository
    name: str
    request: PullRequest
    send: Send

    def state(self) -> dict[str, Any]:
        """Return what its merge depends on."""
        return self.about(github_queries.MERGE_STATE, oid=self.request.head, ours=HOLD_STATUS)

    def about(self, query: str, **more: str) -> dict[str, Any]:
        """Return what a query says of its repository."""
        owner, _, name = self.name.partition("/")
        asked = {"owner": owner, "name": name, "number": self.request.number, **more}
        found: dict[str, Any] = self.send(query, asked)["repository"]
        return found

    def change(self, mutation: str, **fields: str) -> None:
        """Send a mutation."""
        self.send(mutation, {"input": fields})


def merge(asked: Asked, by: MergeBy, sleep: Callable[[float], object]) -> MergeAnswer:
    """Merge a pull request, or let GitHub do it; what it refuses is an answer.

    Args:
        asked: The pull request.
        by: Whether only the queue may merge it.
        sleep: What waits.
    """
    found = _settled(asked, sleep)
    pull = found["pullRequest"]
    status, needs_review = pull["mergeStateStatus"], pull["reviewDecision"] == "REVIEW_REQUIRED"
    if pull["state"] == "MERGED":
        return MERGED
    if why := _refused(asked, found):
        return MergeAnswer(why=why)
    if pull["isInMergeQueue"]:
        return MergeAnswer(merging=Merging.QUEUED)
    # Who may pass by the rules is told that it can be merged without the review that they ask for.
    if pull["isMergeQueueEnabled"]:
        return _waits_for_queue(asked, found) if needs_review else _enqueued(asked, found)
    if by is MergeBy.QUEUE:
        return MergeAnswer(why=NO_QUEUE)
    if pull["autoMergeRequest"]:
        return MergeAnswer(merging=Merging.AUTO)
    if status in _MERGEABLE and not needs_review:
        return _merged(asked, found)
    if status == "BLOCKED" or (status in _MERGEABLE and needs_review):
        return _enabled(asked, found)
    return MergeAnswer(why=_WHY.get(status, NOT_KNOWN_YET))


def stop(asked: Asked, is_ours: Callable[[str], bool]) -> bool:
    """Take back what our account asked for, and tell whether it had; others' stays.

    Args:
        asked: The pull request.
        is_ours: Tells whether an account is that of the token.
    """
    pull = asked.about(github_queries.MERGE_ASKED)["pullRequest"]
    auto, queued = pull["autoMergeRequest"], pull["mergeQueueEntry"]
    is_auto = bool(auto) and is_ours(account(auto["enabledBy"]))
    is_queued = bool(queued) and is_ours(account(queued["enqueuer"]))
    if is_auto:
        asked.change(github_queries.DISABLE_AUTO_MERGE, pullRequestId=pull["id"])
    if is_queued:
        asked.change(github_queries.DEQUEUE, id=pull["id"])
    return is_auto or is_queued


def _refused(asked: Asked, found: dict[str, Any]) -> str:
    """Return why it is not to be merged, whatever GitHub's own rules say; "" where it may be."""
    pull, looked_at = found["pullRequest"], asked.request
    now = (pull["state"], pull["headRefOid"], pull["baseRefName"])
    if now != ("OPEN", looked_at.head, looked_at.target):
        return MOVED_ON
    if pull["isDraft"] or HOLD_LABEL in _each(pull["labels"], "name"):
        return A_DRAFT
    if github_shapes.wants_changes(pull):
        return CHANGES_REQUESTED
    if not github_shapes.has_passed(found["object"]):
        return NOT_GREEN
    return _WHY["DIRTY"] if pull["mergeStateStatus"] == "DIRTY" else ""


def _each(listing: dict[str, Any] | None, field: str) -> set[str]:
    """Return what is in a listing, which may be none, as may be what is in it."""
    return {one[field] for one in (listing or {}).get("nodes") or () if one}


def _settled(asked: Asked, sleep: Callable[[float], object]) -> dict[str, Any]:
    """Ask until GitHub has worked out whether it can be merged, or for as long as is waited."""
    for seconds in SETTLES:
        found = asked.state()
        if found["pullRequest"]["mergeStateStatus"] != "UNKNOWN":
            return found
        sleep(seconds)
    return asked.state()


def _methods(found: dict[str, Any]) -> Sequence[str]:
    return [method for method, allowed in _METHODS.items() if found[allowed]]


def _merged(asked: Asked, found: dict[str, Any]) -> MergeAnswer:
    """Merge it now: by the first method that the branch takes too, which may want no merges."""
    why, where = "its repository allows no way of merging", asked.repo.url
    for method in _methods(found):
        words = {"sha": asked.request.head, "merge_method": method}
        try:
            asked.repo.requester.requestJsonAndCheck(
                "PUT", f"{where}/pulls/{asked.request.number}/merge", input=words
            )
        except github.GithubException as error:
            why = refusal(error)
            if error.status != 405:
                break
        else:
            return MERGED
    # The answer of a merge may have been lost: then it is refused as one that is done.
    now = asked.state()["pullRequest"]
    return MERGED if now["state"] == "MERGED" else MergeAnswer(why=why)


def _enqueued(asked: Asked, found: dict[str, Any]) -> MergeAnswer:
    """Put it in the queue; where something is required first, let GitHub do that then."""
    pull = found["pullRequest"]
    try:
        asked.change(
            github_queries.ENQUEUE, pullRequestId=pull["id"], expectedHeadOid=asked.request.head
        )
    except github.GithubException as error:
        why = refusal(error)
    else:
        return MergeAnswer(merging=Merging.QUEUED)
    if pull["autoMergeRequest"]:
        return MergeAnswer(merging=Merging.AUTO)
    is_blocked = pull["mergeStateStatus"] == "BLOCKED" and found["autoMergeAllowed"]
    return _enabled(asked, found) if is_blocked else MergeAnswer(why=why)


def _waits_for_queue(asked: Asked, found: dict[str, Any]) -> MergeAnswer:
    """Let GitHub put it in the queue once it is reviewed."""
    is_on = found["pullRequest"]["autoMergeRequest"]
    return MergeAnswer(merging=Merging.AUTO) if is_on else _enabled(asked, found)


def _enabled(asked: Asked, found: dict[str, Any]) -> MergeAnswer:
    """Turn auto-merge on: GitHub merges it once what is required is there."""
    methods = _methods(found)
    if not (found["autoMergeAllowed"] and methods):
        return MergeAnswer(why="something is required first, and its repository has no auto-merge")
    try:
        asked.change(
            github_queries.ENABLE_AUTO_MERGE,
            pullRequestId=found["pullRequest"]["id"],
            expectedHeadOid=asked.request.head,
            mergeMethod=methods[0].upper(),
        )
    except github.GithubException as error:
        return MergeAnswer(why=refusal(error))
    return MergeAnswer(merging=Merging.AUTO)
