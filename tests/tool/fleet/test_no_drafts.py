"""Where a repo has no drafts, a request is held back by a label and a status, and says so."""

from pathlib import Path

import pytest

from modelyard.fleet import pr_metadata
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import HOLD_LABEL, HOLD_STATUS, ForgeKind
from tests.tool.fleet.hosted_fleet import BRANCH, FleetOn
from tests.tool.fleet.worlds import observed, silent
from tests.tool.forges.hosted import Hosted, Pull
from tests.tool.forges.served import Served
from tests.tool.worlds import World, lines


@pytest.fixture
def forge(fleet_on: FleetOn) -> Served:
    made = fleet_on(ForgeKind.GITHUB)
    made.repo("r0").drafts = False
    return made


@pytest.fixture
def repo(forge: Served) -> Hosted:
    return forge.repo("r0")


@pytest.fixture
def options(forge: Served, tmp_path: Path) -> RolloutOptions:
    return RolloutOptions(tmp_path / "fleet.toml")


def told(options: RolloutOptions) -> str:
    (found,) = rollout(options, silent)
    return found.label


def status(repo: Hosted) -> str:
    return repo.statuses[repo.tip(BRANCH)][HOLD_STATUS]


def mark(pull: Pull) -> pr_metadata.Metadata:
    found = pr_metadata.find(pull.body)
    assert found
    return found.metadata


def test_it_waits_for_ci_without_being_a_draft(repo: Hosted, options: RolloutOptions) -> None:
    assert told(options) == "opened"
    (pull,) = repo.pulls
    assert not pull.draft and set(pull.labels) == {"modelyard", HOLD_LABEL}
    assert status(repo) == "failure"
    assert HOLD_LABEL in pull.body and "no drafts" in pull.body and "neither takes" in pull.body
    assert (mark(pull).held, mark(pull).no_drafts, mark(pull).waits_for_ci) == (True, True, True)
    (seen,) = observed(options, Mode.STATUS)
    assert (seen.state, seen.checks) == ("waits_for_ci", "none"), "our own status is no CI"
    repo.checks[repo.tip(BRANCH)] = "failure"
    assert told(options) == "waits" and HOLD_LABEL in pull.labels
    repo.checks[repo.tip(BRANCH)] = "success"
    assert told(options) == "made ready"
    assert pull.labels == ["modelyard"] and status(repo) == "success"
    assert (mark(pull).held, mark(pull).no_drafts) == (False, True)
    (seen,) = observed(options, Mode.STATUS)
    assert (seen.state, seen.checks) == ("open", "success")


def test_a_conflict_is_held_back_until_somebody_takes_the_label_away(
    forge: Served, repo: Hosted, options: RolloutOptions
) -> None:
    forge.push("r0", "main", {"a.txt": lines(20, l3="mine")})
    told(options)
    (pull,) = repo.pulls
    assert f"take the label `{HOLD_LABEL}` away" in pull.body
    assert observed(options)[0].state == "draft"
    assert told(options) == "waits"
    pull.labels.remove(HOLD_LABEL)
    assert told(options) == "made ready" and status(repo) == "success"
    assert told(options) == "waits" and HOLD_LABEL not in pull.labels


def test_the_next_release_knows_and_asks_for_no_draft(
    forge: Served, repo: Hosted, options: RolloutOptions, tmp_path: Path
) -> None:
    told(options)
    World(tmp_path).release("v1.2.0", {"a.txt": lines(20, l3="3")})
    forge.seen.clear()
    assert told(options) == "opened"
    asked = [s for s in forge.seen if s.method == "POST" and s.path.endswith("/pulls")]
    assert len(asked) == 1 and b'"draft": true' not in asked[0].body
    assert "no drafts" in repo.pulls[1].body and HOLD_LABEL in repo.pulls[1].labels


@pytest.mark.parametrize("known", [False, True])
def test_it_is_held_back_before_it_is_there(
    forge: Served,
    repo: Hosted,
    options: RolloutOptions,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    known: bool,
) -> None:
    """Wherever a run is cut off: no request is open that could be merged by accident."""
    monkeypatch.setenv("MODELYARD_PATIENCE", "2")  # for a server that fails nine times
    if known:
        told(options)
        World(tmp_path).release("v1.2.0", {"a.txt": lines(20, l3="3")})
    begun = len(repo.pulls)
    forge.trouble(500, on="POST .*/statuses/", times=9)
    assert told(options) == "failed" and len(repo.pulls) == begun
    forge.troubles.clear()
    forge.trouble(422, on="POST .*/labels$")
    assert told(options) == "failed"
    pull = repo.pulls[-1]
    assert repo.statuses[pull.head][HOLD_STATUS] == "failure" and pull.labels == []
    assert told(options) == "opened" and len(repo.pulls) == begun + 1
    assert not pull.draft and set(pull.labels) == {"modelyard", HOLD_LABEL}
    assert repo.statuses[pull.head][HOLD_STATUS] == "failure" and mark(pull).held


def test_without_statuses_the_label_tells_alone(repo: Hosted, options: RolloutOptions) -> None:
    repo.may_write_statuses = False
    assert told(options) == "opened"
    assert HOLD_LABEL in repo.pulls[0].labels and not repo.statuses
    repo.checks[repo.tip(BRANCH)] = "success"
    assert told(options) == "made ready"


def test_a_ready_request_that_gets_a_conflict_is_held_back(
    forge: Served, repo: Hosted, options: RolloutOptions
) -> None:
    told(options)
    repo.checks[repo.tip(BRANCH)] = "success"
    told(options)
    forge.push("r0", "main", {"a.txt": lines(20, l3="mine")})
    assert told(options) == "updated"
    assert HOLD_LABEL in repo.pulls[0].labels and status(repo) == "failure"
    assert mark(repo.pulls[0]).held and "no drafts" in repo.pulls[0].body
