"""Which repo is in which wave: a wave is what it was when it opened, whatever comes after."""

import pytest

from modelyard.fleet import waves
from modelyard.fleet.config import Wave
from modelyard.fleet.waves import Assignment, Opened

EARLY, REST = Wave(name="early", share=0.2), Wave(name="rest", share=1.0)
NAMES = [f"team/r{number}" for number in range(21)]
FIRST = waves.assign(NAMES, [EARLY, REST])
IN_EARLY = [name for name, wave in FIRST.waves.items() if wave == "early"]


def opened(
    names: list[str] = IN_EARLY, reach: bool = True, unknown: tuple[str, ...] = ()
) -> Opened:
    known = {name: FIRST.waves[name] for name in names if name not in unknown}
    told = {wave: FIRST.reach[wave] if reach else "" for wave in known.values()}
    return Opened(known, told, unknown)


def in_early(found: Assignment) -> set[str]:
    return {name for name, wave in found.waves.items() if wave == "early"}


def test_a_share_is_of_all_repos_and_nothing_is_open() -> None:
    assert (len(IN_EARLY), FIRST.open) == (5, ())
    assert FIRST.reach["rest"] > FIRST.reach["early"] > ""


@pytest.mark.parametrize("reach", [True, False])
@pytest.mark.parametrize("gone", IN_EARLY)
def test_a_repo_that_goes_moves_nobody_into_another_wave(gone: str, reach: bool) -> None:
    """Exempted, archived or deleted: with a mark of today, or of an earlier modelyard."""
    names = [name for name in NAMES if name != gone]
    found = waves.assign(names, [EARLY, REST], opened([n for n in IN_EARLY if n != gone], reach))
    assert in_early(found) == set(IN_EARLY) - {gone}
    assert found.open == ("early",)


def test_new_repos_move_nobody() -> None:
    more = [f"team/new{number}" for number in range(40)]
    found = waves.assign([*NAMES, *more], [EARLY, REST], opened())
    assert all(found.waves[name] == FIRST.waves[name] for name in NAMES)
    taken = in_early(found) & set(more)
    assert 0 < len(taken) < 20, "each new repo has its wave by its own name"


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_share_that_was_changed_is_for_the_next_version(share: float) -> None:
    found = waves.assign(NAMES, [Wave(name="early", share=share), REST], opened())
    assert in_early(found) == set(IN_EARLY)


def test_a_repo_without_a_request_stays_in_its_wave_by_how_far_it_reached() -> None:
    """Some failed, so nothing says that they are in it, but what it says of the others."""
    begun = IN_EARLY[:1]
    more = [f"team/new{number}" for number in range(40)]
    found = waves.assign([*NAMES, *more], [EARLY, REST], opened(begun))
    assert in_early(found) >= set(IN_EARLY)


def test_a_wave_that_was_renamed_opens_no_other() -> None:
    found = waves.assign(NAMES[:-1], [Wave(name="second", share=0.2), REST], opened())
    assert found.open == ()
    assert {found.waves[name] for name in IN_EARLY if name in found.waves} == {"early"}


def test_a_mark_that_does_not_count_opens_no_later_wave() -> None:
    """Whatever wave the repo would be in by now: the earliest that can have been opened counts."""
    slipped = next(name for name in NAMES if FIRST.waves[name] == "rest")
    found = waves.assign(NAMES, [EARLY, REST], Opened({}, {}, {slipped}))
    assert (found.open, found.waves[slipped]) == (("early",), "early")
    found = waves.assign(NAMES, [EARLY, REST], opened(unknown=(slipped,)))
    assert (found.open, found.waves[slipped]) == (("early",), "early")
    everything = waves.assign(NAMES, [EARLY, REST], opened(NAMES[:-1], unknown=(NAMES[-1],)))
    assert everything.open == ("early", "rest")


def test_a_wave_that_a_person_opened_first_leaves_the_others_their_repos() -> None:
    late = [name for name in NAMES if FIRST.waves[name] == "rest"][:10]
    found = waves.assign(NAMES, [EARLY, REST], opened(late))
    assert found.open == ("rest",)
    assert in_early(found) == set(IN_EARLY)


def test_named_repos_of_a_later_wave_take_nothing_from_a_share() -> None:
    named = [name for name in NAMES if name not in IN_EARLY][:4]
    found = waves.assign(NAMES, [EARLY, Wave(name="late", repos=tuple(named)), REST])
    assert len(in_early(found)) == 5
