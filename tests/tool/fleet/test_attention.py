"""What needs a person comes first, in the order of urgency, each with what to type next."""

from dataclasses import replace
from typing import Any

import pytest

from modelyard.fleet import attention, next_step
from modelyard.fleet.attention import Cause, Commands
from modelyard.fleet.gates import Gate, Holder
from modelyard.fleet.left_open import Left, LeftOpen
from modelyard.fleet.marks import Doubt, Doubted
from modelyard.fleet.model import Observation
from modelyard.fleet.next_step import NextStep, StepKind
from modelyard.fleet.owners import of_all
from modelyard.fleet.pause import Pause
from modelyard.fleet.states import RepoState
from modelyard.forges.forge import Review
from tests.tool.fleet.report.builders import NOW, repo, request

USUAL = Commands("v2")
DOUBTED = (Doubted("https://x.example/9", "mallory", Doubt.OTHER_ACCOUNT),)
# Each in its place of the order.
EVERY: dict[Cause, Observation] = {
    Cause.WITHDRAWN: repo("withdrawn", "current", "v3", request(3, 1, to="v3", before="v1")),
    Cause.REVERTED: repo("reverted", "clean", "v1", request(3, 1)),
    Cause.DEFAULT_BRANCH_RED: replace(
        repo("after", "current", "v2", request(3, 1)), branch_checks="failure"
    ),
    Cause.CI_RED: repo("red", "clean", "v1", request(9), checks="failure"),
    Cause.CONFLICT: repo(
        "draft", "conflict", "v1", request(3, draft=True), conflicts={"a": "both"}
    ),
    Cause.CHANGES_REQUESTED: repo(
        "asked", "clean", "v1", replace(request(3), review=Review.CHANGES_REQUESTED)
    ),
    Cause.IN_THE_WAY: replace(repo("theirs", "clean", "v1"), somebodys="https://x.example/7"),
    Cause.BROKEN: repo("broken", "broken", "", detail="line 2: no mapping"),
    Cause.REFUSED: repo("refused", "refused", "v1", detail="seed is no number"),
    Cause.FAILED: repo("failed", "failed", "", detail="timed out"),
    Cause.DOUBTED: replace(repo("doubted", "clean", "v1"), doubted=DOUBTED),
    Cause.LEFT_OPEN: replace(
        repo("worked on", "clean", "v1"),
        left_open=(LeftOpen("https://x.example/3", "v1", Left.WORKED_ON),),
    ),
    Cause.STALE: repo("stale", "clean", "v1", replace(request(8), review=Review.REQUIRED)),
}
FINE = [
    repo("merged", "current", "v2", request(9, 2)),
    repo("new", "clean", "v1", request(2)),
    repo("declined", "clean", "v1", request(9, 1, state="closed")),
    repo("not begun", "conflict", "v1", conflicts={"a": "both"}),
    repo("exempt", "exempt", ""),
]


def test_the_most_urgent_is_first_and_what_is_fine_is_not_there() -> None:
    seen = [*FINE, *reversed(EVERY.values())]
    found = attention.needs(seen, USUAL, NOW, {"v3": "training breaks"})
    assert [one.cause for one in found] == list(EVERY)
    order = list(Cause)
    assert sorted(EVERY, key=order.index) == list(EVERY)
    assert all(one.why and one.command for one in found)


def test_a_repo_is_there_once_with_what_is_most_urgent() -> None:
    red = repo("a", "conflict", "v1", request(9, draft=True, conflicts=["x"]), checks="failure")
    (found,) = attention.needs([replace(red, doubted=DOUBTED)], USUAL, NOW)
    assert found.cause is Cause.CI_RED


@pytest.mark.parametrize(
    ("cause", "why", "command", "url"),
    [
        (
            Cause.WITHDRAWN,
            "it is on v3, which has been withdrawn: training breaks",
            "modelyard fleet rollout --to v1",
            "",
        ),
        (
            Cause.CONFLICT,
            "1 file to decide: a",
            "git clone https://x.example/t/d.git draft && cd draft && modelyard update --to v2",
            "https://github.com/acme/r/pull/1",
        ),
        (
            Cause.IN_THE_WAY,
            "another account has an open request from the branch of the fleet: close it",
            "modelyard fleet retry",
            "https://x.example/7",
        ),
        (Cause.FAILED, "timed out", "modelyard fleet retry", ""),
        (
            Cause.STALE,
            "ready, and open for 8 days; review required: remind its owner",
            "git clone --branch modelyard/v2 https://x.example/t/d.git stale",
            "https://github.com/acme/r/pull/1",
        ),
    ],
)
def test_what_is_said_and_typed(cause: Cause, why: str, command: str, url: str) -> None:
    seen = replace(EVERY[cause], address="https://x.example/t/d.git", owner="@acme/risk")
    (found,) = attention.needs([seen], USUAL, NOW, {"v3": "training breaks"})
    assert (found.why, found.command, found.url, found.owner) == (why, command, url, "@acme/risk")


def test_what_is_typed_is_about_the_same_fleet_and_no_shell_obeys_a_name() -> None:
    commands = Commands("v2", file="my fleet.toml", to="v2")
    (found,) = attention.needs([EVERY[Cause.FAILED]], commands, NOW)
    assert found.command == "modelyard fleet retry --file 'my fleet.toml' --to v2"
    (found,) = attention.needs([replace(EVERY[Cause.CI_RED], name="t/$(id)")], USUAL, NOW)
    assert found.command == "git clone --branch modelyard/v2 't/$(id)' '$(id)'"


def step(
    *seen: Observation, opened: Any = ("canary",), gates: Any = (), paused: Pause | None = None
) -> NextStep:
    return next_step.find(seen, ["canary", "all"], opened, gates, paused, USUAL)


CANARY = repo("r0", "clean", "v1", request(3), wave="canary")
REST = repo("r1", "clean", "v1")
MERGED = Gate("merged", "0 of 1", "at least 80%", False, (Holder("r0", "open"),))


def test_the_next_step_names_the_wave_the_gate_and_whom_it_waits_for() -> None:
    found = step(CANARY, REST, gates=[MERGED])
    assert (found.kind, found.wave, found.waits_for) == (StepKind.BLOCKED, "all", ("r0",))
    assert found.text == (
        "the wave all is next, and the gate blocks it: merged is 0 of 1, must be at least 80%"
    )
    assert found.command == "modelyard fleet rollout --next"


def test_the_next_step_of_each_other_kind() -> None:
    first = step(replace(CANARY, request=None, requests=()), REST, opened=())
    assert (first.kind, first.wave) == (StepKind.OPEN, "canary")
    paused = step(CANARY, REST, gates=[MERGED], paused=Pause("2026-06-29T10:00:00+02:00", "bad"))
    assert (paused.kind, paused.command) == (StepKind.PAUSED, "modelyard fleet resume")
    opened = step(CANARY, replace(REST, request=request(1)), opened=("canary", "all"))
    assert (opened.kind, opened.waits_for) == (StepKind.REQUESTS, ("r0", "r1"))
    assert opened.command == "modelyard fleet refresh"
    done = step(
        repo("r0", wave="canary"),
        repo("r1"),
        repo("r2", "clean", "v1", request(9, 1, state="closed")),
        opened=("canary", "all"),
    )
    assert (done.kind, done.command) == (StepKind.DONE, "")


def test_a_wave_that_is_on_a_withdrawn_version_is_brought_back_by_name() -> None:
    left = repo("r0", "withdrawn", "v3", wave="canary")
    found = step(left, REST, opened=())
    assert (found.kind, found.wave) == (StepKind.OPEN, "canary")
    assert found.text == "all that is left in the wave canary is on a version that was withdrawn"
    assert found.command == "modelyard fleet rollout --next --to v2"


def test_where_only_people_decide_no_command_is_named() -> None:
    draft = replace(REST, request=request(3, draft=True), state=RepoState.DRAFT)
    worked = replace(CANARY, state=RepoState.WORKED_ON)
    found = step(worked, draft, opened=("canary", "all"))
    assert (found.kind, found.waits_for, found.command) == (StepKind.REQUESTS, ("r0", "r1"), "")
    assert found.text == "all waves are open; 2 repos are left, for people to decide"
    more = replace(REST, name="r2", request=request(1))
    assert step(worked, draft, more, opened=("canary", "all")).command == "modelyard fleet refresh"


def test_a_pause_is_told_in_one_time_zone() -> None:
    assert (
        Pause("2026-06-29T10:00:00+02:00", "bad").text == "paused since 2026-06-29 08:00 UTC: bad"
    )
    assert Pause("some day", "bad").text == "paused since some day: bad"


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("* @acme/risk  # all\ndocs/ @acme/writers\n", "@acme/risk"),
        ("* @first\n* @last me@example.com\n", "@last me@example.com"),
        ("/src @acme/risk\n", ""),
        ("[Section]\n\n", ""),
    ],
)
def test_the_owner_is_who_owns_every_file(text: str, owners: str) -> None:
    assert of_all(text) == owners
