"""What members keep on purpose: seen by `status`, left by a rollout, told in its requests."""

from pathlib import Path

import pytest

from modelyard.fleet.options import Mode
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.cli.test_cli import modelyard
from tests.tool.fleet.worlds import Yard, make, observed, silent
from tests.tool.schemas import valid
from tests.tool.worlds import commit, write

ENTRY = '[[keep]]\npath = "a.txt"\nbecause = "<b>ours</b> fixes #1"\n'


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A fleet of two, of which one has edited and keeps what the release changes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = make(tmp_path, count=2)
    work = made.work("r0")
    write(work, {"a.txt": "mine\n", ".modelyard.toml": ENTRY})
    commit(work, "Ours")
    git(work, "push", "--quiet", "origin", "main:main")
    return made


def test_status_has_the_entry_and_calls_it_no_edit(yard: Yard) -> None:
    said = modelyard("fleet", "status", "--file", yard.file, "--json").stdout
    first, second = valid("fleet-status", said)["repos"]
    (entry,) = first["kept"]
    assert (entry["path"], entry["because"], entry["state"]) == (
        "a.txt",
        "<b>ours</b> fixes #1",
        "deviates",
    )
    assert (first["edited"], second["kept"]) == ([], [])
    page = yard.file.parent / "page.html"
    modelyard("fleet", "status", "--file", yard.file, "--html", page)
    assert "&lt;b&gt;ours&lt;/b&gt; fixes #1" in page.read_text()


def test_a_release_that_only_changes_what_is_kept_opens_no_request(yard: Yard) -> None:
    found = {one.name: one.state for one in observed(yard.options(mode=Mode.PLAN))}
    assert found == {"r0": "current", "r1": "clean"}
    rollout(yard.options(), silent)
    assert yard.pull_requests("r0") == []


def test_settings_that_cannot_be_read_are_that_repos(yard: Yard) -> None:
    work = yard.work("r0")
    write(work, {".modelyard.toml": "[[keep]]\nfile = 1\n"})
    commit(work, "Broken")
    git(work, "push", "--quiet", "origin", "main:main")
    first, second = observed(yard.options())
    assert (first.state, second.state) == ("refused", "clean")
    assert "line 1: keep has no 'file'" in first.detail
