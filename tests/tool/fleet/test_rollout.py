"""The rollout on the forge that needs no server: once, again, after what people do meanwhile."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard.cli.fleet_commands import fleet
from modelyard.errors import DiskFull, NotReady, Usage
from modelyard.fleet import pause, pr_metadata
from modelyard.fleet.context import open_fleet
from modelyard.fleet.next_wave import retry
from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from modelyard.fleet.withdraw import withdraw
from tests.repos import git
from tests.tool.fleet.worlds import Yard, labels, make, observed, open_next, silent
from tests.tool.schemas import valid
from tests.tool.worlds import lines

BRANCH = "modelyard/v1.1.0"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return make(tmp_path)


def test_every_repo_gets_one_request_and_no_second(yard: Yard) -> None:
    assert set(labels(rollout(yard.options(), silent)).values()) == {"opened"}
    (request,) = yard.pull_requests("r0")
    assert (request.branch, request.state, request.draft) == (BRANCH, "open", False)
    assert yard.show("r0", BRANCH, "a.txt") == lines(20, l3="THREE")
    assert yard.show("r0", "main", "a.txt") == lines(20)
    mark = pr_metadata.find(request.body)
    metadata = mark and mark.metadata
    assert metadata and (metadata.version, metadata.before, metadata.wave) == (
        "v1.1.0",
        "v1.0.0",
        "canary",
    )
    tips = git(yard.bare("r0"), "rev-parse", BRANCH)
    assert set(labels(rollout(yard.options(), silent)).values()) == {"waits"}
    assert len(yard.pull_requests("r0")) == 1 and git(yard.bare("r0"), "rev-parse", BRANCH) == tips


def test_the_commit_is_the_bots_and_signed_off(yard: Yard) -> None:
    rollout(yard.options(limit=1), silent)
    told = git(yard.bare("r0"), "log", "-1", "--format=%an %ae%n%B", BRANCH)
    assert told.startswith("modelyard modelyard@localhost\nUpdate to template v1.1.0\n")
    assert "Signed-off-by: modelyard <modelyard@localhost>" in told


def test_a_conflict_is_a_draft_without_markers(yard: Yard) -> None:
    yard.push("r1", a_txt=lines(20, l3="mine"))
    done = rollout(yard.options(), silent)
    assert [one.conflicts for one in done if one.name == "r1"] == [("a.txt",)]
    (request,) = yard.pull_requests("r1")
    assert request.draft and "`a.txt`: you and the template changed the same lines" in request.body
    assert yard.show("r1", BRANCH, "a.txt") == lines(20, l3="mine")
    assert "_commit: v1.1.0" in yard.show("r1", BRANCH, ".copier-answers.yml")


def test_a_release_that_is_a_conflict_and_nothing_else_is_not_current(yard: Yard) -> None:
    yard.push("r1", b_txt="b\nedited\n")
    template = yard.world.template
    git(template, "checkout", "--quiet", "v1.0.0", "--", "template")
    git(template, "rm", "--quiet", "template/b.txt")
    git(template, "commit", "--quiet", "--message", "Release v1.2.0")
    git(template, "tag", "v1.2.0")
    done = {one.name: one for one in rollout(yard.options(), silent)}
    assert (done["r1"].label, done["r1"].conflicts) == ("opened", ("b.txt",))
    assert yard.pull_requests("r1")[0].draft
    assert yard.show("r1", "modelyard/v1.2.0", "b.txt") == "b\nedited\n"


def test_the_default_branch_moves_on(yard: Yard) -> None:
    rollout(yard.options(), silent)
    yard.push("r0", own_txt="more\n")
    assert labels(rollout(yard.options(), silent))["r0"] == "updated"
    assert yard.show("r0", BRANCH, "own.txt") == "more\n"
    assert len(yard.pull_requests("r0")) == 1


def test_a_branch_that_somebody_worked_on_is_left_alone(yard: Yard) -> None:
    rollout(yard.options(), silent)
    theirs = yard.push("r0", BRANCH, own_txt="theirs\n")
    yard.push("r0", own_txt="more\n")
    assert labels(rollout(yard.options(), silent))["r0"] == "left alone"
    assert git(yard.bare("r0"), "rev-parse", BRANCH).strip() == theirs


def test_a_branch_of_that_name_by_somebody_else_is_left_alone(yard: Yard) -> None:
    work = yard.work("r0")
    git(work, "push", "--quiet", "origin", f"main:{BRANCH}")
    theirs = yard.push("r0", BRANCH, own_txt="theirs\n")
    assert labels(rollout(yard.options(), silent))["r0"] == "left alone"
    assert git(yard.bare("r0"), "rev-parse", BRANCH).strip() == theirs
    assert yard.pull_requests("r0") == []


def test_a_push_without_a_request_is_continued(yard: Yard) -> None:
    rollout(yard.options(), silent)
    tip = git(yard.bare("r0"), "rev-parse", BRANCH)
    (yard.bare("r0") / "modelyard-requests.json").unlink()
    assert labels(rollout(yard.options(), silent))["r0"] == "opened"
    assert git(yard.bare("r0"), "rev-parse", BRANCH) == tip, "the same merge is the same commit"
    assert len(yard.pull_requests("r0")) == 1


def test_a_closed_request_is_declined(yard: Yard) -> None:
    rollout(yard.options(), silent)
    with open_fleet(yard.file) as context:
        context.forge.close(yard.repository("r0"), yard.pull_requests("r0")[0], "not now")
    assert labels(rollout(yard.options(), silent))["r0"] == "declined"
    assert [one.state for one in yard.pull_requests("r0")] == ["closed"]


def test_a_request_that_tells_enough_is_not_cloned(yard: Yard, tmp_path: Path) -> None:
    rollout(yard.options(), silent)
    with open_fleet(yard.file) as context:
        context.forge.close(yard.repository("r0"), yard.pull_requests("r0")[0], "not now")
    shutil.rmtree(tmp_path / "cache" / "modelyard" / "fleet")
    done = labels(rollout(yard.options(), silent))
    assert done == {"r0": "declined", "r1": "waits", "r2": "waits", "r3": "waits"}
    assert not (tmp_path / "cache" / "modelyard" / "fleet").exists()


def test_a_declined_request_in_conflict_needs_nobody_any_more(yard: Yard) -> None:
    yard.push("r0", a_txt=lines(20, l3="OURS"))
    assert [one.needs_a_person for one in rollout(yard.options(limit=1), silent)] == [True]
    with open_fleet(yard.file) as context:
        context.forge.close(yard.repository("r0"), yard.pull_requests("r0")[0], "not now")
    for mode in Mode:
        (done,) = rollout(yard.options(limit=1, mode=mode), silent)
        assert (done.state, done.needs_a_person) == ("declined", False)


def test_a_merge_that_somebody_took_back_is_told_and_not_asked_again(yard: Yard) -> None:
    rollout(yard.options(), silent)
    yard.merge("r0", BRANCH)
    work = yard.work("r0")
    git(work, "revert", "--no-edit", "--mainline", "1", "HEAD")
    git(work, "push", "--quiet", "origin", "main:main")
    done = {one.name: one for one in rollout(yard.options(), silent)}
    assert done["r0"].label == "reverted" and "not on the default branch" in done["r0"].detail
    assert [one.state for one in yard.pull_requests("r0")] == ["merged"]


def test_a_newer_version_supersedes(yard: Yard) -> None:
    rollout(yard.options(), silent)
    yard.world.release("v1.2.0", {"a.txt": lines(20, l3="THREE", l9="NINE")})
    assert labels(rollout(yard.options(), silent))["r0"] == "opened"
    states = {one.branch: one.state for one in yard.pull_requests("r0")}
    assert states == {"modelyard/v1.1.0": "closed", "modelyard/v1.2.0": "open"}


def test_what_is_merged_is_current(yard: Yard) -> None:
    rollout(yard.options(), silent)
    yard.merge("r0", BRANCH)
    found = {one.name: one for one in observed(yard.options())}
    assert (found["r0"].state, found["r0"].version) == ("current", "v1.1.0")
    assert (found["r2"].state, found["r2"].version) == ("open", "v1.0.0")
    assert labels(rollout(yard.options(), silent))["r0"] == "current"


def test_a_release_that_changes_nothing_here_opens_nothing(yard: Yard) -> None:
    yard.world.release("v1.2.0", {"a.txt": lines(20)})
    assert set(labels(rollout(yard.options(), silent)).values()) == {"current"}
    assert yard.pull_requests("r0") == []


def test_waves_open_one_after_the_other(yard: Yard) -> None:
    verdict, done = open_next(yard.options())
    assert verdict.wave == "canary" and set(labels(done)) == {"r0", "r1"}
    verdict, done = open_next(yard.options())
    assert not verdict.passed and done == []
    assert [gate.name for gate in verdict.gates if not gate.passed] == ["merged"]
    yard.merge("r0", BRANCH)
    verdict, done = open_next(yard.options())
    assert verdict.wave == "rest" and set(labels(done)) == {"r2", "r3"}
    for name in ("r1", "r2"):
        yard.merge(name, BRANCH)
    verdict, done = open_next(yard.options())
    assert (verdict.passed, verdict.wave, done) == (True, None, [])


def test_a_wave_in_which_nobody_needs_it_blocks_nothing(yard: Yard) -> None:
    rollout(yard.options(wave="canary"), silent)
    for name in ("r0", "r1"):
        yard.merge(name, BRANCH)
        (yard.bare(name) / "modelyard-requests.json").unlink()
    verdict, done = open_next(yard.options())
    assert verdict.wave == "rest" and labels(done)["r2"] == "opened"


def test_too_many_conflicts_block_the_next_wave(yard: Yard) -> None:
    for name in ("r0", "r1"):
        yard.push(name, a_txt=lines(20, l3="mine"))
    open_next(yard.options())
    verdict, _ = open_next(yard.options())
    assert "conflicts" in [gate.name for gate in verdict.gates if not gate.passed]


def test_one_that_fails_does_not_stop_the_others_and_is_retried(yard: Yard) -> None:
    answers = yard.show("r0", "main", ".copier-answers.yml")
    broken = {".copier-answers.yml": "_commit: v0.0.9\n" + answers.split("\n", 1)[1]}
    work = yard.work("r0")
    (work / ".copier-answers.yml").write_text(broken[".copier-answers.yml"])
    git(work, "commit", "--quiet", "--all", "--message", "Odd")
    git(work, "push", "--quiet", "origin", "main")
    done = rollout(yard.options(), silent)
    assert labels(done) == {"r0": "refused", "r1": "opened", "r2": "opened", "r3": "opened"}
    assert "no version 'v0.0.9'" in next(one.detail for one in done if one.name == "r0")
    (work / ".copier-answers.yml").write_text(answers)
    git(work, "commit", "--quiet", "--all", "--message", "Mended")
    git(work, "push", "--quiet", "origin", "main")
    assert labels(retry(yard.options(), silent)) == {"r0": "opened"}


def test_an_exemption_counts_until_its_day(yard: Yard) -> None:
    text = yard.file.read_text()
    exempt = '[[exempt]]\nrepo = "r2"\nreason = "audit"\nuntil = '
    yard.file.write_text(f"{text}{exempt}2999-01-01\n")
    assert labels(rollout(yard.options(), silent))["r2"] == "exempt"
    yard.file.write_text(f"{text}{exempt}2000-01-01\n")
    assert labels(rollout(yard.options(), silent))["r2"] == "opened"


def test_shards_cover_each_repo_once(yard: Yard) -> None:
    parts = [set(labels(rollout(yard.options(shard=(i, 3)), silent))) for i in (1, 2, 3)]
    assert sorted(name for part in parts for name in part) == ["r0", "r1", "r2", "r3"]


def test_several_processes_do_the_same(yard: Yard) -> None:
    done = rollout(yard.options(jobs=2), silent)
    assert labels(done) == {f"r{i}": "opened" for i in range(4)}


def test_nothing_is_recorded_in_an_empty_control_repository(yard: Yard) -> None:
    git(yard.world.folder, "init", "--quiet", "--bare", str(yard.bare("halt")))
    settings = yard.file.read_text().replace("[repos]", '[repos]\nexclude = ["halt"]', 1)
    yard.file.write_text(f'control = "halt"\n{settings}')
    with open_fleet(yard.file) as context, pytest.raises(NotReady, match="repository is empty"):
        pause.pause(context, "a bad release")
    with pytest.raises(NotReady, match="repository is empty") as told:
        withdraw(yard.file, "v1.1.0", "bad", silent)
    assert "commit a file" in told.value.hint


def test_pause_stops_every_rollout(tmp_path: Path) -> None:
    yard = make(tmp_path, control=True)
    with open_fleet(yard.file) as context:
        assert pause.pause(context, "a bad release")
        assert not pause.pause(context, "again")
    done = rollout(yard.options(), silent)
    assert set(labels(done).values()) == {"paused"}
    assert "a bad release" in done[0].detail
    assert not open_next(yard.options())[0].passed
    with open_fleet(yard.file) as context:
        assert pause.resume(context)
        assert not pause.resume(context)
    assert set(labels(rollout(yard.options(), silent)).values()) == {"opened"}


def test_status_knows_what_is_behind_and_what_was_edited(yard: Yard) -> None:
    yard.world.release("v1.2.0", {"a.txt": lines(20, l3="THREE", l9="NINE")})
    yard.push("r1", b_txt="edited\n")
    rollout(yard.options(wave="canary"), silent)
    found = {one.name: one for one in observed(yard.options(), Mode.STATUS)}
    assert (found["r1"].behind, found["r1"].edited, found["r1"].checks) == (2, ("b.txt",), "none")
    assert (found["r2"].behind, found["r2"].edited, found["r2"].checks) == (2, (), "")


def test_a_refreshed_push_whose_request_was_not_edited_is_continued(yard: Yard) -> None:
    rollout(yard.options(), silent)
    old = (yard.bare("r0") / "modelyard-requests.json").read_text()
    yard.push("r0", own_txt="more\n")
    rollout(yard.options(), silent)
    (yard.bare("r0") / "modelyard-requests.json").write_text(old)
    yard.push("r0", own_txt="and more\n")
    assert labels(rollout(yard.options(), silent))["r0"] == "updated"
    assert yard.show("r0", BRANCH, "own.txt") == "and more\n"


def test_an_older_request_that_was_left_open_is_superseded_later(yard: Yard) -> None:
    rollout(yard.options(), silent)
    old = (yard.bare("r0") / "modelyard-requests.json").read_text()
    yard.world.release("v1.2.0", {"a.txt": lines(20, l3="THREE", l9="NINE")})
    rollout(yard.options(), silent)
    place = yard.bare("r0") / "modelyard-requests.json"
    newer = place.read_text().splitlines()[1]
    place.write_text(f"{old.rstrip()}\n{newer}\n")
    assert {one.branch: one.state for one in yard.pull_requests("r0")}[BRANCH] == "open"
    assert labels(rollout(yard.options(), silent))["r0"] == "waits"
    assert {one.branch: one.state for one in yard.pull_requests("r0")}[BRANCH] == "closed"


def test_json_names_what_was_found_what_was_to_do_and_what_was_done(yard: Yard) -> None:
    command = ["rollout", "--json", "--limit", "1", "--jobs", "1", "--file", str(yard.file)]
    runs = [valid("fleet-rollout", CliRunner().invoke(fleet, command).stdout) for _ in range(2)]
    names = [[run["repos"][0][key] for key in ("state", "action", "outcome")] for run in runs]
    assert names == [["clean", "open", "opened"], ["open", "wait", "waits"]]
    assert all("seen" not in run["repos"][0] for run in runs)
    for verb in ("plan", "status"):
        said = CliRunner().invoke(fleet, [verb, "--json", "--file", str(yard.file)]).stdout
        states = {one["name"]: one["state"] for one in valid(f"fleet-{verb}", said)["repos"]}
        assert states["r0"] == "open" and states["r1"] == "clean"


def test_a_folder_in_the_place_of_a_file_is_named(yard: Yard, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=r"cannot be read: .*Is a directory"):
        rollout(replace(yard.options(), file=tmp_path), silent)
    for page in (tmp_path, tmp_path / "none" / "page.html"):
        words = ["status", "--file", str(yard.file), "--html", str(page)]
        with pytest.raises(Usage, match="there can be no page at"):
            CliRunner().invoke(fleet, words, catch_exceptions=False)


def test_what_was_found_is_told_although_the_page_has_no_space(yard: Yard) -> None:
    words = ["status", "--file", str(yard.file), "--json", "--html", "/dev/full"]
    done = CliRunner().invoke(fleet, words)
    assert isinstance(done.exception, DiskFull)
    assert len(valid("fleet-status", done.stdout)["repos"]) == 4


@pytest.mark.parametrize("option", [["--shard", "5/4"], ["--shard", "²/3"], ["--wave", "nobody"]])
def test_a_shard_or_a_wave_that_there_is_not_is_a_wrong_option(
    yard: Yard, option: list[str]
) -> None:
    with pytest.raises(Usage):
        CliRunner().invoke(
            fleet, ["plan", "--file", str(yard.file), *option], catch_exceptions=False
        )
