"""Reviewers and assignees on GitLab."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from modelyard.forges.people import People, not_reached

_WHY = "GitLab takes no such member of the project, no group, and in its free tier one alone"


def ask(
    request: dict[str, Any],
    people: People,
    named: Callable[[str], dict[str, Any] | None],
    write: Callable[[dict[str, Any]], dict[str, Any]],
) -> Sequence[str]:
    """Ask people to review a merge request and assign it; return whom GitLab did not take.

    Args:
        request: The merge request as it is now.
        people: Who; its own author is left out.
        named: Returns the account of a name, if there is one.
        write: Changes the merge request, and returns it.
    """
    author = str((request.get("author") or {}).get("username", ""))
    reviewers = [name for name in people.reviewers if name.lower() != author.lower()]
    wanted = {"reviewers": reviewers, "assignees": list(people.assignees)}
    changes = {}
    for kind, names in wanted.items():
        # All at once is all that can be set: who is there already stays.
        there = [one["id"] for one in request.get(kind) or ()]
        found = [account["id"] for name in names if (account := named(name))]
        if set(found) - set(there):
            changes[f"{kind[:-1]}_ids"] = list(dict.fromkeys((*there, *found)))
    now = write(changes) if changes else request
    said = (
        not_reached("asked to review", _missing(reviewers, now.get("reviewers")), _WHY),
        not_reached("assigned", _missing(people.assignees, now.get("assignees")), _WHY),
    )
    return [one for one in said if one]


def _missing(names: Sequence[str], there: Iterable[dict[str, Any]] | None) -> Sequence[str]:
    known = {str(one["username"]).lower() for one in there or ()}
    return [name for name in names if name.lower() not in known]
