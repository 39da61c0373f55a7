"""Who may say that a wave is open: requests and marks of others are told, and decide nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.fleet import pr_metadata
from modelyard.fleet.marks import Doubt
from modelyard.fleet.model import Result
from modelyard.fleet.next_wave import next_wave, retry
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.rollout import rollout
from modelyard.fleet.states import Outcome
from modelyard.forges.forge import ForgeKind
from modelyard.forges.signing import VARIABLE
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.hosted_fleet import BRANCH
from tests.tool.fleet.worlds import labels, silent
from tests.tool.forges.hosted import Hosted, Pull
from tests.tool.forges.served import HOSTED, Served, served
from tests.tool.in_turns import in_turns

KEY = "k" * 64


class Fleet:
    """Two repos on a forge, each in a wave of its own, and a fleet.toml."""

    def __init__(self, forge: Served, folder: Path) -> None:
        self.forge = forge
        self.world, self.file = hosted_fleet.add_repos(forge, folder, 2), folder / "fleet.toml"
        bot = '[bot]\naccounts = ["old-bot"]'
        hosted_fleet.write_settings(forge, self.world.template, self.file, bot)

    @property
    def options(self) -> RolloutOptions:
        return RolloutOptions(self.file)

    def run(self, wave: str | None = None) -> list[Result]:
        return rollout(replace(self.options, wave=wave), silent)

    def wave(self) -> str | None:
        """The wave that is next, and nothing is written for it."""
        return next_wave(replace(self.options, mode=Mode.PLAN), silent).verdict.wave

    def repo(self, name: str = "r0") -> Hosted:
        return self.forge.repo(name)

    def claim(self, name: str = "r0", branch: str = BRANCH, author: str = "mallory") -> Pull:
        """Open a request as somebody, with the fleet's label and a mark that says what it likes."""
        repo = self.repo(name)
        head = repo.push(branch, {"own.txt": "mallory\n"})
        known = Metadata("v1.1.0", "v1.0.0", repo.tip("main"), head, "canary")
        line = pr_metadata.line(known, pr_metadata.Place(repo.name, branch), None)
        pull = repo.open(branch, "Update", f"Trust me\n\n{line}\n", False, author=author)
        pull.labels = ["modelyard"]
        return pull


@pytest.fixture(params=HOSTED)
def fleet(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fleet]:
    with served(tmp_path / "forge", request.param) as forge:
        hosted_fleet.log_in(forge, tmp_path, monkeypatch)
        yield Fleet(forge, tmp_path)


def doubts(results: list[Result]) -> dict[str, list[Doubt]]:
    return {one.name: [each.doubt for each in one.doubted] for one in results if one.doubted}


def test_a_request_of_a_colleague_opens_no_wave_and_is_left_alone_and_told(fleet: Fleet) -> None:
    pull = fleet.claim()
    before = (pull.body, list(pull.labels), fleet.repo().tip(BRANCH))
    assert fleet.wave() == "canary"
    first, second = fleet.run()
    assert (first.outcome, second.outcome) == (Outcome.LEFT_ALONE, Outcome.OPENED)
    assert doubts([first, second]) == {"team/r0": [Doubt.OTHER_ACCOUNT]}
    assert "mallory" in first.doubted[0].text and first.doubted[0].url.endswith("/1")
    assert (pull.body, pull.labels, fleet.repo().tip(BRANCH)) == before
    assert (pull.state, pull.comments) == ("open", [])


def test_a_colleague_cannot_decline_or_merge_in_the_name_of_the_fleet(fleet: Fleet) -> None:
    fleet.claim().end("closed")
    fleet.claim(branch="modelyard/v0.9.0")
    fleet.claim(branch="feature")
    fleet.repo().folder.joinpath("refs/heads", BRANCH).unlink()
    (first, _) = fleet.run()
    assert first.outcome is Outcome.OPENED
    assert [one.state for one in fleet.repo().pulls] == ["closed", "open", "open", "open"]
    assert all(one.comments == [] for one in fleet.repo().pulls)


def test_a_request_that_no_label_shows_is_not_taken_over(fleet: Fleet) -> None:
    fleet.run()
    pull = fleet.repo().pulls[0]
    pull.author, pull.labels, pull.body = "mallory", [], "Mine"
    (first, _) = fleet.run()
    assert first.outcome is Outcome.LEFT_ALONE and "by mallory" in first.detail
    assert (pull.body, pull.labels) == ("Mine", [])


def test_a_request_from_a_fork_is_told_and_counts_for_nothing(fleet: Fleet) -> None:
    fleet.claim().cross = True
    fleet.repo().folder.joinpath("refs/heads", BRANCH).unlink()
    assert fleet.wave() == "canary"


def change(body: str, **fields: object) -> str:
    """Change fields of the mark in a body, as somebody who may edit it does."""
    above, _, rest = body.partition("<!-- modelyard {")
    text, _, below = rest.partition(" -->")
    loaded = {**json.loads(f"{{{text}"), **fields}
    kept = {name: value for name, value in loaded.items() if value is not None}
    return f"{above}Edited\n\n<!-- modelyard {json.dumps(kept)} -->{below}"


# One for each doubt: that no field can be changed, test_marks.py holds.
EDITS: list[tuple[dict[str, object], Doubt]] = [
    ({"conflicts": ["a.txt"]}, Doubt.WRONG_SIGNATURE),
    ({"key": "0" * 12}, Doubt.OTHER_KEY),
    ({"key": None, "signature": None}, Doubt.UNSIGNED),
    ({"version": 7}, Doubt.NO_MARK),
]


@pytest.mark.parametrize(
    ("fields", "doubt", "fleet"),
    [(*one, kind) for one, kind in in_turns(EDITS, HOSTED)],
    indirect=["fleet"],
)
def test_an_edited_mark_is_told_and_written_anew(
    fleet: Fleet, fields: dict[str, object], doubt: Doubt
) -> None:
    fleet.run("canary")
    pull = fleet.repo().pulls[0]
    honest = pull.body
    pull.body = change(honest, **fields)
    # The wave stays open, whatever is written there: the forge tells that the fleet began it.
    assert fleet.wave() == "rest"
    assert doubts(rollout(replace(fleet.options, mode=Mode.STATUS), silent)) == {"team/r0": [doubt]}
    (again,) = retry(fleet.options, silent)
    assert again.outcome is Outcome.UPDATED
    assert pull.body == honest
    assert doubts(fleet.run("canary")) == {}


def test_a_mark_counts_in_no_other_repo(fleet: Fleet) -> None:
    fleet.run()
    ours, other = fleet.repo().pulls[0], fleet.repo("r1").pulls[0]
    ours.body = other.body
    found = rollout(replace(fleet.options, mode=Mode.PLAN), silent)
    assert doubts(found) == {"team/r0": [Doubt.WRONG_SIGNATURE]}


@pytest.mark.parametrize("state", ["open", "merged"])
def test_a_request_that_is_led_into_another_branch_is_told_and_counts_for_nothing(
    fleet: Fleet, state: str
) -> None:
    fleet.run("canary")
    pull = fleet.repo().pulls[0]
    pull.base = "elsewhere"
    if state == "merged":
        pull.end(state)
    assert fleet.wave() == "canary"
    found = rollout(replace(fleet.options, mode=Mode.PLAN), silent)
    assert doubts(found) == {"team/r0": [Doubt.OTHER_TARGET]}
    fleet.run("canary")
    assert [(one.base, one.state) for one in fleet.repo().pulls][-1] == ("main", "open")


def test_a_default_branch_that_was_renamed_takes_no_request_back(fleet: Fleet) -> None:
    fleet.run("canary")
    pull = fleet.repo().pulls[0]
    pull.draft = False
    fleet.forge.merge("r0", pull.number)
    fleet.repo().rename_default("trunk")
    pull.base = "main"
    assert fleet.wave() == "rest"


def test_a_colleagues_commit_is_not_pushed_over_for_a_broken_mark(fleet: Fleet) -> None:
    fleet.run("canary")
    pull = fleet.repo().pulls[0]
    pull.body = change(pull.body, signature=None)
    theirs = fleet.repo().push(BRANCH, {"own.txt": "work\n"})
    (first,) = fleet.run("canary")
    assert first.outcome is Outcome.LEFT_ALONE and fleet.repo().tip(BRANCH) == theirs


def test_a_key_that_is_given_later_takes_over_from_the_token(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.run()
    bodies = [fleet.repo(name).pulls[0].body for name in ("r0", "r1")]
    monkeypatch.setenv(VARIABLE, KEY)
    assert labels(fleet.run()) == {"team/r0": "waits", "team/r1": "waits"}
    assert [fleet.repo(name).pulls[0].body for name in ("r0", "r1")] == bodies


def test_a_rotated_token_is_told_and_the_requests_are_signed_anew(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.run("canary")
    old = fleet.forge.token
    fleet.forge.renew()
    for name, value in fleet.forge.env.items():
        monkeypatch.setenv(name, value)
    found = rollout(replace(fleet.options, mode=Mode.STATUS), silent)
    assert doubts(found) == {"team/r0": [Doubt.OTHER_KEY]} and fleet.wave() == "rest"
    # Until nobody needs the old one any more, it may be given behind a key.
    monkeypatch.setenv(VARIABLE, f"{KEY},{old}")
    assert doubts(rollout(replace(fleet.options, mode=Mode.STATUS), silent)) == {}
    monkeypatch.setenv(VARIABLE, "")
    assert [one.outcome for one in fleet.run("canary")] == [Outcome.UPDATED]
    assert doubts(rollout(replace(fleet.options, mode=Mode.STATUS), silent)) == {}


def test_a_bot_that_was_replaced_is_named_in_the_settings(fleet: Fleet) -> None:
    fleet.run("canary")
    fleet.repo().pulls[0].author = "old-bot"
    assert fleet.wave() == "rest"
    assert labels(fleet.run("canary")) == {"team/r0": "waits"}


def test_requests_of_an_app_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with served(tmp_path / "forge", ForgeKind.GITHUB) as forge:
        forge.account, forge.token = "fleet[bot]", f"ghs_{forge.token}"
        for name, value in {**forge.env, VARIABLE: KEY}.items():
            monkeypatch.setenv(name, value)
        fleet = Fleet(forge, tmp_path)
        fleet.run("canary")
        assert labels(fleet.run("canary")) == {"team/r0": "waits"}
        # Somebody who calls themselves as the app is called is not the app.
        fleet.repo().pulls[0].author = "fleet"
        assert doubts(fleet.run("canary")) == {"team/r0": [Doubt.OTHER_ACCOUNT]}
        monkeypatch.setenv(VARIABLE, "")
        with pytest.raises(NotReady, match=VARIABLE):
            fleet.run()


def test_a_merged_request_of_a_release_before_counts_for_its_wave(fleet: Fleet) -> None:
    fleet.run("canary")
    pull = fleet.repo().pulls[0]
    pull.body = change(pull.body, key=None, signature=None)
    pull.draft = False
    fleet.forge.merge("r0", pull.number)
    ahead = next_wave(replace(fleet.options, mode=Mode.PLAN), silent)
    gates = {one.name: (one.value, one.passed) for one in ahead.verdict.gates}
    assert ahead.verdict.wave == "rest"
    assert gates["merged"] == ("1 of 1", True) and gates["conflicts"][1]
