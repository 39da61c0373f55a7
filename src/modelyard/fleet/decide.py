"""What a run does in a repo: the table of docs/explanation/fleet.md, which is written from it.

Nothing here asks a forge, a file or a clock. The first row that fits an observation counts.
"""

from collections.abc import Callable
from dataclasses import dataclass

from modelyard.fleet.model import Observation
from modelyard.fleet.states import Action, RepoState, Trait
from modelyard.forges.forge import Checks, PullRequestState, Review
from modelyard.forges.merging import Merging


@dataclass(frozen=True)
class Row:
    """One case.

    Attributes:
        finds: The case, as a reader of the docs sees it.
        fits: Whether an observation is such a case.
        action: What is to do.
        does: The same, as a reader of the docs sees it.
        detail: What the result says, where the observation has no words of its own.
    """

    finds: str
    fits: Callable[[Observation], bool]
    action: Action
    does: str
    detail: str = ""


def _is(state: RepoState) -> Callable[[Observation], bool]:
    return lambda seen: seen.state is state


def _is_closed(seen: Observation) -> bool:
    """Tell whether somebody has declined; of several projects each may have had a request."""
    is_closed = seen.request is not None and seen.request.state is PullRequestState.CLOSED
    return is_closed or seen.state is RepoState.DECLINED


def _leaves_out(seen: Observation) -> bool:
    """Tell whether projects are not in the open request until a person has looked."""
    return seen.open_request is not None and seen.metadata is not None and seen.metadata.stopped


def _is_bots(seen: Observation) -> bool:
    """Tell whether the open request is the bot's to the last commit."""
    known = seen.metadata if seen.open_request else None
    return (
        known is not None
        and known.version == seen.wanted
        and not known.ended
        and known.head == seen.tip
        and (known.joined is not None) == seen.joined
    )


def _is_untouched(seen: Observation) -> bool:
    """Tell whether the open request is the bot's to the last commit, and of today's HEAD."""
    known = seen.metadata
    return _is_bots(seen) and known is not None and known.base == seen.head


def _is_waiting(seen: Observation) -> bool:
    return _is_untouched(seen) and seen.waits_for_ci


def _is_freed(seen: Observation) -> bool:
    """Tell whether somebody took the label away by which a request was held back."""
    request, known = seen.open_request, seen.metadata
    return bool(_is_untouched(seen) and request and not request.draft and known and known.held)


def _is_to_merge(seen: Observation) -> bool:
    """Tell whether nobody has to look at the open request, and CI is green: never without CI."""
    request, known = seen.open_request, seen.metadata
    return bool(
        _is_untouched(seen)
        and seen.merges
        and known
        and known.merges
        and not known.merge_asked
        and request
        and not (request.draft or request.merging)
        and request.review is not Review.CHANGES_REQUESTED
        and seen.checks == Checks.SUCCESS
    )


def _is_to_take_back(seen: Observation) -> bool:
    """Tell whether the forge is to merge the open request by our word, which holds no more."""
    request, known = seen.open_request, seen.metadata
    # In the queue it stays where it is when the default branch moves on, and is asked about still.
    is_ours = _is_untouched(seen) or _is_queued(seen)
    if not (is_ours and request and request.merging and known and known.merge_asked):
        return False
    changes = request.review is Review.CHANGES_REQUESTED
    return not seen.merges or changes or request.draft or seen.checks == Checks.FAILURE


def _is_queued(seen: Observation) -> bool:
    request = seen.open_request
    return bool(_is_bots(seen) and request and request.merging is Merging.QUEUED)


def _has_moved_on(seen: Observation) -> bool:
    """Tell whether the open request is known, and of another commit than today's HEAD."""
    known = seen.metadata if seen.open_request else None
    return known is not None and known.version == seen.wanted and known.base != seen.head


def _is_somebodys(seen: Observation) -> bool:
    return bool(seen.tip) and not seen.tip_is_bots


# What settings, forge and git's server tell: where one of these fits, nothing is cloned.
BY_REQUEST = (
    Row(
        "an error", _is(RepoState.FAILED), Action.NOTHING, "says it, and goes on with the next repo"
    ),
    Row(
        "an exemption, an archived or empty repo, no permission to push",
        lambda seen: Trait.LEFT_OUT in seen.state.traits,
        Action.NOTHING,
        "nothing, and says which",
    ),
    Row(
        "a closed request for this version",
        _is_closed,
        Action.NOTHING,
        "nothing: declined",
        "somebody closed the request",
    ),
    Row(
        "a draft that waits for CI, which is green",
        lambda seen: _is_waiting(seen) and seen.checks == Checks.SUCCESS,
        Action.MAKE_READY,
        "marks it as ready; closes open requests for other versions",
    ),
    Row(
        "a draft that waits for CI, and nothing has checked it in time",
        lambda seen: _is_waiting(seen) and seen.unchecked,
        Action.MAKE_READY,
        "marks it as ready, and says that nothing checks it",
        "nothing checks it: no CI for its commit",
    ),
    Row(
        "a request that is held back where there are no drafts, and somebody took its label away",
        _is_freed,
        Action.MAKE_READY,
        "takes its failing status away; closes open requests for other versions",
    ),
    Row(
        "a request that is ready and green, of today's default branch, as the bot pushed it, in "
        "which nobody has to look at anything, and `merge` is set",
        _is_to_merge,
        Action.MERGE,
        "lets the forge merge it: at once, once its rules allow that, or by its merge queue; "
        "closes open requests for other versions",
    ),
    Row(
        "a request that the forge is to merge by the bot's word, and CI fails now, a reviewer asks "
        "for changes, somebody made it a draft or put `do-not-merge` on it, or `merge` is not set "
        "any more",
        _is_to_take_back,
        Action.TAKE_BACK,
        "takes that back",
    ),
    Row(
        "a request in the merge queue, as the bot pushed it",
        _is_queued,
        Action.WAIT,
        "nothing, also where the default branch has moved on: the queue tests it with that",
    ),
    Row(
        "an open request, nothing has changed",
        _is_untouched,
        Action.WAIT,
        "nothing, and clones nothing, unless it leaves out projects that a person has to look at; "
        "closes open requests for other versions",
    ),
)
# What the answers file and the merge tell. The last row fits whatever is left.
BY_MERGE = (
    Row(
        "no answers file",
        _is(RepoState.CANDIDATE),
        Action.NOTHING,
        "nothing: a candidate for `adopt`",
    ),
    Row("another template", _is(RepoState.FOREIGN), Action.NOTHING, "nothing, and says which"),
    Row(
        "an answers file that cannot be read",
        _is(RepoState.BROKEN),
        Action.NOTHING,
        "nothing, and says where; it holds up no wave",
    ),
    Row(
        "a repo, answers or a template that allow no update",
        _is(RepoState.REFUSED),
        Action.NOTHING,
        "nothing, and says why",
    ),
    Row(
        "a repo on a version that was withdrawn, where no older one was named with `--to`",
        _is(RepoState.WITHDRAWN),
        Action.NOTHING,
        "nothing, and says what brings it back",
    ),
    Row(
        "the repo is on the version, or the release changes nothing in it",
        _is(RepoState.CURRENT),
        Action.CLOSE_OTHERS,
        "closes open requests for other versions",
    ),
    Row(
        "a merged request, and the version is not on the default branch",
        _is(RepoState.REVERTED),
        Action.NOTHING,
        "nothing, and says so: somebody reverted it",
        RepoState.REVERTED.text,
    ),
    Row(
        "an open request from its branch that another account has opened",
        lambda seen: bool(seen.somebodys),
        Action.LEAVE,
        "leaves branch and request alone, and says which",
        "another account has an open request from its branch",
    ),
    Row(
        "an open request with commits of somebody else, and the default branch has moved on",
        lambda seen: _is_somebodys(seen) and _has_moved_on(seen),
        Action.BUILD_ON,
        "merges anew, and pushes that on top of their commits if it is clean; else leaves branch "
        "and request alone, and says why",
        "somebody else committed to the branch",
    ),
    Row(
        "a draft that waits for CI, and somebody else pushed to its branch",
        lambda seen: seen.waits_for_ci and _is_somebodys(seen),
        Action.LEAVE,
        "leaves branch and request alone: who works there marks it as ready",
        "somebody else committed to the branch: whoever did marks the draft as ready",
    ),
    Row(
        "an open request, and somebody else pushed to its branch",
        lambda seen: seen.open_request is not None and _is_somebodys(seen),
        Action.LEAVE,
        "leaves branch and request alone",
        "somebody else committed to the branch",
    ),
    Row(
        "a branch of that name which is not the bot's",
        _is_somebodys,
        Action.LEAVE,
        "leaves it alone, opens nothing",
        "somebody else committed to the branch",
    ),
    Row(
        "an open request, and the default branch has moved on, `join_projects` was changed, a run "
        "was cut off, or its mark does not count",
        lambda seen: seen.open_request is not None,
        Action.UPDATE,
        "merges anew, pushes over its own commit, edits the text; closes open requests for other "
        "versions, with a link to this one",
    ),
    Row(
        "the bot's branch, but no request: a run was cut off",
        lambda seen: bool(seen.tip),
        Action.OPEN,
        "opens the request; closes those for other versions",
    ),
    Row(
        "no branch, no request",
        lambda seen: True,
        Action.OPEN,
        "merges, pushes, opens a request: a draft where there is a conflict, and until CI is "
        "green; closes those for other versions",
    ),
)
TABLE = BY_REQUEST + BY_MERGE


def by_request(seen: Observation) -> Row | None:
    """Return the row that fits before anything is cloned; None where that does not tell."""
    if _leaves_out(seen):
        # Each run says why, and the merge alone knows.
        return None
    return next((row for row in BY_REQUEST if row.fits(seen)), None)


def decide(seen: Observation) -> Row:
    """Return the first row that fits an observation of a repo that was looked into."""
    return next(row for row in TABLE if row.fits(seen))
