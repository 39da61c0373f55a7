"""What the gates measure: pure, over what the forge told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from modelyard.fleet import gates
from modelyard.fleet.config import Fleet
from modelyard.fleet.gates import Gate, Holder
from modelyard.fleet.marks import Doubt, FleetRequest
from modelyard.fleet.model import Member
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.states import RepoState
from modelyard.fleet.survey import Owed, Started, Survey, unfinished
from modelyard.forges.forge import Checks, PullRequest, PullRequestState, Repository

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


def fleet(kind: str = "github", **settings: object) -> Fleet:
    return Fleet.model_validate(
        {
            "forge": {"kind": kind, "owner": "team"},
            "template": {"source": "t"},
            "gates": settings,
        }
    )


def one(
    number: int,
    state: str = "merged",
    checks: str = "",
    days: float = 3,
    wave: str = "canary",
    conflicts: tuple[str, ...] = (),
    **more: object,
) -> Started:
    """A repo whose request was opened so many days ago, and has ended a day later."""
    opened = NOW - timedelta(days=days)
    ended = opened + timedelta(days=1) if state != "open" else None
    place = (number, "url", "modelyard/v2", "c" * 40, PullRequestState(state), False, "t", "")
    made = PullRequest(*place, opened, ended, own=True, target="main")
    known = Metadata("v2", "v1", "a" * 40, "c" * 40, wave, conflicts)
    request = FleetRequest.of(made, version="v2", metadata=known)
    said = {"checks": checks} if state == "open" else {"branch_checks": checks or Checks.SUCCESS}
    return Started(f"r{number}", f"r{number}", wave, request, **{**said, **more})  # type: ignore[arg-type]


def measured(found: Survey, settings: Fleet | None = None) -> dict[str, Gate]:
    return {gate.name: gate for gate in gates.measure(settings or fleet(), found, NOW)}


def survey(*started: Started, owed: tuple[Owed, ...] = (), **more: object) -> Survey:
    return Survey(started, owed=owed, **more)  # type: ignore[arg-type]  # fields by name


def test_what_has_no_request_is_not_merged() -> None:
    """Four of five canaries fail --verify, and one is merged."""
    states = (RepoState.FAILED, RepoState.REFUSED, RepoState.CLEAN, RepoState.CONFLICT)
    owed = tuple(Owed(f"r{n}", state) for n, state in enumerate(states, 2))
    gate = measured(survey(one(1), owed=owed))["merged"]
    assert (gate.value, gate.passed) == ("1 of 5, 4 without a request", False)
    assert [(each.repo, each.why) for each in gate.held_by] == [
        ("r2", "failed"),
        ("r3", "refused"),
        ("r4", "no request"),
        ("r5", "no request"),
    ]


def test_what_was_declined_is_not_merged() -> None:
    found = measured(survey(*(one(n, "closed") for n in range(5))))
    assert (found["merged"].value, found["merged"].passed) == ("0 of 5, 5 declined", False)
    assert found["merged"].held_by[0] == Holder("r0", "declined")


def test_what_nobody_answered_about_and_what_was_reverted_is_not_merged() -> None:
    found = measured(survey(one(1), one(2, reverted=True), unanswered=("r3",)))
    assert found["merged"].value == "1 of 3, 1 reverted, 1 without an answer"
    assert [each.why for each in found["merged"].held_by] == ["reverted", "no answer"]


@pytest.mark.parametrize("name", ["green", "default branch"])
@pytest.mark.parametrize("no_ci", ["passes", "blocks"])
def test_what_nobody_answered_about_is_not_green(name: str, no_ci: str) -> None:
    """Whatever is decided of repos without CI: whether it has any is not known."""
    found = survey(one(1), unanswered=("r2", "r3"), why={"r3": "403 Forbidden"})
    gate = measured(found, fleet(no_ci=no_ci))[name]
    assert (gate.value, gate.passed) == ("1 of 3, 2 without an answer", False)
    assert gate.told == "r2 (no answer), r3 (no answer: 403 Forbidden)"


@pytest.mark.parametrize(
    ("projects", "looked_for"), [(None, True), ((), False), (("a", "b"), True)]
)
def test_who_does_not_know_how_many_projects_there_are_looks(
    projects: tuple[str, ...] | None, looked_for: bool
) -> None:
    """A mark leaves a list away that is too long: one request may be all, or one of many."""
    started = one(1)
    assert started.request.metadata
    known = replace(started.request.metadata, projects=projects)
    started = replace(started, request=replace(started.request, metadata=known))
    members = [Member(Repository("r1", "main"), "canary")]
    found = unfinished(fleet(), members, survey(started, open=("canary",)))
    assert bool(found) is looked_for
    repos = {"answers_files": {"r1": "a.yml"}}
    named = Fleet.model_validate({**fleet().model_dump(), "repos": repos})
    assert projects or not unfinished(named, members, survey(started, open=("canary",)))


def test_a_conflict_that_somebody_closed_was_one_all_the_same() -> None:
    found = measured(survey(one(1), one(2, "closed", conflicts=("a.txt",))))
    assert (found["conflicts"].value, found["conflicts"].passed) == ("1 of 2", False)


@pytest.mark.parametrize(("no_ci", "passed"), [("passes", True), ("blocks", False)])
def test_no_ci_is_never_green(no_ci: str, passed: bool) -> None:
    ci = [Checks.SUCCESS, Checks.SUCCESS, Checks.NONE, Checks.NONE, Checks.NONE]
    found = survey(*(one(n, "open", checks) for n, checks in enumerate(ci)))
    gate = measured(found, fleet(no_ci=no_ci))["green"]
    assert (gate.value, gate.passed) == ("2 of 5, 3 without CI", passed)
    merged = survey(*(one(n, "merged", checks) for n, checks in enumerate(ci)))
    for name in ("green", "default branch"):
        gate = measured(merged, fleet(no_ci=no_ci))[name]
        assert (gate.value, gate.passed) == ("2 of 5, 3 without CI", passed)


def test_ci_that_has_not_begun_yet_is_running_where_there_may_be_some() -> None:
    started = one(1, "merged", Checks.NONE, days=1.005)
    gate = measured(survey(started))["default branch"]
    assert (gate.value, gate.passed) == ("0 of 1, 1 running", False)
    gate = measured(survey(started), fleet(kind="local"))["default branch"]
    assert (gate.value, gate.passed) == ("0 of 1, 1 without CI", True)


def test_a_red_default_branch_after_the_merge_blocks() -> None:
    found = measured(survey(one(1), one(2, "merged", Checks.FAILURE)))
    gate = found["default branch"]
    assert (gate.value, gate.passed) == ("1 of 2, 1 red", False)
    assert gate.held_by == (Holder("r2", "red"),)
    assert measured(survey(one(1), one(2, "merged", Checks.FAILURE)), fleet(default_branch=0.5))[
        "default branch"
    ].passed


def test_what_nobody_asked_is_not_measured() -> None:
    started = survey(replace(one(1), branch_checks=""), one(2, "open", ""))
    found = measured(started)
    assert (found["green"].passed, found["default branch"].passed) == (None, None)


def test_the_time_counts_from_the_merge_that_was_needed() -> None:
    """Later merges do not begin it anew."""
    settings = fleet(soak_hours=48, merged=0.5)
    times = (one(1, days=5), one(2, days=3.5), one(3, days=1.5), one(4, "open", Checks.SUCCESS))
    gate = measured(survey(*times), settings)["soak"]
    assert (gate.value, gate.passed) == ("60 h", True)
    gate = measured(survey(*times), fleet(soak_hours=48, merged=0.75))["soak"]
    assert (gate.value, gate.passed) == ("12 h, until 2026-06-12 00:00 UTC", False)
    gate = measured(survey(*times[2:]), fleet(soak_hours=48, merged=1))["soak"]
    assert (gate.value, gate.passed) == ("not begun: 1 of 2 merged", False)
    assert "soak" not in measured(survey(*times))


def test_each_wave_has_its_time() -> None:
    """The canary was merged a week ago, and the wave behind it has been open for an hour."""
    settings = fleet(soak_hours=48, merged=0.5)
    found = survey(one(1, days=8), one(2, days=8), one(3, "open", days=1 / 24, wave="early"))
    assert not measured(found, settings)["soak"].passed


def test_a_person_knows_whom_to_ask() -> None:
    gate = Gate("merged", "0 of 8", "", False, tuple(Holder(f"r{n}", "open") for n in range(8)))
    assert gate.told.endswith("r4 (open) and 3 more")
    assert replace(gate, held_by=gate.held_by[:2]).told == "r0 (open), r1 (open)"


def test_a_mark_that_does_not_count_is_a_conflict_until_it_is_written_anew() -> None:
    doubted = one(1, "open", Checks.SUCCESS)
    request = replace(doubted.request, metadata=None, doubt=Doubt.UNSIGNED)
    gate = measured(survey(replace(doubted, request=request)))["conflicts"]
    assert gate.value == "1 of 1, 1 of them with no mark that counts"
