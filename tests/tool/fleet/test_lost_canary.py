"""A wave that opened is judged by its repos, also by those that nobody can work on any more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.fleet import overview
from modelyard.fleet.attention import Cause
from modelyard.fleet.next_step import StepKind
from modelyard.fleet.next_wave import next_wave, refresh, retry
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.rollout import rollout
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.worlds import open_next, silent
from tests.tool.forges.hosted import Hosted
from tests.tool.forges.served import Served, served

EXEMPT = '[[exempt]]\nrepo = "r0"\nreason = "gone"\nuntil = 2999-01-01\n'


@pytest.fixture
def forge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Two repos, of which r0 is the canary; nothing is open."""
    with served(tmp_path / "forge") as made:
        hosted_fleet.log_in(made, tmp_path, monkeypatch)
        world = hosted_fleet.add_repos(made, tmp_path, 2)
        hosted_fleet.write_settings(made, world.template, tmp_path / "fleet.toml")
        yield made


def options(forge: Served, mode: Mode = Mode.ROLLOUT) -> RolloutOptions:
    return RolloutOptions(forge.folder.parent / "fleet.toml", mode=mode)


def archive(repo: Hosted) -> None:
    repo.archived = True


def take_the_permission_away(repo: Hosted) -> None:
    repo.writable = False


def take_the_default_branch_away(repo: Hosted) -> None:
    (repo.folder / "HEAD").write_text("ref: refs/heads/none\n")


LOST = [archive, take_the_permission_away, take_the_default_branch_away]


@pytest.mark.parametrize("lose", LOST)
def test_a_canary_that_is_lost_lets_no_wave_pass(forge: Served, lose: object) -> None:
    open_next(options(forge))
    lose(forge.repo("r0"))  # type: ignore[operator]  # one of LOST
    ahead = next_wave(options(forge, Mode.PLAN), silent)
    gate = {one.name: one for one in ahead.verdict.gates}["merged"]
    assert (ahead.open, ahead.verdict.wave) == (("canary",), "rest")
    assert (gate.value, gate.passed) == ("0 of 1", False)
    assert "exempt it, or choose another" in gate.told
    assert not open_next(options(forge))[0].passed and forge.repo("r1").pulls == []
    assert [one.label for one in retry(options(forge), silent)] == ["problem"]
    assert [one.label for one in refresh(options(forge), silent)] == ["problem"]

    data = overview.look(options(forge, Mode.STATUS), silent).data
    assert (data.next_step.kind, data.next_step.wave) == (StepKind.BLOCKED, "rest")
    (need,) = data.attention
    assert (need.repo, need.wave, need.cause) == ("team/r0", "canary", Cause.UNWORKABLE)
    assert "[[exempt]]" in need.why


def test_what_was_merged_before_it_was_archived_counts(forge: Served) -> None:
    open_next(options(forge))
    repo = forge.repo("r0")
    forge.check("r0", repo.tip(hosted_fleet.BRANCH), "success")
    repo.pulls[0].draft = False
    forge.check("r0", forge.merge("r0", 1), "failure")
    archive(repo)
    gate = {one.name: one for one in next_wave(options(forge, Mode.PLAN), silent).verdict.gates}
    assert (gate["merged"].value, gate["default branch"].value) == ("1 of 1", "0 of 1, 1 red")


def test_an_exemption_is_a_persons_word(forge: Served) -> None:
    open_next(options(forge))
    archive(forge.repo("r0"))
    file = options(forge).file
    file.write_text(file.read_text() + EXEMPT)
    verdict, _ = open_next(options(forge))
    assert (verdict.wave, verdict.passed, len(forge.repo("r1").pulls)) == ("rest", True, 1)


def test_a_wave_whose_named_repos_are_lost_before_it_opens_is_not_passed_by(forge: Served) -> None:
    archive(forge.repo("r0"))
    for mode in (Mode.PLAN, Mode.ROLLOUT):
        with pytest.raises(NotReady, match="wave 'canary': 'team/r0' is archived") as told:
            next_wave(options(forge, mode), silent)
        assert "exempt" in told.value.hint
    assert forge.repo("r1").pulls == []
    # `--wave` is a person's word, and so is what lies behind it.
    rollout(RolloutOptions(options(forge).file, wave="rest"), silent)
    assert next_wave(options(forge, Mode.PLAN), silent).open == ("rest",)
