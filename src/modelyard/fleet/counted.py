"""Which of a repo's requests for a version counts: one at most, whatever became of the others."""

from collections.abc import Sequence
from datetime import UTC, datetime

from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.pr_metadata import Ended
from modelyard.forges.forge import PullRequestState

_NEVER = datetime.max.replace(tzinfo=UTC)


def counted(requests: Sequence[FleetRequest], version: str) -> FleetRequest | None:
    """Return the request for a version that counts; None where it is as if there was none.

    An open one counts before those that are closed, which may be newer where a person opened it
    again. What the bot closed is nobody's answer. Nor is what was merged before another version
    was: the repo has moved on, and may be wanted back. One that was open beside it all the time,
    and was merged behind it, moves nothing on.

    Args:
        requests: All requests of the fleet for one member, newest first.
        version: The version.
    """
    found = [one for one in requests if one.version == version]
    for one in found:
        if one.state is PullRequestState.OPEN:
            return one
    for one in found:
        if not ended_by_bot(one):
            return None if _moved_on(one, requests) else one
    return None


def ended_by_bot(request: FleetRequest) -> bool:
    """Tell whether the bot closed a request, as its mark says, if that counts."""
    known = request.metadata
    by_person = {Ended.NOT_BY_BOT, Ended.OPENED_AGAIN}
    closed = request.state is PullRequestState.CLOSED
    return closed and known is not None and known.ended not in by_person


def opened_again(request: FleetRequest) -> bool:
    """Tell whether a person opened a request again that the bot had closed."""
    known = request.metadata
    is_open = request.state is PullRequestState.OPEN
    return is_open and known is not None and known.ended != Ended.NOT_BY_BOT


def _moved_on(request: FleetRequest, requests: Sequence[FleetRequest]) -> bool:
    """Tell whether a request of another version was merged after this one was."""
    if request.state is not PullRequestState.MERGED:
        return False

    def when(one: FleetRequest) -> tuple[datetime, int]:
        return one.ended or _NEVER, one.number

    def leaves(one: FleetRequest) -> bool:
        known = one.metadata
        came_from_here = known is not None and known.before == request.version
        # Forges count in seconds: of two things in one second, the numbers tell which was first.
        opened_behind = one.opened >= when(request)[0] and one.number > request.number
        return came_from_here or opened_behind

    return any(
        one.state is PullRequestState.MERGED
        and one.version != request.version
        and when(one) > when(request)
        and leaves(one)
        for one in requests
    )
