"""Who is asked to review a request: names, owners of its files, answers; once, and not too soon."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from modelyard.fleet import pr_metadata, reviewer_names
from modelyard.fleet.config import Fleet, RequestSettings
from modelyard.fleet.model import Result
from modelyard.fleet.options import RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import ForgeKind
from tests.tool.fleet.hosted_fleet import BRANCH, FleetOn
from tests.tool.fleet.worlds import silent
from tests.tool.forges.hosted import Hosted, Pull
from tests.tool.forges.served import Served
from tests.tool.worlds import lines

WANTED = """
[request]
reviewers = ["codeowners", "@eve"]
assignees = ["bob"]
"""


@pytest.fixture(params=[ForgeKind.GITHUB, ForgeKind.GITLAB])
def forge(request: pytest.FixtureRequest, fleet_on: FleetOn) -> Served:
    made = fleet_on(request.param, more=WANTED)
    made.push("r0", "main", {"CODEOWNERS": f"*.md @all\n/a.txt @ann @{made.account}\n"})
    made.repo("r0").people = {"ann", "bob", "eve", "all", made.account}
    return made


@pytest.fixture
def repo(forge: Served) -> Hosted:
    return forge.repo("r0")


@pytest.fixture
def options(forge: Served, tmp_path: Path) -> RolloutOptions:
    return RolloutOptions(tmp_path / "fleet.toml")


def ran(options: RolloutOptions) -> Result:
    (found,) = rollout(options, silent)
    return found


def waiting(pull: Pull) -> tuple[str, ...]:
    mark = pr_metadata.find(pull.body)
    assert mark
    return (*mark.metadata.reviewers, *mark.metadata.assignees)


def test_they_are_asked_once_when_ci_is_green(
    forge: Served, repo: Hosted, options: RolloutOptions
) -> None:
    assert ran(options).label == "opened"
    (pull,) = repo.pulls
    assert waiting(pull) == ("ann", forge.account, "eve", "bob") and not pull.reviewers
    assert ran(options).label == "waits" and not pull.reviewers, "nothing has checked it"
    repo.check(repo.tip(BRANCH), "success")
    done = ran(options)
    assert (done.label, done.detail) == ("made ready", ""), "nobody reviews their own"
    assert (sorted(pull.reviewers), pull.assignees) == (["ann", "eve"], ["bob"])
    assert waiting(pull) == ()
    pull.reviewers, pull.assignees = [], []
    assert ran(options).label == "waits"
    forge.push("r0", "main", {"own.txt": "moved on"})
    assert ran(options).label == "updated"
    assert not pull.reviewers + pull.assignees, "a person took them away"


def test_a_conflict_and_failing_ci_ask_them_too(
    forge: Served, repo: Hosted, options: RolloutOptions
) -> None:
    ran(options)
    (pull,) = repo.pulls
    repo.check(repo.tip(BRANCH), "failure")
    ran(options)
    assert "ann" in pull.reviewers and waiting(pull) == ()
    pull.end("closed")
    repo.pulls.clear()
    forge.push("r0", "main", {"a.txt": lines(20, l3="mine")})
    assert ran(options).label == "opened"
    (pull,) = repo.pulls
    assert pull.draft and {"ann", "eve"} <= set(pull.reviewers) and pull.assignees == ["bob"]


def test_whom_the_forge_does_not_take_is_told_and_fails_nothing(
    repo: Hosted, options: RolloutOptions
) -> None:
    repo.people -= {"eve", "bob"}
    ran(options)
    repo.check(repo.tip(BRANCH), "success")
    done = ran(options)
    assert done.label == "made ready" and repo.pulls[0].reviewers == ["ann"]
    assert "not asked to review: eve (" in done.detail and "not assigned: bob (" in done.detail
    assert ran(options).detail == "", "told once"


def test_where_the_forge_cannot_be_asked_the_next_run_asks(
    forge: Served, repo: Hosted, options: RolloutOptions
) -> None:
    ran(options)
    repo.check(repo.tip(BRANCH), "success")
    on = "requested_reviewers" if forge.kind is ForgeKind.GITHUB else "/users"
    forge.trouble(404, on=on)
    done = ran(options)
    assert done.label == "made ready" and "nobody was asked" in done.detail
    assert not repo.pulls[0].reviewers and waiting(repo.pulls[0])
    assert ran(options).label == "waits"
    assert "ann" in repo.pulls[0].reviewers and waiting(repo.pulls[0]) == ()


def test_names_out_of_settings_owners_and_answers() -> None:
    answers = {"owner": "@Ann, @org/data", "plain": "ann", "words": "the data team", "n": 3}
    wanted = ["codeowners", "answer:owner", "answer:plain", "answer:words", "answer:n", "@o/t"]
    found = reviewer_names.resolve(wanted, lambda: ["@ann", "bob@example.com"], answers)
    assert found == (("ann", "org/data", "o/t"), ("bob@example.com", "the data team"))


@pytest.mark.parametrize("wrong", ["", "@", "a b", "answer:", "answer:a-b", "../x", "a/", "é"])
def test_a_name_that_is_none_is_told_when_it_is_read(wrong: str) -> None:
    with pytest.raises(ValidationError, match="is no account"):
        RequestSettings(reviewers=(wrong,))


def test_teams_of_github(fleet_on: FleetOn, tmp_path: Path) -> None:
    names = '["@team/platform", "@other/platform", "ghost"]'
    more = f'[request]\nready = "at-once"\nreviewers = {names}\n'
    forge = fleet_on(ForgeKind.GITHUB, more=more)
    repo = forge.repo("r0")
    repo.teams = {"platform"}
    done = ran(RolloutOptions(tmp_path / "fleet.toml"))
    assert done.label == "opened" and repo.pulls[0].reviewers == ["platform"]
    assert "ghost (GitHub knows" in done.detail
    assert f"other/platform (no team of {forge.owner}" in done.detail
    assert waiting(repo.pulls[0]) == ()


def test_folders_have_no_accounts() -> None:
    settings = {"forge": {"kind": "local", "owner": "x"}, "template": {"source": "y"}}
    with pytest.raises(ValidationError, match="folders have none"):
        Fleet.model_validate({**settings, "request": {"assignees": ["ann"]}})
