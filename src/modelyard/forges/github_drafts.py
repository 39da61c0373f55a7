"""Drafts on GitHub, and what stands in their place in a repo that has none.

Private repos of free plans have no drafts: a request there is held back by a label, which is also
how it is known later, and by a status of its commit that fails, where the token may write one.
"""

from typing import Any

import github
from github.PullRequest import PullRequest as GithubPullRequest
from github.Repository import Repository as GithubRepository

from modelyard.forges.forge import HOLD_LABEL, HOLD_STATUS

# In a repo without drafts GitHub says that nobody may make one, whatever else they may.
_NO_DRAFTS = {"FORBIDDEN", "UNPROCESSABLE"}
_HELD = "held back: what its text says is open; then take the label away"
_RELEASED = "not held back any more"


def is_held(labels: list[str]) -> bool:
    """Tell whether a request with these labels is held back."""
    return HOLD_LABEL in labels


def held(pull: GithubPullRequest) -> bool:
    """Tell whether a request is held back in the place of a draft."""
    return not pull.draft and is_held([one.name for one in pull.labels])


def change(
    repo: GithubRepository, pull: GithubPullRequest, *, draft: bool, known_held: bool
) -> bool:
    """Make a request a draft or ready, or hold it back or not; what is so already stays.

    Args:
        repo: Its repository.
        pull: The request.
        draft: Whether it is to be one.
        known_held: It was held back, even if somebody has taken the label away.

    Returns:
        Whether it is held back now, in the place of a draft.
    """
    if not draft:
        if pull.draft:
            pull.mark_ready_for_review()
        if held(pull) or known_held:
            _release(repo, pull)
        return False
    if pull.draft:
        return False
    if not held(pull):
        try:
            pull.convert_to_draft()
        except github.GithubException as error:
            if not _kinds(error) & _NO_DRAFTS:
                raise
        else:
            return False
    hold(repo, pull)
    return True


def warn(repo: GithubRepository, commit: str, *, failing: bool = True) -> None:
    """Let the status of ours on a commit fail, or not any more, if the token may write one."""
    state, said = ("failure", _HELD) if failing else ("success", _RELEASED)
    try:
        repo.get_commit(commit).create_status(state, description=said, context=HOLD_STATUS)
    except github.GithubException as error:
        # Without it the label tells alone; the text says so.
        if error.status not in {403, 404, 422}:
            raise


def hold(repo: GithubRepository, pull: GithubPullRequest, *more: str) -> None:
    """Hold a request back; it gets more labels in the same step."""
    warn(repo, pull.head.sha)
    there = {one.name for one in pull.labels}
    if labels := [one for one in (HOLD_LABEL, *more) if one not in there]:
        pull.add_to_labels(*labels)


def _release(repo: GithubRepository, pull: GithubPullRequest) -> None:
    warn(repo, pull.head.sha, failing=False)
    if held(pull):
        pull.remove_from_labels(HOLD_LABEL)


def _kinds(error: github.GithubException) -> set[Any]:
    data = error.data if isinstance(error.data, dict) else {}
    found = data.get("errors") or ()
    return {one.get("type") for one in found if isinstance(one, dict)}
