"""Which request speaks for a project: its own, or one that it has together with others.

Both stay what they were when `join_projects` is changed: a merge and a no hold on the other side.
"""

from collections.abc import Iterable, Sequence

from modelyard.fleet import branches, projects
from modelyard.fleet.counted import counted
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member
from modelyard.fleet.pr_metadata import digest
from modelyard.forges.forge import PullRequestState

_OPEN = PullRequestState.OPEN


def request_of(
    member: Member, requests: Iterable[FleetRequest], version: str
) -> FleetRequest | None:
    """Return the request of a member for a version that counts, of those of its repo.

    Of a joined member it is the joint one. One of the project at the top alone has the same branch:
    open it becomes the joint one, as the joint one becomes that of the project at the top, and else
    it speaks for that project.
    """
    into = branches.into(member.target)
    of_branch = [one for one in requests if one.is_fleets and one.suffix.partition("=")[0] == into]

    def counts(one: FleetRequest) -> bool:
        if one.state is _OPEN:
            return one.suffix == member.suffix
        return not _is_of_one(one) if member.joined else _speaks_for(one, member)

    return counted([one for one in of_branch if counts(one)], version)


def of_project(requests: Sequence[FleetRequest], one: Member, version: str) -> FleetRequest | None:
    """Return the request that speaks for a project that is to be in a joint one.

    A merge or a no of its own request stays what it was; an open one is superseded by the joint
    one. A joint request says nothing of a project that is not in it.
    """
    mine = [each for each in requests if each.metadata is None or _speaks_for(each, one)]
    own = [each for each in mine if _is_of_one(each) and each.suffix == one.suffix]
    found = counted(own, version)
    if found and found.state is not _OPEN:
        return found
    return counted([each for each in mine if not _is_of_one(each)], version)


def _is_of_one(request: FleetRequest) -> bool:
    known = request.metadata
    return "=" in request.suffix or (known is not None and known.joined is None)


def _speaks_for(request: FleetRequest, one: Member) -> bool:
    joined = request.metadata.joined if request.metadata else None
    if joined is None:
        return request.suffix == one.suffix
    if not joined or one.answers_file in joined or digest(one.answers_file) in joined:
        # Without a list nobody knows which they were: then it is of all of them.
        return True
    # A repo with one project names none: that is the one at the top, as a list may name it.
    is_at_top = not projects.folder_of(one.answers_file)
    return is_at_top and ("" in joined or (not one.answers_file and _names_the_top(joined)))


def _names_the_top(joined: Sequence[str]) -> bool:
    return any(not projects.folder_of(path) for path in joined)
