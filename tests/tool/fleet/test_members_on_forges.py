"""Members of one repo on GitHub and GitLab over HTTP, and a repo there of which nothing is told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from modelyard.fleet.next_wave import next_wave, retry
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import ForgeKind
from tests.repos import git
from tests.tool.fleet.hosted_fleet import BRANCH, add_repos, log_in, write_settings
from tests.tool.fleet.worlds import labels, silent
from tests.tool.forges.hosted import Pull
from tests.tool.forges.served import Served, served


@pytest.fixture(params=[ForgeKind.GITHUB, ForgeKind.GITLAB])
def forge(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    """A forge with three repos; r0 maintains a branch beside the default one."""
    with served(tmp_path / "forge", request.param) as found:
        world = add_repos(found, tmp_path, 3)
        git(found.repo("r0").folder, "branch", "release/1.x", "main")
        write_settings(
            found,
            world.template,
            tmp_path / "fleet.toml",
            '[request]\nready = "at-once"\nno_ci_minutes = 0\n',
        )
        text = (tmp_path / "fleet.toml").read_text()
        settings = text.replace("[[waves]]", '[repos]\nbranches = ["release/*"]\n[[waves]]', 1)
        (tmp_path / "fleet.toml").write_text(settings)
        log_in(found, tmp_path, monkeypatch)
        yield found


def test_each_branch_gets_its_request(forge: Served, tmp_path: Path) -> None:
    options = RolloutOptions(tmp_path / "fleet.toml", wave="canary")
    done = labels(rollout(options, silent))
    assert done == {"team/r0": "opened", "team/r0@release/1.x": "opened"}
    pulls = {pull.branch: pull for pull in forge.repo("r0").pulls}
    assert {branch: pull.base for branch, pull in pulls.items()} == {
        BRANCH: "main",
        f"{BRANCH}@release,1.x": "release/1.x",
    }
    made = len(forge.repo("r0").pulls)
    assert set(labels(rollout(options, silent)).values()) == {"waits"}
    assert len(forge.repo("r0").pulls) == made


def test_a_repo_of_which_nothing_is_told_stops_no_wave(forge: Served, tmp_path: Path) -> None:
    options = RolloutOptions(tmp_path / "fleet.toml")
    odd = forge.repo("r1")
    odd.pulls.append(
        Pull(None, BRANCH, "main", odd.tip("main"), "Update", "", False, datetime.now(UTC))  # type: ignore[arg-type]  # a number that is null
    )
    odd.pulls[0].labels.append("modelyard")
    first = rollout(RolloutOptions(options.file, wave="canary"), silent)
    assert {one.label for one in first} == {"opened"}, first
    for number in (1, 2):
        forge.merge("r0", number)
    planned = next_wave(RolloutOptions(options.file, mode=Mode.PLAN), silent)
    assert planned.verdict.wave == "rest" and planned.verdict.passed
    assert {one.name: one.state for one in planned.results} == {
        "team/r1": "failed",
        "team/r2": "clean",
    }
    opened = labels(next_wave(options, silent).results)
    assert opened == {"team/r1": "failed", "team/r2": "opened"}
    again = {one.name: one.label for one in retry(options, silent)}
    assert again["team/r1"] == "failed"
