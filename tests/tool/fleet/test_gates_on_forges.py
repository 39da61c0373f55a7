"""The gates over HTTP: what CI says of a request and of a default branch, whatever people hide."""

import pytest

from modelyard.errors import NotReady
from modelyard.fleet import overview
from modelyard.fleet.next_wave import next_wave, retry
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import ForgeKind
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.hosted_fleet import BRANCH, FleetOn
from tests.tool.fleet.worlds import open_next, silent
from tests.tool.forges.served import HOSTED, Served

NO_SHARE = "[gates]\nmerged = 0\n"


@pytest.fixture(params=HOSTED)
def forge(request: pytest.FixtureRequest, fleet_on: FleetOn) -> Served:
    """Two repos, of which r0 is the canary, and its request is open."""
    made = fleet_on(request.param, repos=2, more=NO_SHARE)
    open_next(options(made))
    return made


def settings(forge: Served, more: str) -> None:
    folder = forge.folder.parent
    hosted_fleet.write_settings(forge, folder / "template", folder / "fleet.toml", more)


def options(forge: Served, mode: Mode = Mode.ROLLOUT) -> RolloutOptions:
    return RolloutOptions(forge.folder.parent / "fleet.toml", mode=mode)


def measured(forge: Served) -> dict[str, tuple[str, bool | None]]:
    gates = next_wave(options(forge, Mode.PLAN), silent).verdict.gates
    return {gate.name: (gate.value, gate.passed) for gate in gates}


def merge(forge: Served) -> None:
    (pull,) = forge.repo("r0").pulls
    pull.draft = False
    forge.merge("r0", pull.number)


@pytest.mark.parametrize("forge", [ForgeKind.GITLAB], indirect=True)
def test_a_red_pipeline_of_merged_results_blocks(forge: Served) -> None:
    forge.repo("r0").merged_results = True
    forge.check("r0", forge.repo("r0").tip(BRANCH), "failure")
    assert measured(forge)["green"] == ("0 of 1, 1 red", False)
    forge.check("r0", forge.repo("r0").tip(BRANCH), "success")
    assert measured(forge)["green"] == ("1 of 1", True)
    assert [one.label for one in retry(options(forge), silent)] == ["made ready"]


def test_a_default_branch_that_is_red_after_the_merge_blocks(forge: Served) -> None:
    forge.check("r0", forge.repo("r0").tip(BRANCH), "success")
    merge(forge)
    assert measured(forge)["default branch"] == ("0 of 1, 1 running", False)
    forge.check("r0", forge.repo("r0").tip("main"), "failure")
    assert measured(forge)["default branch"] == ("0 of 1, 1 red", False)
    forge.check("r0", forge.repo("r0").tip("main"), "success")
    assert measured(forge)["default branch"] == ("1 of 1", True)
    settings(forge, "[gates]\nsoak_hours = 1\n")
    value, passed = measured(forge)["soak"]
    assert value.startswith("0 h, until ") and not passed


@pytest.mark.parametrize("forge", [ForgeKind.GITLAB], indirect=True)
def test_ci_that_the_token_may_not_read_blocks_and_is_told(forge: Served) -> None:
    forge.check("r0", forge.repo("r0").tip(BRANCH), "success")
    merge(forge)
    forge.check("r0", forge.repo("r0").tip("main"), "failure")
    settings(forge, "[gates]\nmerged = 0\n[request]\nno_ci_minutes = 0\n")
    forge.repo("r0").may_read_ci = False
    verdict = next_wave(options(forge, Mode.PLAN), silent).verdict
    gate = {one.name: one for one in verdict.gates}["default branch"]
    assert (verdict.wave, gate.value, gate.passed) == ("rest", "0 of 1, 1 without an answer", False)
    assert "not permitted: 403 Forbidden" in gate.told
    data = overview.look(options(forge, Mode.STATUS), silent).data
    assert [(one.repo, one.cause.value) for one in data.attention] == [("team/r0", "failed")]
    assert "CI cannot be read" in data.attention[0].why
    assert [one.passed for one in data.gates if one.name == "default branch"] == [False]
    # Where CI/CD is off, that is no CI.
    forge.repo("r0").may_read_ci, forge.repo("r0").ci_off = True, True
    assert measured(forge)["default branch"] == ("0 of 1, 1 without CI", True)


@pytest.mark.parametrize("forge", [ForgeKind.GITLAB], indirect=True)
def test_where_ci_is_off_a_draft_does_not_wait_for_it(forge: Served) -> None:
    settings(forge, "[request]\nno_ci_minutes = 0\n")
    forge.repo("r0").ci_off = True
    assert [one.label for one in retry(options(forge), silent)] == ["made ready"]


def test_no_ci_is_said_and_a_setting_decides(forge: Served) -> None:
    settings(forge, "[gates]\nmerged = 0\n[request]\nno_ci_minutes = 0\n")
    assert measured(forge)["green"] == ("0 of 1, 1 without CI", True)
    settings(forge, '[gates]\nmerged = 0\nno_ci = "blocks"\n[request]\nno_ci_minutes = 0\n')
    assert measured(forge)["green"] == ("0 of 1, 1 without CI", False)


def test_a_merged_request_whose_label_is_gone_counts(forge: Served) -> None:
    merge(forge)
    forge.repo("r0").pulls[0].labels = []
    ahead = next_wave(options(forge, Mode.PLAN), silent)
    assert (ahead.open, ahead.verdict.wave) == (("canary",), "rest")
    assert measured(forge)["merged"] == ("1 of 1", True)


def test_a_wrong_name_is_told_before_anything_is_written(forge: Served) -> None:
    text = (forge.folder.parent / "fleet.toml").read_text()
    wrong = [text.replace('"r0"', '"R0"'), f'control = "{forge.owner}/flet"\n{text}']
    for settings_text, says in zip(wrong, ["did you mean 'team/r0'", "control: "], strict=True):
        (forge.folder.parent / "fleet.toml").write_text(settings_text)
        forge.seen.clear()
        for run in (rollout, retry, next_wave):
            with pytest.raises(NotReady, match=says):
                run(options(forge), silent)
        assert [one for one in forge.seen if "git-receive-pack" in one.path] == []
    assert forge.repo("r1").pulls == []
