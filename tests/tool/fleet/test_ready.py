"""A request is a draft until CI of its commit is green, on each kind of forge that has CI."""

from datetime import timedelta

import pytest

from modelyard.fleet.next_wave import retry
from modelyard.fleet.options import RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.forges.forge import ForgeKind
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.hosted_fleet import BRANCH, FleetOn
from tests.tool.fleet.worlds import observed, open_next, silent
from tests.tool.forges.hosted import Pull
from tests.tool.forges.served import HOSTED, Served
from tests.tool.worlds import lines


@pytest.fixture(params=HOSTED)
def forge(request: pytest.FixtureRequest, fleet_on: FleetOn) -> Served:
    return fleet_on(request.param, repos=2)


def settings(forge: Served, more: str) -> None:
    """Write the fleet's settings, with more of them."""
    folder = forge.folder.parent
    file, more = folder / "fleet.toml", f"[request]\n{more}"
    hosted_fleet.write_settings(forge, folder / "template", file, more)


@pytest.fixture
def options(forge: Served) -> RolloutOptions:
    return RolloutOptions(forge.folder.parent / "fleet.toml")


def told(options: RolloutOptions) -> list[str]:
    return [one.label for one in rollout(options, silent)]


def pull(forge: Served, name: str = "r0") -> Pull:
    (found,) = forge.repo(name).pulls
    return found


def check(forge: Served, state: str, name: str = "r0") -> None:
    forge.check(name, forge.repo(name).tip(BRANCH), state)


def test_a_draft_becomes_ready_once_ci_is_green(forge: Served, options: RolloutOptions) -> None:
    assert told(options) == ["opened", "opened"]
    assert pull(forge).draft and pull(forge, "r1").draft
    assert "it waits for CI" in pull(forge).body
    check(forge, "pending")
    check(forge, "failure", "r1")
    done = rollout(options, silent)
    assert [(one.state, one.label) for one in done] == [("waits_for_ci", "waits")] * 2
    assert [one.detail for one in done] == ["", "CI fails"]
    assert not any(one.needs_a_person for one in done)
    check(forge, "success")
    assert [one.state for one in observed(options)] == ["waits_for_ci"] * 2
    assert told(options) == ["made ready", "waits"]
    assert not pull(forge).draft and pull(forge, "r1").draft
    assert [one.state for one in observed(options)] == ["open", "waits_for_ci"]
    assert told(options) == ["waits", "waits"]


def test_a_draft_that_waits_for_ci_is_no_conflict(forge: Served, options: RolloutOptions) -> None:
    open_next(options)
    verdict, _ = open_next(options)
    assert {gate.name: gate.value for gate in verdict.gates}["conflicts"] == "0 of 1"


def test_retry_makes_ready_too(forge: Served, options: RolloutOptions) -> None:
    open_next(options)
    check(forge, "success")
    assert [one.label for one in retry(options, silent)] == ["made ready"]
    assert retry(options, silent) == []


def test_what_nothing_checks_becomes_ready_in_time_and_says_so(
    forge: Served, options: RolloutOptions
) -> None:
    told(options)
    assert told(options) == ["waits", "waits"]
    pull(forge).opened -= timedelta(minutes=16)
    done = rollout(options, silent)
    assert [one.label for one in done] == ["made ready", "waits"]
    assert "nothing checks it" in done[0].detail


def test_a_person_who_marks_it_as_ready_is_right(forge: Served, options: RolloutOptions) -> None:
    told(options)
    mark(forge, draft=False)
    check(forge, "failure")
    assert told(options)[0] == "waits" and not pull(forge).draft
    forge.push("r0", "main", {"own.txt": "more\n"})
    assert told(options)[0] == "updated" and not pull(forge).draft


def test_a_person_who_makes_it_a_draft_is_right(forge: Served, options: RolloutOptions) -> None:
    told(options)
    check(forge, "success")
    told(options)
    mark(forge, draft=True)
    assert told(options)[0] == "waits" and pull(forge).draft
    forge.push("r0", "main", {"own.txt": "more\n"})
    assert told(options)[0] == "updated" and pull(forge).draft
    check(forge, "success")
    assert told(options)[0] == "waits" and pull(forge).draft


def mark(forge: Served, draft: bool) -> None:
    """Mark the request, as a person does by a button."""
    found = pull(forge)
    found.draft = draft
    if forge.kind is ForgeKind.GITLAB:
        found.title = f"Draft: {found.title}" if draft else found.title.removeprefix("Draft: ")


def test_a_conflict_that_is_none_any_more_waits_for_ci(
    forge: Served, options: RolloutOptions
) -> None:
    forge.push("r0", "main", {"a.txt": lines(20, l3="mine")})
    assert rollout(options, silent)[0].conflicts == ("a.txt",)
    check(forge, "success")
    assert told(options)[0] == "waits" and pull(forge).draft
    forge.push("r0", "main", {"a.txt": lines(20)})
    assert told(options)[0] == "updated" and pull(forge).draft
    check(forge, "success")
    assert told(options)[0] == "made ready" and not pull(forge).draft


def test_by_a_setting_it_is_ready_at_once(forge: Served, options: RolloutOptions) -> None:
    settings(forge, 'ready = "at-once"')
    told(options)
    assert not pull(forge).draft and "it waits for CI" not in pull(forge).body
    assert told(options) == ["waits", "waits"]


def test_a_run_that_is_cut_off_after_the_button_is_continued(
    forge: Served, options: RolloutOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELYARD_PATIENCE", "1")
    told(options)
    check(forge, "success")
    if forge.kind is ForgeKind.GITHUB:
        forge.trouble(500, on="PATCH .*/pulls/1$", times=99)
        assert rollout(options, silent)[0].outcome == "failed"
        assert not pull(forge).draft
        forge.troubles.clear()
    assert told(options)[0] in {"waits", "made ready"}
    assert not pull(forge).draft
