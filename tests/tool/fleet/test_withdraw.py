"""A release that was bad: withdrawn, brought back, and never rolled out again by itself."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard.cli import fleet_console
from modelyard.cli.fleet_commands import fleet
from modelyard.errors import NotReady, Usage
from modelyard.fleet.context import open_fleet
from modelyard.fleet.next_wave import next_wave, retry
from modelyard.fleet.options import Mode
from modelyard.fleet.pr_metadata import find
from modelyard.fleet.rollout import rollout
from modelyard.fleet.states import Outcome, RepoState
from modelyard.fleet.withdraw import Withdrawal, withdraw
from modelyard.fleet.withdrawals import PREFIX, Withdrawn
from tests.repos import git
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.worlds import lines

GOOD, BAD = "modelyard/v1.1.0", "modelyard/v1.2.0"
WHY = "training *breaks* on @everybody's laptop"


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """Three repos: v1.2.0 is merged in r0, open in r1, and worked on in r2."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yard = make(tmp_path, count=3, control=True)
    rollout(yard.options(), silent)
    yard.merge("r0", GOOD)
    yard.world.release("v1.2.0", {"a.txt": lines(20, l3="THREE", l9="NINE")})
    rollout(yard.options(), silent)
    yard.merge("r0", BAD)
    yard.push("r2", BAD, own_txt="theirs\n")
    return yard


def run(yard: Yard, why: str = WHY) -> Withdrawal:
    return withdraw(yard.file, "v1.2.0", why, silent)


def test_a_withdrawal_is_printed_for_scripts(
    yard: Yard, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fleet_console.withdrawn(run(yard), as_json=True) == 3
    said = json.loads(capsys.readouterr().out)
    assert (said["version"], said["why"], said["way_on"]) == ("v1.2.0", WHY, "v1.1.0")
    assert (said["merged"], said["exit_code"]) == (["r0"], 3) and said["since"]
    outcomes = {one["name"]: one["outcome"] for one in said["repos"]}
    assert outcomes == {"r0": "nothing", "r1": "closed", "r2": "left_alone"}


def states(yard: Yard, name: str) -> list[tuple[str, str]]:
    return [(one.branch, one.state) for one in yard.pull_requests(name)]


def branches(yard: Yard, name: str) -> list[str]:
    listed = git(yard.bare(name), "for-each-ref", "--format=%(refname:short)", "refs/heads")
    return listed.split()


def test_a_bad_release_from_its_withdrawal_to_the_way_back(yard: Yard) -> None:
    done = run(yard)
    assert {one.name: (one.outcome, one.state) for one in done.results} == {
        "r0": (Outcome.NOTHING, RepoState.WITHDRAWN),
        "r1": (Outcome.CLOSED, RepoState.UNKNOWN),
        "r2": (Outcome.LEFT_ALONE, RepoState.UNKNOWN),
    }
    assert (states(yard, "r1")[0], states(yard, "r2")[0]) == ((BAD, "closed"), (BAD, "open"))
    assert [BAD in branches(yard, name) for name in ("r0", "r1", "r2")] == [False, False, True]
    mark = find(yard.pull_requests("r1")[0].body)
    assert mark and mark.metadata.ended == "withdrawn"
    stored = (yard.bare("r1") / "modelyard-requests.json").read_text()
    assert "Withdrawn: `v1.2.0`. training" in stored and "@everybody" not in stored

    with pytest.raises(Withdrawn, match="training"):
        rollout(yard.options(to="v1.2.0"), silent)
    with pytest.raises(Withdrawn):
        retry(yard.options(to="v1.2.0"), silent)
    gate = next_wave(yard.options(to="v1.2.0", mode=Mode.PLAN), silent).verdict
    assert not gate.passed and "was withdrawn" in gate.gates[0].value

    # The newest is now the one before, and nobody goes back to it unasked.
    found = {one.name: one for one in rollout(yard.options(), silent)}
    assert labels(list(found.values()))["r0"] == "withdrawn"
    assert "--to v1.1.0" in found["r0"].detail
    assert states(yard, "r1")[0] == (GOOD, "open"), "its request for v1.1.0 was the bot's to close"

    back = {one.name: one for one in rollout(yard.options(to="v1.1.0"), silent)}
    assert back["r0"].label == "opened"
    request = yard.pull_requests("r0")[0]
    assert (request.branch, request.title) == (GOOD, "Back to v1.1.0")
    assert "back from `v1.2.0` to `v1.1.0`" in request.body
    # A run that names no version leaves it as it is, and a fresh one refreshes it.
    yard.push("r0", new_txt="new\n")
    assert labels(rollout(yard.options(), silent))["r0"] == "updated"
    yard.merge("r0", GOOD)
    assert yard.show("r0", "main", "a.txt") == lines(20, l3="THREE")
    assert "_commit: v1.1.0" in yard.show("r0", "main", ".copier-answers.yml")
    assert labels(rollout(yard.options(), silent))["r0"] == "current"

    yard.world.release("v1.2.1", {"a.txt": lines(20, l3="THREE", l9="nine")})
    assert set(labels(rollout(yard.options(), silent)).values()) == {"opened"}


def test_status_names_merged_repos_first(yard: Yard) -> None:
    run(yard)
    seen = {one.name: one for one in observed(yard.options(), Mode.STATUS)}
    assert seen["r0"].state is RepoState.WITHDRAWN
    said = CliRunner().invoke(fleet, ["status", "--json", "--file", str(yard.file)]).stdout
    first = json.loads(said)["attention"][0]
    assert (first["repo"], first["cause"]) == ("r0", "withdrawn") and "breaks" in first["why"]


def test_a_kill_in_the_middle_is_continued(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    from modelyard.forges.local import Local

    def killed(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Local, "close", killed)
        run(yard)
    with pytest.raises(Withdrawn):
        rollout(yard.options(to="v1.2.0"), silent)
    assert states(yard, "r1")[0] == (BAD, "open")
    again = run(yard, "another reason")
    assert again.note.why == WHY, "the reason on record stays"
    assert states(yard, "r1")[0] == (BAD, "closed") and BAD not in branches(yard, "r1")
    third = run(yard)
    assert {one.outcome for one in third.results} == {Outcome.NOTHING, Outcome.LEFT_ALONE}
    assert (yard.bare("r2") / "modelyard-requests.json").read_text().count("Withdrawn:") == 1


def test_without_a_place_to_record_it_nothing_is_done(yard: Yard) -> None:
    yard.file.write_text(yard.file.read_text().replace('control = "control"', ""))
    with pytest.raises(NotReady, match="no control repository"):
        run(yard)
    assert states(yard, "r1")[0] == (BAD, "open")


def test_a_name_that_is_no_version_is_refused(yard: Yard) -> None:
    with pytest.raises(NotReady, match=r"no version 'v1\.2\.O'.*nothing was done"):
        withdraw(yard.file, "v1.2.O", WHY, silent)
    with pytest.raises(Usage):
        withdraw(yard.file, "v1 2", WHY, silent)
    assert not [name for name in branches(yard, "control") if name.startswith(PREFIX)]


def test_the_command_and_its_exit_codes(yard: Yard) -> None:
    words = ["withdraw", "v1.2.0", "--why", WHY, "--file", str(yard.file)]
    done = CliRunner().invoke(fleet, words)
    assert done.exit_code == 3 and "rollout --to v1.1.0" in done.stdout
    # Its tag is gone, as of a release that was deleted: what is on record counts.
    git(yard.world.template, "tag", "--delete", "v1.2.0")
    assert CliRunner().invoke(fleet, words).exit_code == 3
    with open_fleet(yard.file) as context:
        assert (context.version, list(context.withdrawn)) == ("v1.1.0", ["v1.2.0"])
    assert Withdrawn.code == 4
