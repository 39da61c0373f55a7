"""The table of what a run does: a case for each row, and nothing between the rows."""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from modelyard.fleet import decide
from modelyard.fleet.decide import BY_MERGE, BY_REQUEST, TABLE, Row
from modelyard.fleet.marks import Doubt, FleetRequest
from modelyard.fleet.model import Observation
from modelyard.fleet.pr_metadata import Ended, Metadata
from modelyard.fleet.states import Action, RepoState, Trait
from modelyard.forges.forge import Checks, PullRequest, PullRequestState, Review
from modelyard.forges.merging import Merging

HEAD, OLDER, TIP, OTHER = "a" * 40, "b" * 40, "c" * 40, "d" * 40
SEEN = Observation("r", "rest", RepoState.CLEAN, "v2", head=HEAD)


def request(
    state: str, base: str = HEAD, head: str = TIP, version: str = "v2", waits: bool = False
) -> FleetRequest:
    known = Metadata(version, "v1", base, head, "rest", waits_for_ci=waits)
    day = datetime(2026, 6, 1, tzinfo=UTC)
    place = (1, "url", "modelyard/v2", head, PullRequestState(state), waits, "title", "", day)
    return FleetRequest.of(PullRequest(*place, own=True), version="v2", metadata=known)


WAITING = request("open", waits=True)
OPENED_AGAIN = replace(
    request("open"), metadata=Metadata("v2", "v1", HEAD, TIP, "rest", ended=Ended.SUPERSEDED)
)
HELD = Metadata("v2", "v1", HEAD, TIP, "rest", held=True, no_drafts=True)
FREED = replace(request("open"), metadata=HELD)
TO_MERGE = replace(request("open"), metadata=Metadata("v2", "v1", HEAD, TIP, "rest", merges=True))
ASKED = Metadata("v2", "v1", HEAD, TIP, "rest", merges=True, merge_asked=True)
HANDED_OVER = replace(request("open"), metadata=ASKED, merging=Merging.AUTO)
QUEUED = replace(HANDED_OVER, merging=Merging.QUEUED)
JOINT = replace(
    request("open"), metadata=Metadata("v2", "v1", HEAD, TIP, "rest", joined=("a/answers.yml",))
)
NOT_BELIEVED = replace(request("open"), metadata=None, doubt=Doubt.UNSIGNED)


def seen(state: RepoState, request: FleetRequest | None = None, **more: object) -> Observation:
    return replace(SEEN, state=state, request=request, **more)  # type: ignore[arg-type]  # of many types


# One case for each row, by what the row finds; each is told from its neighbours by little.
CASES = {
    "an error": seen(RepoState.FAILED),
    "an exemption, an archived or empty repo, no permission to push": seen(RepoState.EXEMPT),
    "a closed request for this version": seen(RepoState.DECLINED, request("closed"), tip=TIP),
    "a draft that waits for CI, which is green": seen(
        RepoState.WAITS_FOR_CI, WAITING, tip=TIP, checks=Checks.SUCCESS
    ),
    "a draft that waits for CI, and nothing has checked it in time": seen(
        RepoState.WAITS_FOR_CI, WAITING, tip=TIP, checks=Checks.NONE, unchecked=True
    ),
    "a request that is held back where there are no drafts, and somebody took its label away": seen(
        RepoState.OPEN, FREED, tip=TIP
    ),
    "a request that is ready and green, of today's default branch, as the bot pushed it, in which "
    "nobody has to look at anything, and `merge` is set": seen(
        RepoState.OPEN, TO_MERGE, tip=TIP, checks=Checks.SUCCESS, merges=True
    ),
    "a request that the forge is to merge by the bot's word, and CI fails now, a reviewer asks for "
    "changes, somebody made it a draft or put `do-not-merge` on it, or `merge` is not set any "
    "more": seen(RepoState.OPEN, HANDED_OVER, tip=TIP, checks=Checks.FAILURE, merges=True),
    "a request in the merge queue, as the bot pushed it": seen(
        RepoState.OPEN, QUEUED, tip=TIP, head=OTHER, merges=True
    ),
    "an open request, nothing has changed": seen(RepoState.OPEN, request("open"), tip=TIP),
    "no answers file": seen(RepoState.CANDIDATE),
    "another template": seen(RepoState.FOREIGN),
    "an answers file that cannot be read": seen(RepoState.BROKEN),
    "a repo, answers or a template that allow no update": seen(RepoState.REFUSED),
    "a repo on a version that was withdrawn, where no older one was named with `--to`": seen(
        RepoState.WITHDRAWN
    ),
    "the repo is on the version, or the release changes nothing in it": seen(
        RepoState.CURRENT, request("merged"), tip=TIP
    ),
    "a merged request, and the version is not on the default branch": seen(
        RepoState.REVERTED, request("merged"), tip=TIP
    ),
    "an open request from its branch that another account has opened": seen(
        RepoState.CLEAN, tip=TIP, somebodys="url"
    ),
    "an open request with commits of somebody else, and the default branch has moved on": seen(
        RepoState.WORKED_ON, request("open", base=OLDER), tip=OTHER, tip_is_bots=False
    ),
    "a draft that waits for CI, and somebody else pushed to its branch": seen(
        RepoState.WORKED_ON, WAITING, tip=OTHER, tip_is_bots=False
    ),
    "an open request, and somebody else pushed to its branch": seen(
        RepoState.OPEN, request("open"), tip=OTHER, tip_is_bots=False
    ),
    "a branch of that name which is not the bot's": seen(
        RepoState.CLEAN, tip=OTHER, tip_is_bots=False
    ),
    "an open request, and the default branch has moved on, `join_projects` was changed, a run was "
    "cut off, or its mark does not count": seen(
        RepoState.OPEN, request("open", base=OLDER), tip=TIP
    ),
    "the bot's branch, but no request: a run was cut off": seen(RepoState.CLEAN, tip=TIP),
    "no branch, no request": seen(RepoState.CONFLICT),
}


def name(row: Row) -> str:
    return row.finds


@pytest.mark.parametrize("row", TABLE, ids=name)
def test_each_row_is_found_by_a_case_of_its_own(row: Row) -> None:
    assert decide.decide(CASES[row.finds]) is row


def test_each_case_is_that_of_a_row() -> None:
    assert set(CASES) == {row.finds for row in TABLE}


def everything() -> Iterator[Observation]:
    """Every observation that can be made, and many that cannot."""
    requests = [
        None,
        *(request(state) for state in ("open", "closed", "merged")),
        request("open", base=OLDER),
        request("open", version="v1"),
        WAITING,
        FREED,
        request("open", base=OLDER, waits=True),
        request("open", head=OTHER, waits=True),
        replace(WAITING, draft=False),
        replace(request("open"), draft=True),
        NOT_BELIEVED,
        OPENED_AGAIN,
        TO_MERGE,
        HANDED_OVER,
        QUEUED,
        JOINT,
    ]
    both = (True, False)
    for state, one, tip, bots, other in itertools.product(
        RepoState, requests, ("", TIP), both, ("", "url")
    ):
        yield seen(state, one, tip=tip, tip_is_bots=bots, somebodys=other)
        for checks, unchecked in (*((one, False) for one in Checks), (Checks.NONE, True)):
            yield seen(
                state,
                one,
                tip=tip,
                tip_is_bots=bots,
                somebodys=other,
                checks=checks,
                unchecked=unchecked,
                merges=True,
            )


def test_every_observation_has_a_row_and_only_the_last_one_fits_all() -> None:
    rows = [decide.decide(one) for one in everything()]
    assert set(rows) == set(TABLE)
    assert [row for row in TABLE if all(row.fits(one) for one in everything())] == [TABLE[-1]]


def test_a_look_into_the_repo_does_not_change_what_the_request_alone_tells() -> None:
    told = [(one, decide.by_request(one)) for one in everything()]
    assert {row for _, row in told if row} == set(BY_REQUEST)
    assert [one for one, row in told if row and decide.decide(one) is not row] == []


@pytest.mark.parametrize("wrong", [request("open", version="v1"), NOT_BELIEVED, OPENED_AGAIN])
def test_a_request_whose_hidden_line_is_wrong_is_written_anew(wrong: FleetRequest) -> None:
    assert decide.by_request(seen(RepoState.OPEN, wrong, tip=TIP)) is None
    assert decide.decide(seen(RepoState.OPEN, wrong, tip=TIP)).action is Action.UPDATE


def test_a_request_waits_as_long_as_the_projects_are_joined_as_it_says() -> None:
    for one, joined in itertools.product((JOINT, request("open")), (True, False)):
        found = decide.decide(seen(RepoState.OPEN, one, tip=TIP, joined=joined))
        waits = (one is JOINT) == joined
        assert found.action is (Action.WAIT if waits else Action.UPDATE)


@pytest.mark.parametrize("checks", [Checks.PENDING, Checks.FAILURE, Checks.NONE])
def test_a_draft_waits_while_ci_runs_or_is_red_or_may_still_begin(checks: Checks) -> None:
    row = decide.by_request(seen(RepoState.WAITS_FOR_CI, WAITING, tip=TIP, checks=checks))
    assert row and row.action is Action.WAIT


@pytest.mark.parametrize(
    "one",
    [replace(request("open"), draft=True), replace(WAITING, draft=False), request("open")],
    ids=["a person made it a draft", "a person marked it as ready", "it was ready from the start"],
)
def test_only_what_the_bot_made_a_draft_is_made_ready(one: FleetRequest) -> None:
    green = seen(RepoState.DRAFT, one, tip=TIP, checks=Checks.SUCCESS, unchecked=True)
    assert decide.decide(green).action is Action.WAIT


GREEN = seen(RepoState.OPEN, TO_MERGE, tip=TIP, checks=Checks.SUCCESS, merges=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"merges": False},
        {"checks": Checks.NONE, "unchecked": True},
        {"checks": Checks.PENDING},
        {"checks": Checks.FAILURE},
        {"request": request("open")},
        {"request": replace(TO_MERGE, draft=True)},
        {"request": replace(TO_MERGE, review=Review.CHANGES_REQUESTED)},
        {"request": replace(TO_MERGE, metadata=ASKED)},
        {"request": replace(TO_MERGE, merging=Merging.AUTO)},
        {"tip": OTHER, "tip_is_bots": False},
        {"head": OTHER},
    ],
    ids=[
        "it is off",
        "nothing has checked it",
        "CI runs",
        "CI is red",
        "something is left to a person",
        "it is a draft",
        "a reviewer asks for changes",
        "it was asked, and somebody took that back",
        "the forge is to merge it",
        "somebody has pushed",
        "the default branch has moved on",
    ],
)
def test_nothing_is_merged_that_anybody_should_see(changed: dict[str, object]) -> None:
    assert decide.decide(GREEN).action is Action.MERGE
    found = replace(GREEN, **changed)  # type: ignore[arg-type]  # of many types
    assert decide.decide(found).action is not Action.MERGE


@pytest.mark.parametrize(
    "changed",
    [
        {"checks": Checks.FAILURE},
        {"merges": False},
        {"request": replace(HANDED_OVER, review=Review.CHANGES_REQUESTED)},
        {"request": replace(HANDED_OVER, draft=True)},
    ],
)
def test_what_the_forge_is_to_merge_is_taken_back_when_it_should_not(
    changed: dict[str, object],
) -> None:
    asked = replace(GREEN, request=HANDED_OVER)
    assert decide.decide(asked).action is Action.WAIT
    found = replace(asked, **changed)  # type: ignore[arg-type]  # of many types
    assert decide.decide(found).action is Action.TAKE_BACK
    # In the queue it is not looked at again when the default branch moves on, and this still is.
    assert found.request
    queued = replace(found, request=replace(found.request, merging=Merging.QUEUED), head=OTHER)
    assert decide.decide(queued).action is Action.TAKE_BACK
    somebodys = replace(HANDED_OVER, metadata=TO_MERGE.metadata)
    assert decide.decide(replace(found, request=somebodys)).action is not Action.TAKE_BACK


def test_a_draft_to_which_somebody_pushed_is_left_to_them() -> None:
    found = seen(
        RepoState.WAITS_FOR_CI, WAITING, tip=OTHER, tip_is_bots=False, checks=Checks.SUCCESS
    )
    assert decide.decide(found).action is Action.LEAVE


def test_only_rows_behind_a_merge_push() -> None:
    pushes = {Action.OPEN, Action.UPDATE}
    assert [row for row in BY_REQUEST if row.action in pushes] == []
    assert {row.action for row in BY_MERGE} >= pushes


def test_nothing_is_pushed_over_somebodys_work() -> None:
    somebodys = [one for one in everything() if one.tip and not one.tip_is_bots]
    actions = {decide.decide(one).action for one in somebodys}
    assert {Action.LEAVE, Action.BUILD_ON} <= actions and not actions & {Action.OPEN, Action.UPDATE}


def test_to_decide_asks_nobody() -> None:
    tree = ast.parse(Path(decide.__file__).read_text("utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    found = {getattr(node, "module", None) or node.names[0].name for node in nodes}
    assert found == {
        "collections.abc",
        "dataclasses",
        "modelyard.fleet.model",
        "modelyard.fleet.states",
        "modelyard.forges.forge",
        "modelyard.forges.merging",
    }


@pytest.mark.parametrize("state", RepoState)
def test_the_traits_of_a_state_agree_with_what_is_done(state: RepoState) -> None:
    pushes = decide.decide(seen(state)).action in {Action.OPEN, Action.UPDATE}
    assert not (pushes and Trait.NOTHING_TO_DO in state.traits)
    assert decide.by_request(seen(state)) or Trait.LEFT_OUT not in state.traits
    assert Trait.NEEDS_A_PERSON in state.traits or Trait.STOPPED not in state.traits
    assert Trait.GREEN | Trait.RED not in state.traits
