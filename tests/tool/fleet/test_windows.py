"""Requests are opened on the days and hours that fleet.toml names."""

import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.fleet import config
from modelyard.fleet.next_wave import next_wave
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.rollout import rollout
from modelyard.fleet.states import Outcome
from modelyard.fleet.windows import Day, Window, closed
from modelyard.forges.forge import ForgeKind
from tests.tool.fleet.hosted_fleet import add_repos, log_in, write_settings
from tests.tool.forges.served import served

WEEKDAYS = Window.model_validate(
    {"days": ["mon", "tue", "wed", "thu"], "from": "08:00", "to": "17:00", "zone": "Europe/Berlin"}
)


def at(text: str) -> datetime:
    """Return a time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2027-03-01 06:59", "Mon 01 Mar 2027 08:00"),
        ("2027-03-01 16:00", "Tue 02 Mar 2027 08:00"),
        ("2027-03-05 10:00", "Mon 08 Mar 2027 08:00"),
        # The clocks go forward on the 28th.
        ("2027-03-26 10:00", "Mon 29 Mar 2027 08:00"),
        ("2027-03-29 05:59", "Mon 29 Mar 2027 08:00"),
    ],
)
def test_outside_it_says_when_the_next_one_begins(now: str, begins: str) -> None:
    told = closed([WEEKDAYS], at(now))
    assert f"the next one begins {begins} Europe/Berlin" in told and "--now" in told


@pytest.mark.parametrize("now", ["2027-03-01 07:00", "2027-03-01 15:59", "2027-03-29 06:00"])
def test_inside_nothing_is_in_the_way(now: str) -> None:
    assert closed([WEEKDAYS], at(now)) == ""


def test_any_of_several_is_enough_and_the_first_is_named() -> None:
    friday = Window(days=(Day.FRIDAY,))
    assert closed([WEEKDAYS, friday], at("2027-03-05 10:00")) == ""
    assert "Fri 05 Mar 2027 00:00 UTC" in closed([WEEKDAYS, friday], at("2027-03-04 20:00"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('zone = "Europe/Bärlin"', "knows no time zone"),
        ('from = "17:00"\nto = "08:00"', "ends on the day that it began"),
        ('days = ["frieday"]', "windows.0.days.0"),
        ("days = []", "a window has days"),
        ("from = 8\nto = 17", "an hour of the day"),
        ('from = "08:00Z"', "an hour of the day"),
        ('from = "8:00"', "an hour of the day"),
    ],
)
def test_a_window_that_cannot_be_is_told(tmp_path: Path, said: str, words: str) -> None:
    file = tmp_path / "fleet.toml"
    head = '[forge]\nkind = "local"\nowner = "x"\n[template]\nsource = "x"\n[[windows]]\n'
    file.write_text(f"{head}{said}\n")
    with pytest.raises(NotReady, match=words):
        config.read(file)


def test_a_machine_without_time_zones_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    zoneinfo.reset_tzpath(to=())
    monkeypatch.setitem(sys.modules, "tzdata", None)
    zoneinfo.ZoneInfo.clear_cache()
    try:
        with pytest.raises(ValueError, match=r"'Europe/Berlin': it has none, so install tzdata"):
            Window(zone="Europe/Berlin")
    finally:
        zoneinfo.reset_tzpath()


def test_outside_nothing_is_opened_and_a_person_may_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = tuple(Day)[(datetime.now(UTC) + timedelta(days=3)).weekday()]
    file = tmp_path / "fleet.toml"
    with served(tmp_path / "forge", ForgeKind.GITHUB) as forge:
        made = add_repos(forge, tmp_path / "world", 2)
        more = f'[[windows]]\ndays = ["{day}"]\n[request]\nready = "at-once"'
        write_settings(forge, made.template, file, more)
        log_in(forge, tmp_path, monkeypatch)
        done = rollout(RolloutOptions(file), lambda one: None)
        assert {one.outcome for one in done} == {Outcome.PAUSED}
        assert "the next one begins" in done[0].detail
        blocked = next_wave(RolloutOptions(file), lambda one: None)
        assert not blocked.verdict.passed and "next one begins" in blocked.verdict.gates[0].value
        # Who looks is in nobody's way.
        assert next_wave(RolloutOptions(file, mode=Mode.PLAN), lambda one: None).verdict.passed
        assert forge.repo("r0").pulls == []
        done = rollout(RolloutOptions(file, wave="canary", now=True), lambda one: None)
        assert [one.outcome for one in done] == [Outcome.OPENED]
