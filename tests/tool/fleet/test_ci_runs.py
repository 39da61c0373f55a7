"""The commands of the workflows that run a fleet in CI, run on real repos, job by job."""

from pathlib import Path

import pytest

from modelyard.fleet import pause
from modelyard.fleet.context import open_fleet
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.workflows import Machine, loaded
from tests.tool.fleet.worlds import Yard, make, silent

BRANCH = "modelyard/v1.1.0"


def opened(yard: Yard) -> set[str]:
    return {f"r{number}" for number in range(4) if yard.pull_requests(f"r{number}")}


@pytest.fixture
def at(tmp_path: Path, quick_modelyard: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Machine(make(tmp_path, control=True), quick_modelyard)


def test_github_takes_a_release_from_the_canary_to_all(at: Machine) -> None:
    legs = [f"wave {number}/4" for number in range(1, 5)]
    assert at.github() == ["plan", "refresh", *legs, "report"]
    assert opened(at.yard) == {"r0", "r1"}
    at.yard.merge("r0", BRANCH)
    # Of the open wave a request is lost: that is continued too.
    (at.yard.bare("r1") / "modelyard-requests.json").unlink()
    assert at.github() == ["plan", "refresh", "continue", *legs, "report"]
    assert opened(at.yard) == {"r0", "r1", "r2", "r3"}
    assert "<html" in (at.yard.file.parent / "fleet.html").read_text("utf-8")


@pytest.mark.parametrize("token", ["pushes", ""])
def test_open_requests_are_refreshed_where_there_is_a_token_for_that(
    at: Machine, token: str
) -> None:
    rollout(at.yard.options(wave="canary"), silent)
    moved = at.yard.push("r0", own_txt="moved on\n")
    job = loaded("github")["jobs"]["refresh"]
    known = {"secrets.FLEET_TOKEN": token, "secrets.FLEET_KEY": "", "matrix.shard": ""}
    for step in job["steps"]:
        at._step("refresh", step, {**known, "needs.plan.outputs.version": "v1.1.0"})
    base = git(at.yard.bare("r0"), "merge-base", "main", BRANCH).strip()
    assert (base == moved) == bool(token)
    assert opened(at.yard) == {"r0", "r1"}
    at.yard.push("r0", own_txt="and further\n")
    at.gitlab(only="refresh", VERSION="v1.1.0", GITLAB_TOKEN=token)
    later = git(at.yard.bare("r0"), "merge-base", "main", BRANCH).strip()
    assert (later != base) == bool(token)


def test_gitlab_opens_nothing_where_nothing_may_open(at: Machine) -> None:
    at.gitlab(only="wave", VERSION="v1.1.0", WAVE="")
    at.gitlab(only="continue", VERSION="v1.1.0", UNFINISHED="0")
    assert opened(at.yard) == set()
    at.gitlab(only="wave", VERSION="v1.1.0", WAVE="canary")
    assert opened(at.yard) == {"r0", "r1"}


def test_gitlab_opens_the_next_wave(at: Machine) -> None:
    rollout(at.yard.options(wave="canary"), silent)
    at.yard.merge("r0", BRANCH)
    at.gitlab()
    assert opened(at.yard) == {"r0", "r1", "r2", "r3"}


def test_a_paused_fleet_is_green_and_opens_nothing(at: Machine) -> None:
    with open_fleet(at.yard.file) as context:
        pause.pause(context, "a bad release")
    assert at.github("v1.1.0") == ["plan", "refresh", "report"]
    assert opened(at.yard) == set()


def test_a_wave_that_is_approved_while_the_fleet_is_paused_is_green(at: Machine) -> None:
    with open_fleet(at.yard.file) as context:
        pause.pause(context, "a bad release")
    at.gitlab(machines=1, only="wave", VERSION="v1.1.0", WAVE="canary")
    step = loaded("github")["jobs"]["wave"]["steps"][-1]
    at.shell(step["run"], VERSION="v1.1.0", WAVE="canary", SHARD="1/1")
    assert opened(at.yard) == set()
