"""Commits that GitHub makes and signs itself, on a branch that is there for this alone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import github
from github.Repository import Repository as GithubRepository

from modelyard.forges import github_queries
from modelyard.forges.forge import Changes


def commit(
    repo: GithubRepository,
    query: Callable[[str, dict[str, Any]], Any],
    name: str,
    branch: str,
    changes: Changes,
) -> None:
    """Make a branch at a commit, and a signed commit on it; one left behind begins anew.

    Args:
        repo: The repository.
        query: Sends a mutation.
        name: The full name of the repository.
        branch: The branch.
        changes: What is committed, and on what.
    """
    try:
        repo.create_git_ref(f"refs/heads/{branch}", changes.base)
    except github.GithubException as error:
        if error.status != 422:
            raise
        to = {"sha": changes.base, "force": True}
        repo.requester.requestJsonAndCheck("PATCH", _ref(repo, branch), input=to)
    headline, _, body = changes.message.partition("\n")
    asked = {
        "branch": {"repositoryNameWithOwner": name, "branchName": branch},
        "expectedHeadOid": changes.base,
        "message": {"headline": headline, "body": body.strip()},
        "fileChanges": {
            "additions": [{"path": p, "contents": c} for p, c in changes.additions.items()],
            "deletions": [{"path": path} for path in changes.deletions],
        },
    }
    query(github_queries.CREATE_COMMIT, {"input": asked})


def delete(repo: GithubRepository, branch: str) -> None:
    """Delete a branch; one that is gone already is no error."""
    try:
        repo.requester.requestJsonAndCheck("DELETE", _ref(repo, branch))
    except github.GithubException as error:
        if error.status not in {404, 422}:
            raise


def _ref(repo: GithubRepository, branch: str) -> str:
    # PyGithub's own, made lazily, has the address for reading, which takes no write. What follows a
    # `#` would be cut off, and another branch be meant.
    return f"{repo.url}/git/refs/heads/{quote(branch)}"
