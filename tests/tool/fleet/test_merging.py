"""Fleets whose clean and green requests the forge merges, and what people still decide."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from modelyard.cli.commands import app
from modelyard.errors import NotReady
from modelyard.fleet import clones, config, merging, others, pr_metadata
from modelyard.fleet.context import open_fleet
from modelyard.fleet.model import Result
from modelyard.fleet.next_wave import refresh, retry
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.pr_metadata import Metadata
from modelyard.fleet.report import render
from modelyard.fleet.report.collect import collect
from modelyard.fleet.rollout import rollout
from modelyard.fleet.withdraw import withdraw
from modelyard.forges.forge import HOLD_LABEL, ForgeKind
from modelyard.merged import Conflict, Notice
from modelyard.reasons import ConflictReason, NoticeReason
from modelyard.update.result import Status, UpdateResult
from tests.tool.fleet import hosted_fleet
from tests.tool.fleet.hosted_fleet import BRANCH
from tests.tool.fleet.worlds import observed, open_next, silent
from tests.tool.forges.hosted import Hosted, Pull, git
from tests.tool.forges.served import HOSTED, Served, served
from tests.tool.worlds import World, lines

GREEN = '[request]\nmerge = "auto"\n'
AT_ONCE = f'{GREEN}ready = "at-once"\n'


class Fleet:
    """A repo on a forge, and a fleet.toml."""

    def __init__(self, forge: Served, folder: Path, settings: str) -> None:
        self.forge, self.file = forge, folder / "fleet.toml"
        self.world: World = hosted_fleet.add_repos(forge, folder, 1)
        self.set(settings)
        self.options = RolloutOptions(self.file)

    def set(self, settings: str) -> None:
        hosted_fleet.write_settings(self.forge, self.world.template, self.file, settings)

    @property
    def repo(self) -> Hosted:
        return self.forge.repo("r0")

    @property
    def pull(self) -> Pull:
        return self.repo.pulls[0]

    @property
    def mark(self) -> Metadata:
        found = pr_metadata.find(self.pull.body)
        assert found
        return found.metadata

    def check(self, state: str = "success") -> None:
        self.repo.check(self.repo.tip(BRANCH), state)

    def run(self) -> Result:
        (done,) = rollout(self.options, silent)
        return done

    def label(self) -> str:
        return self.run().label

    def hand_over(self) -> None:
        """Open a request that is ready and green, and let the forge wait for a review."""
        self.repo.needs_review = True
        assert self.label() == "opened" and self.mark.merges
        self.pull.review = "review_required"
        self.check()
        done = self.run()
        assert (done.label, done.detail) == ("handed over", "auto-merge is on")
        assert self.pull.merged_for == "fleet-bot" and self.mark.merge_asked


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    with served(tmp_path / "forge", ForgeKind.GITHUB) as forge:
        hosted_fleet.log_in(forge, tmp_path, monkeypatch)
        yield Fleet(forge, tmp_path, AT_ONCE)


@pytest.mark.parametrize("kind", HOSTED)
def test_from_a_draft_to_a_merge_that_somebody_reverts(
    kind: ForgeKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path / "forge", kind) as forge:
        hosted_fleet.log_in(forge, tmp_path, monkeypatch)
        fleet = Fleet(forge, tmp_path, GREEN)
        assert fleet.label() == "opened" and fleet.pull.draft
        fleet.check()
        assert fleet.label() == "made ready" and fleet.pull.state == "open"
        (done,) = retry(fleet.options, silent)
        assert (done.label, fleet.pull.state) == ("merged", "merged")
        fleet.repo.check(fleet.repo.tip("main"), "success")
        verdict, _ = open_next(fleet.options)
        assert {one.name: one.value for one in verdict.gates}["merged"] == "1 of 1"
        assert fleet.label() == "current" and not fleet.repo.tip(BRANCH)
        parent = ["show", f"{fleet.pull.head}^:.copier-answers.yml"]
        before = {"a.txt": lines(20), ".copier-answers.yml": git(fleet.repo.folder, *parent)}
        reverted = fleet.repo.push("main", before)
        assert [fleet.label(), fleet.label()] == ["reverted", "reverted"]
        assert len(fleet.repo.pulls) == 1 and fleet.repo.tip("main") == reverted


def test_by_default_a_person_merges(fleet: Fleet) -> None:
    fleet.set('[request]\nready = "at-once"\n')
    assert fleet.label() == "opened" and not fleet.mark.merges
    fleet.check()
    assert fleet.label() == "waits"
    # Requests from before the setting are not merged either, until they are written anew.
    fleet.set(AT_ONCE)
    assert fleet.label() == "waits" and fleet.pull.state == "open"
    # Nor is a word said of a merge where a request is written anew.
    fleet.set('[request]\nready = "at-once"\n')
    fleet.pull.body = "Ours\n"
    assert fleet.label() == "updated" and not fleet.mark.merge_asked
    assert fleet.run().detail == ""


def test_without_ci_nothing_is_merged(fleet: Fleet) -> None:
    fleet.set(f'{AT_ONCE}no_ci_minutes = 0\n[gates]\nno_ci = "passes"\n')
    assert fleet.label() == "opened" and fleet.mark.merges
    assert fleet.label() == "waits" and fleet.pull.state == "open"


def test_the_forge_merges_it_once_its_review_is_there_and_status_says_so(fleet: Fleet) -> None:
    fleet.hand_over()
    done = CliRunner().invoke(app, ["fleet", "status", "--file", str(fleet.file), "--jobs", "1"])
    assert "CI success, review required, auto-merge is on" in " ".join(done.stdout.split())
    with open_fleet(fleet.file) as context:
        seen = observed(fleet.options, Mode.STATUS)
        data = collect(seen, context.fleet, context.version, datetime.now(UTC))
    assert render(data).count("auto-merge is on") == 2, "in the list of requests, and of repos"
    assert fleet.label() == "waits"
    fleet.repo.approve(1)
    assert fleet.label() == "current" and fleet.pull.state == "merged"


def test_a_queue_goes_on_where_the_default_branch_does(fleet: Fleet) -> None:
    fleet.repo.queue = True
    fleet.label()
    fleet.check()
    assert fleet.run().detail == "in the merge queue"
    fleet.repo.push("main", {"own.txt": "moved on\n"})
    head = fleet.pull.head
    assert fleet.label() == "waits" and (fleet.pull.queued, fleet.pull.head) == (True, head)
    fleet.repo.work_through_queue()
    assert fleet.label() == "current"


def test_what_is_pushed_anew_is_merged_only_once_it_is_green(fleet: Fleet) -> None:
    fleet.hand_over()
    fleet.repo.push("main", {"own.txt": "moved on\n"})
    assert fleet.label() == "updated"
    assert not (fleet.pull.merged_for or fleet.mark.merge_asked) and fleet.mark.merges
    assert fleet.label() == "waits"
    fleet.check()
    assert fleet.label() == "handed over"


def test_a_conflict_that_comes_up_takes_it_back_before_it_is_pushed(fleet: Fleet) -> None:
    fleet.hand_over()
    fleet.repo.push("main", {"a.txt": lines(20, l3="mine")})
    fleet.forge.seen.clear()
    assert fleet.label() == "updated"
    assert fleet.pull.draft and not (fleet.pull.merged_for or fleet.mark.merges)
    seen = fleet.forge.seen
    stopped = next(n for n, one in enumerate(seen) if b"mutation DisableAutoMerge" in one.body)
    pushed = next(n for n, one in enumerate(seen) if one.path.endswith("git-receive-pack"))
    assert stopped < pushed


def test_what_somebody_has_worked_on_is_theirs_to_merge(fleet: Fleet) -> None:
    fleet.hand_over()
    fleet.repo.push(BRANCH, {"own.txt": "theirs\n"})
    fleet.check()
    assert fleet.label() == "left alone" and not fleet.pull.merged_for
    fleet.repo.push("main", {"other.txt": "moved on\n"})
    assert fleet.label() == "updated" and not fleet.mark.merges
    fleet.check()
    assert fleet.label() == "waits" and not fleet.pull.merged_for


def test_what_people_take_back_stays_so(fleet: Fleet) -> None:
    fleet.hand_over()
    fleet.pull.merged_for = ""
    done = fleet.run()
    assert (done.label, done.detail) == ("waits", merging.TAKEN_BACK)
    fleet.repo.push("main", {"own.txt": "moved on\n"})
    assert fleet.label() == "updated"
    fleet.check()
    assert fleet.run().detail == merging.TAKEN_BACK and not fleet.pull.merged_for


def test_red_ci_and_a_setting_that_is_gone_take_it_back(fleet: Fleet) -> None:
    fleet.hand_over()
    fleet.check("failure")
    assert fleet.label() == "taken back" and not fleet.pull.merged_for
    fleet.check()
    assert fleet.label() == "handed over"
    fleet.set('[request]\nready = "at-once"\n')
    assert fleet.label() == "taken back" and fleet.label() == "waits"
    assert not fleet.pull.merged_for


def test_a_withdrawn_version_is_not_merged_any_more(fleet: Fleet) -> None:
    control = fleet.forge.add("fleet", files={"README.md": "The fleet\n"})
    settings = fleet.file.read_text() + '[repos]\nexclude = ["fleet"]\n'
    fleet.file.write_text(f'control = "{control.name}"\n{settings}')
    fleet.hand_over()
    fleet.repo.push(BRANCH, {"own.txt": "theirs\n"})
    withdraw(fleet.file, "v1.1.0", "a bad one", silent)
    assert fleet.pull.state == "open" and not fleet.pull.merged_for


def test_a_request_that_merges_while_it_is_withdrawn_is_told(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = fleet.forge.add("fleet", files={"README.md": "The fleet\n"})
    settings = fleet.file.read_text() + '[repos]\nexclude = ["fleet"]\n'
    fleet.file.write_text(f'control = "{control.name}"\n{settings}')
    fleet.hand_over()

    def slow(*asked: object) -> None:
        fleet.repo.approve(1)

    monkeypatch.setattr(others, "why_left", slow)
    done = withdraw(fleet.file, "v1.1.0", "a bad one", silent)
    assert fleet.pull.state == "merged" and [one.name for one in done.merged] == [fleet.repo.name]
    assert not any("withdrawn" in said for said in fleet.pull.comments)


def test_who_holds_it_back_by_the_label_or_an_exemption_takes_it_back(fleet: Fleet) -> None:
    fleet.hand_over()
    fleet.pull.labels.append(HOLD_LABEL)
    assert fleet.label() == "taken back" and not fleet.pull.merged_for
    assert fleet.label() == "waits"
    fleet.pull.labels.remove(HOLD_LABEL)
    assert fleet.label() == "made ready" and fleet.label() == "handed over"
    exempt = f'[[exempt]]\nrepo = "{fleet.repo.name}"\nreason = "a freeze"\nuntil = 2999-01-01\n'
    fleet.set(f"{AT_ONCE}{exempt}")
    assert fleet.label() == "taken back" and not fleet.pull.merged_for
    assert fleet.label() != "taken back"


def test_a_run_that_is_cut_off_forgets_no_decision(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.hand_over()
    # By its own hand: it is pushed anew, and green it is merged.
    fleet.repo.push("main", {"own.txt": "moved on\n"})
    monkeypatch.setattr(clones, "push", _cut_off)
    assert fleet.label() == "failed" and not (fleet.pull.merged_for or fleet.mark.merge_asked)
    monkeypatch.undo()
    hosted_fleet.log_in(fleet.forge, fleet.file.parent, monkeypatch)
    assert fleet.label() == "updated" and fleet.mark.merges
    fleet.check()
    assert fleet.label() == "handed over"
    # By a person's hand: whatever is cut off, or written over, it is left to people.
    fleet.pull.merged_for = ""
    fleet.repo.push("main", {"own.txt": "further\n"})
    cut = fleet.forge.trouble(422, on="PATCH .*/pulls/1$", times=99)
    assert fleet.label() == "failed" and fleet.mark.head != fleet.repo.tip(BRANCH)
    fleet.forge.troubles.remove(cut)
    assert fleet.label() == "updated" and not fleet.mark.merges
    fleet.pull.body = "Ours: not now\n"
    assert fleet.label() == "updated" and not fleet.mark.merges
    fleet.check()
    assert fleet.run().detail == merging.TAKEN_BACK and not fleet.pull.merged_for


def test_what_another_run_asks_before_a_push_does_not_hold_for_what_is_pushed(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.hand_over()
    push = clones.push

    def behind_another_run(*asked: Any) -> bool:
        fleet.pull.merged_for = "fleet-bot"
        return push(*asked)

    fleet.repo.push("main", {"own.txt": "moved on\n"})
    monkeypatch.setattr(clones, "push", behind_another_run)
    assert fleet.label() == "updated" and not fleet.pull.merged_for


def _cut_off(*asked: object) -> bool:
    raise OSError("killed")


def test_a_pause_says_what_it_does_not_stop(fleet: Fleet) -> None:
    control = fleet.forge.add("fleet", files={"README.md": "The fleet\n"})
    fleet.file.write_text(f'control = "{control.name}"\n{fleet.file.read_text()}')
    done = CliRunner().invoke(app, ["fleet", "pause", "--why", "x", "--file", str(fleet.file)])
    assert "is to merge by itself, it still merges" in " ".join(done.stdout.split())


def test_what_the_forge_does_not_merge_is_told_and_fails_nothing(fleet: Fleet) -> None:
    fleet.repo.needs_review, fleet.repo.auto_merge = True, False
    fleet.label()
    fleet.check()
    for _ in range(2):
        (done,) = refresh(fleet.options, silent)
        assert done.label == "waits" and not done.needs_a_person
        assert done.detail.startswith("not merged: something is required first")


def test_a_run_that_is_cut_off_behind_the_forges_word_is_continued(fleet: Fleet) -> None:
    fleet.repo.needs_review = True
    fleet.label()
    fleet.check()
    cut = fleet.forge.trouble(422, on="PATCH .*/pulls/1$", times=99)
    assert fleet.label() == "failed" and fleet.pull.merged_for and not fleet.mark.merge_asked
    fleet.forge.troubles.remove(cut)
    assert fleet.label() == "waits" and fleet.mark.merge_asked


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (NoticeReason.PIN_RAISED, True),
        (NoticeReason.LOCK_COMPILED, True),
        (NoticeReason.LOCK_FAILED, False),
        (NoticeReason.DELETED_NOT_APPLIED, False),
        (NoticeReason.TASKS_NOT_RUN, False),
    ],
)
def test_what_is_left_to_a_person_is_not_merged_without_one(
    reason: NoticeReason, expected: bool
) -> None:
    told = UpdateResult(Status.CLEAN, "v1", "v2", {}, (), (Notice("a.txt", reason),))
    assert merging.needs_nobody(told) is expected
    conflict = (Conflict("a.txt", ConflictReason.CONTENT),)
    assert not merging.needs_nobody(replace(told, conflicts=conflict))


def test_folders_merge_nothing(tmp_path: Path) -> None:
    file = tmp_path / "fleet.toml"
    words = '[forge]\nkind = "local"\nowner = "."\n[template]\nsource = "t"\n'
    file.write_text(f"{words}{GREEN}")
    with pytest.raises(NotReady, match="merge is for GitHub and GitLab: a folder has no CI"):
        config.read(file)
