"""`fleet refresh`: requests that are open are seen to, and none is opened."""

from pathlib import Path

import pytest

from modelyard.fleet.next_wave import refresh
from tests.repos import git
from tests.tool.fleet.worlds import Yard, labels, make, open_next, silent
from tests.tool.worlds import lines

BRANCH = "modelyard/v1.1.0"


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A fleet whose canary, r0 and r1, is open."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yard = make(tmp_path)
    open_next(yard.options())
    return yard


def test_a_moved_default_branch_is_merged_anew_and_nothing_is_opened(yard: Yard) -> None:
    moved = yard.push("r0", own_txt="moved on\n")
    assert labels(refresh(yard.options(), silent)) == {"r0": "updated", "r1": "waits"}
    bare = yard.bare("r0")
    assert git(bare, "merge-base", "main", BRANCH).strip() == moved
    assert yard.show("r0", BRANCH, "a.txt") == lines(20, l3="THREE")
    assert [len(yard.pull_requests(f"r{number}")) for number in range(4)] == [1, 1, 0, 0]


def test_whatever_wave_a_request_was_opened_in_it_is_seen_to(yard: Yard) -> None:
    settings = yard.file.read_text().replace('["r0", "r1"]', '["r0"]')
    yard.file.write_text(settings)
    assert labels(refresh(yard.options(), silent)) == {"r0": "waits", "r1": "waits"}


def test_what_ended_or_belongs_to_somebody_is_left_alone(yard: Yard) -> None:
    theirs = yard.push("r1", BRANCH, own_txt="theirs\n")
    yard.push("r1", own_txt="moved on\n")
    yard.merge("r0", BRANCH)
    assert labels(refresh(yard.options(), silent)) == {"r1": "left alone"}
    assert git(yard.bare("r1"), "rev-parse", BRANCH).strip() == theirs


def test_where_a_request_goes_while_it_runs_none_is_opened(yard: Yard) -> None:
    def vanish(one: object) -> None:
        (yard.bare("r1") / "modelyard-requests.json").unlink(missing_ok=True)

    (_, gone) = refresh(yard.options(), vanish)
    assert (gone.name, gone.detail) == ("r1", "it has no open request")
    assert yard.pull_requests("r1") == []
