"""Reviewers and assignees on GitHub."""

from collections.abc import Sequence

import github
from github.PullRequest import PullRequest as GithubPullRequest

from modelyard.forges.people import People, not_reached


def ask(pull: GithubPullRequest, owner: str, people: People) -> Sequence[str]:
    """Ask people to review a pull request and assign it; return whom GitHub did not take.

    Args:
        pull: The pull request.
        owner: Of the repository: a team of another one cannot be asked.
        people: Who; its own author is left out, whom GitHub refuses.
    """
    author = pull.user.login if pull.user else ""
    said = []
    names = [name for name in people.reviewers if name.lower() != author.lower()]
    strange = [name for name in names if "/" in name and not _is_of(name, owner)]
    if names := [name for name in names if name not in strange]:
        refused = _review(pull, names)
        said.append(not_reached("asked to review", refused, "GitHub knows no such collaborator"))
    said.append(not_reached("asked to review", strange, f"no team of {owner}"))
    if people.assignees:
        # It leaves out in silence whom it may not assign.
        pull.add_to_assignees(*people.assignees)
        there = {one.login.lower() for one in pull.assignees}
        left = [name for name in people.assignees if name.lower() not in there]
        said.append(not_reached("assigned", left, "GitHub assigns nobody without access"))
    return [one for one in said if one]


def _is_of(team: str, owner: str) -> bool:
    return team.partition("/")[0].lower() == owner.lower()


def _review(pull: GithubPullRequest, names: Sequence[str]) -> Sequence[str]:
    """Ask them all; where GitHub refuses, for it takes all or none, each alone."""
    users = [name for name in names if "/" not in name]
    # It names a team without the organization, which can be no other than the repo's own.
    teams = [name.rpartition("/")[2] for name in names if "/" in name]
    try:
        pull.create_review_request(users, teams)
    except github.GithubException as error:
        if error.status != 422:
            raise
        if len(names) == 1:
            return names
        return [name for name in names if _review(pull, [name])]
    return ()
