"""In a folder of repos each is somebody's: what is odd in one is told of it, and stops no other."""

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from modelyard.cli.commands import app
from modelyard.fleet.next_wave import next_wave
from modelyard.fleet.options import Mode
from modelyard.fleet.states import RepoState
from tests.repos import git
from tests.tool.fleet.worlds import Yard, make, observed, silent
from tests.tool.in_turns import in_turns

REQUEST = {
    "number": 1,
    "branch": "modelyard/v1.0.5",
    "head": "0" * 40,
    "title": "t",
    "body": "b",
    "draft": False,
    "opened": "2026-01-01T00:00:00+00:00",
    "labels": ["modelyard"],
    "state": "merged",
    "ended": "2026-01-02T00:00:00+00:00",
    "comments": [],
}
VERBS = (("status",), ("plan", "--json"), ("plan", "--next"), ("retry",), ("rollout",))


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path, count=2)


def run(yard: Yard, *verb: str) -> str:
    done = CliRunner().invoke(app, ["fleet", *verb, "--jobs", "1", "--file", str(yard.file)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def make_odd(yard: Yard, how: str) -> str:
    """Put an odd repo into the folder, and return its name."""
    bare = yard.bare(f"odd-{how}")
    if how == "no-repository":
        (yard.forge / "odd" / ".git").mkdir(parents=True)
        return "odd"
    if how == "link-to-nowhere":
        (yard.forge / "odd").mkdir()
        (yard.forge / "odd" / ".git").write_text("gitdir: /nowhere\n")
        return "odd"
    shutil.copytree(yard.bare("r0"), bare)
    if how == "head":
        (bare / "HEAD").write_bytes(b"\xff\xfe")
    else:
        (bare / "config").write_text("[core\n")
    return bare.stem


@pytest.mark.parametrize("how", ["no-repository", "link-to-nowhere", "head", "config"])
def test_a_broken_repo_is_that_repos_failure(how: str, yard: Yard) -> None:
    name = make_odd(yard, how)
    found = {one.name: one for one in observed(yard.options())}
    assert (found[name].state, found["r0"].state) == (RepoState.FAILED, RepoState.CLEAN)
    assert name in run(yard, "status")


FIELDS: list[dict[str, object]] = [
    {"opened": "2026-01-01T00:00:00"},
    {"opened": "2026-01-01", "branch": "modelyard/v1.1.0", "state": "open"},
    {"ended": "0001-01-01T00:00:00+14:00"},
    {"ended": "9999-12-31T23:59:59-12:00"},
    {"number": "one"},
    {"number": None},
    {"branch": 3},
    {"body": {}},
    {"title": ["t"]},
    {"labels": "modelyard"},
    {"labels": [["modelyard"]]},
]


@pytest.mark.parametrize(("fields", "reading"), in_turns(FIELDS, VERBS[:-1]))
def test_a_request_that_can_be_none_is_told_and_stops_nothing(
    fields: dict[str, object], reading: tuple[str, ...], yard: Yard
) -> None:
    place = yard.bare("r1") / "modelyard-requests.json"
    place.write_text(json.dumps({**REQUEST, **fields}) + "\n")
    page = yard.world.folder / "page.html"
    for verb in (reading, VERBS[-1], ("report", "--html", str(page))):
        assert "a bug" not in run(yard, *verb)
    assert [one.state for one in yard.pull_requests("r0")] == ["open"]
    assert "r1" in page.read_text()


@pytest.mark.parametrize("content", [b"\xff\n", b"[" * 100_000, b"[1]\n", b"3\n", b'{"a": 1}\n'])
def test_a_file_of_requests_that_is_none_is_damaged(content: bytes, yard: Yard) -> None:
    (yard.bare("r1") / "modelyard-requests.json").write_bytes(content)
    found = {one.name: one for one in observed(yard.options())}
    assert "is damaged" in found["r1"].detail
    assert found["r0"].state is RepoState.CLEAN


@pytest.mark.parametrize("name", ["modelyard-requests.json", "modelyard-requests.json.lock"])
def test_a_pipe_in_the_place_of_a_file_is_waited_for_by_nobody(name: str, yard: Yard) -> None:
    os.mkfifo(yard.bare("r1") / name)
    planned = next_wave(yard.options(mode=Mode.PLAN), silent)
    assert {one.name: one.state for one in planned.results}["r1"] is RepoState.FAILED
    assert {one.name: one.state for one in observed(yard.options())}["r1"] is RepoState.FAILED


def test_a_lock_that_is_a_link_makes_no_file_elsewhere(yard: Yard) -> None:
    target = yard.world.folder / "elsewhere"
    (yard.bare("r1") / "modelyard-requests.json.lock").symlink_to(target)
    observed(yard.options())
    assert not target.exists()


@pytest.mark.parametrize("more", [b"\xff", "\u2028x".encode(), "\u0085".encode()])
def test_a_branch_with_an_odd_name_is_one_more_branch(more: bytes, yard: Yard) -> None:
    head = git(yard.bare("r1"), "rev-parse", "HEAD").strip()
    packed = yard.bare("r1") / "packed-refs"
    before = packed.read_bytes() if packed.exists() else b""
    packed.write_bytes(before + head.encode() + b" refs/heads/modelyard/v1.1.0" + more + b"\n")
    found = {one.name: one.state for one in observed(yard.options())}
    assert found["r1"] is RepoState.CLEAN


def test_a_version_of_very_many_digits_is_no_release(yard: Yard) -> None:
    place = yard.bare("r1") / "modelyard-requests.json"
    long = {**REQUEST, "branch": f"modelyard/v{'9' * 5000}"}
    place.write_text(json.dumps(long) + "\n")
    page = yard.world.folder / "page.html"
    run(yard, "report", "--html", str(page))
    assert page.exists()
