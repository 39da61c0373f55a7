"""What is next: one looks, writes nothing, and all machines roll out the wave that it names."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard.cli.fleet_commands import fleet
from modelyard.errors import Usage
from modelyard.fleet.next_wave import next_wave
from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from tests.tool.fleet.worlds import Yard, make, silent
from tests.tool.schemas import valid
from tests.tool.worlds import lines

BRANCH = "modelyard/v1.1.0"


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path)


def plan(yard: Yard, *options: str) -> tuple[int, dict]:
    command = ["plan", "--next", "--json", "--jobs", "1", "--file", str(yard.file), *options]
    done = CliRunner().invoke(fleet, command)
    return done.exit_code, valid("fleet-plan-next", done.stdout)


def test_the_first_wave_may_open_and_nothing_is_written(yard: Yard) -> None:
    code, said = plan(yard)
    assert (code, said["version"], said["wave"], said["open"]) == (0, "v1.1.0", "canary", [])
    assert said["canary"] is True
    assert [(one["name"], one["state"], one["action"]) for one in said["repos"]] == [
        ("r0", "clean", "open"),
        ("r1", "clean", "open"),
    ]
    assert [yard.pull_requests(f"r{number}") for number in range(4)] == [[], [], [], []]


def test_a_gate_keeps_the_next_wave_closed(yard: Yard) -> None:
    rollout(yard.options(wave="canary"), silent)
    code, said = plan(yard)
    assert (code, said["wave"], said["open"], said["repos"]) == (4, "rest", ["canary"], [])
    assert [gate["name"] for gate in said["gates"] if not gate["passed"]] == ["merged"]
    yard.merge("r0", BRANCH)
    code, said = plan(yard)
    assert (code, said["wave"], len(said["repos"])) == (0, "rest", 2)


def test_a_conflict_ahead_needs_a_person(yard: Yard) -> None:
    yard.push("r1", a_txt=lines(20, l3="mine"))
    code, said = plan(yard)
    assert (code, said["exit_code"], said["wave"]) == (3, 3, "canary")


def test_a_wave_in_which_nobody_needs_it_is_passed(yard: Yard) -> None:
    rollout(yard.options(wave="canary"), silent)
    for name in ("r0", "r1"):
        yard.merge(name, BRANCH)
        (yard.bare(name) / "modelyard-requests.json").unlink()
    ahead = next_wave(yard.options(mode=Mode.PLAN), silent)
    assert (ahead.verdict.wave, [one.name for one in ahead.told]) == ("rest", ["r2", "r3"])
    assert not ahead.canary, "no request is open, and it is not the canary's turn"


def test_a_wave_of_broken_answers_is_told_and_holds_up_nothing(yard: Yard) -> None:
    for name in ("r0", "r1"):
        yard.push(name, **{".copier-answers.yml": "_src_path: [\n"})
    code, said = plan(yard)
    assert (code, said["wave"]) == (3, "rest")
    assert [one["state"] for one in said["repos"]] == ["broken", "broken", "clean", "clean"]


def test_a_wave_of_all_is_no_canary(yard: Yard) -> None:
    text = yard.file.read_text()
    first = '[[waves]]\nname = "canary"\nrepos = ["r0", "r1"]\n'
    assert first in text
    yard.file.write_text(text.replace(first, ""))
    ahead = next_wave(yard.options(mode=Mode.PLAN), silent)
    assert (ahead.verdict.wave, ahead.canary) == ("rest", False)


def test_when_all_waves_are_open_none_is_next(yard: Yard) -> None:
    rollout(yard.options(), silent)
    for name in ("r0", "r1", "r2"):
        yard.merge(name, BRANCH)
    code, said = plan(yard)
    assert (code, said["wave"], said["open"]) == (0, None, ["canary", "rest"])


@pytest.mark.parametrize("command", ["plan", "rollout"])
@pytest.mark.parametrize("part", [["--shard", "1/4"], ["--limit", "1"], ["--wave", "rest"]])
def test_a_part_of_the_next_wave_is_not_asked_for(
    yard: Yard, command: str, part: list[str]
) -> None:
    done = CliRunner().invoke(fleet, [command, "--next", *part, "--file", str(yard.file)])
    assert isinstance(done.exception, Usage)
    assert yard.pull_requests("r2") == []
