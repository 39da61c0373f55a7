"""Merges merge requests on GitLab, or lets GitLab do it: auto-merge, or a merge train.

Each write names the commit that was looked at, so that GitLab refuses it for another one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gitlab

from modelyard.errors import Unreachable
from modelyard.forges.forge import HOLD_LABEL
from modelyard.forges.gitlab_errors import refusal
from modelyard.forges.merging import (
    A_DRAFT,
    CHANGES_REQUESTED,
    MERGED,
    MOVED_ON,
    NO_QUEUE,
    NOT_KNOWN_YET,
    SETTLES,
    MergeAnswer,
    MergeBy,
    Merging,
)
from modelyard.redaction import redact

_NOT_KNOWN = {"unchecked", "checking", "preparing", "approvals_syncing"}
_WHY = {
    "broken_status": "it is in conflict with the branch that it goes into",
    "conflict": "it is in conflict with the branch that it goes into",
    "draft_status": A_DRAFT,
    "need_rebase": "its branch is not up to date with the one that it goes into",
    "requested_changes": CHANGES_REQUESTED,
}
# Servers before 17.11 know the second name alone, and later ones may drop it.
_ONCE_ALLOWED = {"auto_merge": True, "merge_when_pipeline_succeeds": True}


@dataclass(frozen=True)
class Asked:
    """A merge request that is asked about, and what asks.

    Attributes:
        project: The path of its project in the API.
        number: Its number there.
        head: Its commit, as it was looked at.
        target: The branch that it goes into, as it was looked at.
        one: Gets an object.
        every: Gets a list.
        write: Sends something, by its method.
    """

    project: str
    number: int
    head: str
    target: str
    one: Callable[[str], dict[str, Any]]
    every: Callable[[str], Sequence[dict[str, Any]]]
    write: Callable[[str, str, dict[str, Any]], dict[str, Any]]

    @property
    def where(self) -> str:
        """Its path."""
        return f"{self.project}/merge_requests/{self.number}"


def merge(asked: Asked, by: MergeBy, sleep: Callable[[float], object]) -> MergeAnswer:
    """Merge a merge request, or let GitLab do it; what it refuses is an answer.

    Args:
        asked: The merge request.
        by: Whether only a merge train may merge it.
        sleep: What waits.
    """
    found = _settled(asked, sleep)
    if found["state"] == "merged":
        return MERGED
    if why := _refused(asked, found):
        return MergeAnswer(why=why)
    if found.get("merge_when_pipeline_succeeds"):
        return MergeAnswer(merging=Merging.AUTO)
    # To merge beside a train would stop all that are on it.
    has_trains = bool(asked.one(asked.project).get("merge_trains_enabled"))
    if by is MergeBy.QUEUE and not has_trains:
        return MergeAnswer(why=NO_QUEUE)
    try:
        if has_trains:
            train = f"{asked.project}/merge_trains/merge_requests/{asked.number}"
            words = {"sha": asked.head, "auto_merge": True, "when_pipeline_succeeds": True}
            asked.write("post", train, words)
            return MergeAnswer(merging=Merging.QUEUED)
        words = {"sha": asked.head, **_ONCE_ALLOWED}
        done = asked.write("put", f"{asked.where}/merge", words)
    except (gitlab.GitlabHttpError, gitlab.GitlabAuthenticationError) as error:
        why = refusal(error)
        # The answer of a merge may have been lost: then it is refused as one that is done.
        done = asked.one(asked.where)
    else:
        # A merge that fails is answered as one that is done is.
        why = " ".join(redact(str(done.get("merge_error") or NOT_KNOWN_YET)).split())[:300]
    if done["state"] in {"merged", "locked"}:
        return MERGED
    is_to = done.get("merge_when_pipeline_succeeds")
    return MergeAnswer(merging=Merging.AUTO) if is_to else MergeAnswer(why=why)


def stop(asked: Asked, account: int) -> bool:
    """Take back what our account asked for, and tell whether it had; others' stays.

    Args:
        asked: The merge request.
        account: The number of ours.

    Raises:
        Unreachable: GitLab refuses.
    """
    found = asked.one(asked.where)
    who = found.get("merge_user") or {}
    if not found.get("merge_when_pipeline_succeeds") or who.get("id") != account:
        return False
    said = asked.write("post", f"{asked.where}/cancel_merge_when_pipeline_succeeds", {})
    # It answers 201 also where it refuses, and says so in the text.
    if said.get("status") == "error":
        why = " ".join(str(said.get("message")).split())[:300]
        raise Unreachable(f"{found['web_url']}: GitLab does not turn its auto-merge off: {why}")
    return True


def _settled(asked: Asked, sleep: Callable[[float], object]) -> dict[str, Any]:
    """Ask until GitLab has worked out whether it can be merged, or for as long as is waited."""
    for seconds in SETTLES:
        found = asked.one(asked.where)
        if found.get("detailed_merge_status") not in _NOT_KNOWN:
            return found
        sleep(seconds)
    return asked.one(asked.where)


def _refused(asked: Asked, found: dict[str, Any]) -> str:
    """Return why it is not to be merged, whatever GitLab's own rules say; "" where it may be."""
    now = (found["state"], found.get("sha"), found["target_branch"])
    if now != ("opened", asked.head, asked.target):
        return MOVED_ON
    status = found.get("detailed_merge_status", "")
    if found.get("draft") or HOLD_LABEL in (found.get("labels") or ()):
        return A_DRAFT
    if status in _NOT_KNOWN:
        return NOT_KNOWN_YET
    if status in _WHY:
        return _WHY[status]
    return CHANGES_REQUESTED if wants_changes(asked.every, asked.where) else ""


def wants_changes(every: Callable[[str], Sequence[dict[str, Any]]], where: str) -> bool:
    """Tell whether a reviewer asks for changes: of its free tier no status says that."""
    said = {one.get("state") for one in every(f"{where}/reviewers")}
    return "requested_changes" in said
