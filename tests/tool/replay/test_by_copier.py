"""The other side: what Copier's command makes of a past update, in a clone of its own."""

import subprocess
import time
from pathlib import Path

import pytest

from modelyard.replay.options import ReplayOptions
from modelyard.replay.replay import replay
from modelyard.replay.result import Decision, FileEnd, ReplayStatus, ToolReplay
from tests.repos import git
from tests.tool.replay.pasts import RECORD, Past, past
from tests.tool.worlds import CONFIG, World, commit, lines, write


def newest(made: Past, **options: object) -> ToolReplay:
    asked = ReplayOptions(last=1, copier=True, **options)  # type: ignore[arg-type] # as named
    (one,) = replay(made.repo, asked).updates
    assert one.copier
    return one.copier


def test_what_copier_asks_is_held_against_the_commit(made: Past) -> None:
    found = replay(made.repo, ReplayOptions(copier=True))
    first, second = (one.copier for one in found.updates)
    assert first and (first.status, first.equal) == (ReplayStatus.CLEAN, ("a.txt",))
    assert second and {file.path: file.committed for file in second.conflicts} == {
        "c.txt": Decision.YOURS,
        "d.txt": Decision.TEMPLATE,
        "e.txt": Decision.MIXTURE,
    }
    assert found.copier and found.copier.needs_a_person == 1 and found.copier.files == 3
    assert found.copier.cpu_seconds > found.modelyard.cpu_seconds > 0
    assert found.copier_version


def test_work_that_copier_drops_is_seen(made: Past) -> None:
    made.world.release("v4", {"a.txt": None, "b2.txt": lines(20, l3="THREE", l5="FIVE")})
    files = {"a.txt": None, "b2.txt": lines(20, l3="THREE", l5="FIVE", l15="mine")}
    made.went_to("v4", files, was="v3")
    (one,) = replay(made.repo, ReplayOptions(last=1, copier=True)).updates
    assert one.copier and one.copier.end_of("b2.txt") is FileEnd.OTHERWISE
    assert one.modelyard.end_of("b2.txt") is FileEnd.AS_COMMITTED


def test_an_address_relative_to_the_repo(tmp_path: Path) -> None:
    made = past(World(tmp_path))
    made.went_to("v4", {}, was="v3", **{str(made.world.template): "../template"})
    made.world.release("v4", {"b.txt": "b\n"})
    made.world.release("v5", {"b.txt": "b5\n"})
    write(made.repo, {"b.txt": "b\n"})
    commit(made.repo)
    made.went_to("v5", {"b.txt": "b5\n"}, was="v4")
    assert newest(made).equal == ("b.txt",)


def test_an_address_of_a_server_leads_to_the_same_template(
    made: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://example.com/team/template.git"
    made.went_to("v4", {"b.txt": "b\n"}, was="v3", **{str(made.world.template): address})
    made.world.release("v4", {"b.txt": "b\n"})
    made.went_to("v5", {"b.txt": "b5\n"}, was="v4")
    made.world.release("v5", {"b.txt": "b5\n"})
    template = str(made.world.template)
    assert newest(made, template=template).equal == ("b.txt",)
    # As on a machine whose git leads such addresses elsewhere.
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    settings = {f"url.{template}.insteadOf": address, "protocol.file.allow": "always"}
    for number, (name, value) in enumerate(settings.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", name)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(made.world.folder / "cache"))
    from modelyard.gitrepo import git as our_git

    our_git._environment.cache_clear()
    try:
        assert newest(made).equal == ("b.txt",)
    finally:
        monkeypatch.undo()
        our_git._environment.cache_clear()


def test_what_fails_is_told_and_not_counted(made: Past) -> None:
    # A question without an answer and without a default.
    asks = CONFIG + "size: {type: int}\n"
    made.world.release("v4", {"a.txt": "x\n"}, asks + "_tasks: ['false']\n")
    record = made.repo / RECORD
    record.write_text(record.read_text() + "size: 3\n")
    made.went_to("v4", {"a.txt": "x\n"}, was="v3")
    found = replay(made.repo, ReplayOptions(last=1, copier=True))
    (one,) = found.updates
    assert one.copier and one.copier.status is ReplayStatus.FAILED and one.copier.error
    assert found.compared == 0 and found.copier and found.copier.failed == 1
    assert one.modelyard.status is not ReplayStatus.FAILED


def test_copier_is_ended_with_all_that_it_started(
    made: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = made.world.folder / "tmp"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    pids = made.world.folder / "pids"
    migrations = f"_migrations: ['echo $$ >> {pids}; sleep 300']\n"
    made.world.release("v4", {"a.txt": "x\n"}, CONFIG + migrations)
    made.went_to("v4", {"a.txt": "x\n"}, was="v3")
    started = time.monotonic()
    ended = newest(made, trust=True, seconds=8)
    assert ended.status is ReplayStatus.FAILED and "--seconds 8" in ended.error
    assert time.monotonic() - started < 60
    assert list(room.iterdir()) == []
    for pid in pids.read_text().split():
        asked = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True)
        # What has ended may wait for somebody to take note of it.
        assert asked.stdout.strip()[:1] in {"", "Z"}


def test_a_module_in_the_repo_is_not_taken_for_copier(made: Past) -> None:
    canary = made.world.folder / "ran"
    write(made.repo, {"copier.py": f"open({str(canary)!r}, 'w')\n", "copier/__main__.py": "1/0\n"})
    commit(made.repo)
    made.went_to("v4", {"b.txt": "b\n"}, was="v3")
    made.world.release("v4", {"b.txt": "b\n"})
    assert newest(made).equal == ("b.txt",)
    assert not canary.exists()


def test_a_link_in_the_repo_leads_copier_nowhere(made: Past) -> None:
    outside = made.world.folder / "outside"
    outside.mkdir()
    (made.repo / "docs").symlink_to(outside)
    commit(made.repo)
    made.world.release("v4", {"docs/index.md": "index\n"})
    made.went_to("v4", {"b.txt": "b\n"}, was="v3")
    replay(made.repo, ReplayOptions(last=1, copier=True))
    assert list(outside.iterdir()) == []


def test_no_hook_or_filter_of_the_repo_runs(made: Past) -> None:
    canary = made.world.folder / "ran"
    for hook in ("post-checkout", "post-commit", "pre-commit", "reference-transaction"):
        place = made.repo / ".git" / "hooks" / hook
        place.write_text(f"#!/bin/sh\ntouch {canary}\n")
        place.chmod(0o755)
    git(made.repo, "config", "filter.canary.smudge", f"touch {canary}; cat")
    git(made.repo, "config", "diff.canary.textconv", f"touch {canary}; cat")
    git(made.repo, "config", "diff.external", f"touch {canary}")
    rules = f"a.txt filter=canary\n{RECORD} diff=canary\n"
    (made.repo / ".git" / "info" / "attributes").write_text(rules)
    assert len(replay(made.repo, ReplayOptions(copier=True)).updates) == 2
    assert not canary.exists()


@pytest.mark.parametrize("written", ['"_src_path": {}', "_src_path : {}", "? _src_path\n: {}"])
def test_an_address_is_found_however_it_is_written(made: Past, written: str) -> None:
    old, new = f"_src_path: {made.world.template}", written.format("../template")
    made.went_to("v4", {"b.txt": "b\n"}, was="v3", **{old: new})
    made.world.release("v4", {"b.txt": "b\n"})
    made.went_to("v5", {"b.txt": "b5\n"}, was="v4")
    made.world.release("v5", {"b.txt": "b5\n"})
    assert newest(made).equal == ("b.txt",)


@pytest.mark.parametrize("address", ["own.bundle", "a:b/own.bundle", "a://b/own.bundle"])
def test_no_template_of_the_repo_itself_is_run(made: Past, address: str) -> None:
    canary = made.world.folder / "ran"
    hostile = World(made.world.folder / "hostile")
    task = CONFIG + f"_migrations: [touch {canary}]\n"
    for version in ("v4", "v5"):
        hostile.release(version, {"b.txt": "hostile\n"}, task)
    place = made.repo / address.replace("://", ":/")
    place.parent.mkdir(parents=True, exist_ok=True)
    git(hostile.template, "bundle", "create", "--quiet", str(place), "--all")
    made.went_to("v4", {"b.txt": "b\n"}, was="v3", **{str(made.world.template): address})
    made.world.release("v4", {"b.txt": "b\n"})
    made.went_to("v5", {"b.txt": "b5\n"}, was="v4")
    made.world.release("v5", {"b.txt": "b5\n"})
    assert newest(made, template=str(made.world.template), trust=True).equal == ("b.txt",)
    assert not canary.exists()
