"""A token that can only read sees the same fleet, and writes nothing."""

from dataclasses import replace

import pytest

from modelyard.fleet.next_wave import next_wave
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.rollout import rollout
from tests.tool.fleet.test_ready import check, forge, options, told  # noqa: F401 (fixtures)
from tests.tool.fleet.worlds import labels, open_next, silent
from tests.tool.forges.served import Served


@pytest.fixture
def reading(forge: Served, options: RolloutOptions) -> RolloutOptions:  # noqa: F811
    for repo in forge.repos.values():
        repo.writable = False
    return replace(options, mode=Mode.PLAN, read_only=True)


def test_it_is_in_the_same_waves_and_nothing_is_a_problem(reading: RolloutOptions) -> None:
    found = rollout(reading, silent)
    assert [(one.state, one.wave) for one in found] == [("clean", "canary"), ("clean", "rest")]
    ahead = next_wave(reading, silent)
    assert (ahead.verdict.wave, ahead.unfinished) == ("canary", ())


def test_without_the_option_nothing_can_be_rolled_out(reading: RolloutOptions) -> None:
    assert set(labels(rollout(replace(reading, read_only=False), silent)).values()) == {"problem"}


def test_a_plan_tells_what_of_open_waves_is_not_finished(
    forge: Served,  # noqa: F811
    options: RolloutOptions,  # noqa: F811
) -> None:
    plan = replace(options, mode=Mode.PLAN)
    open_next(options)
    check(forge, "pending")
    assert next_wave(plan, silent).unfinished == ()
    check(forge, "success")
    assert next_wave(plan, silent).unfinished == (f"{forge.owner}/r0",)
    assert next_wave(replace(plan, mode=Mode.ROLLOUT), silent).unfinished == ()
    told(options)
    assert next_wave(plan, silent).unfinished == ()
