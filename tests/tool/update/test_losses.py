"""A merge that loses something writes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File
from modelyard.ledger.loss import LossFound
from modelyard.merged import Merged
from modelyard.reasons import ConflictReason
from modelyard.update import update
from modelyard.update.merge import merge
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, state, write


def test_what_is_named_as_kept_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    config = CONFIG + "_skip_if_exists: ['mine.txt']\n"
    world.release("v1", {"mine.txt": lines(9)}, config)
    world.release("v2", {"mine.txt": lines(9, l1="new")}, config)
    repo = world.repo()
    write(repo, {"mine.txt": lines(9, l2="mine")})
    commit(repo)
    before = state(repo)

    def careless(*trees: object) -> Merged:
        merged = merge(*trees)  # type: ignore[arg-type]
        tree = {path: file for path, file in merged.tree.items() if path != "mine.txt"}
        return replace(merged, tree=tree)

    monkeypatch.setattr("modelyard.update.unobstructed.merge_trees", careless)
    with pytest.raises(LossFound, match=r"mine\.txt: it was to be kept.* it is gone"):
        update(repo)
    assert state(repo) == before


def test_a_merge_that_loses_a_line_writes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l15="mine")})
    commit(repo)
    before = state(repo)

    def careless(scratch: Scratch, *trees: object) -> Merged:
        merged = merge(scratch, *trees)  # type: ignore[arg-type]
        return replace(merged, tree={p: file for p, file in merged.tree.items() if p != "a.txt"})

    monkeypatch.setattr("modelyard.update.unobstructed.merge_trees", careless)
    with pytest.raises(LossFound, match=r"a\.txt: "):
        update(repo)
    assert state(repo) == before


def test_a_text_of_which_a_line_is_lost_is_left_to_a_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l15="mine")})
    commit(repo)

    def careless(scratch: Scratch, *trees: object) -> Merged:
        merged = merge(scratch, *trees)  # type: ignore[arg-type]
        oid = scratch.put(lines(20, l3="THREE").encode())
        return replace(merged, tree={**merged.tree, "a.txt": File("100644", oid)})

    monkeypatch.setattr("modelyard.update.unobstructed.merge_trees", careless)
    assert [one.path for one in update(repo).conflicts] == ["a.txt"]
    assert "mine" in (repo / "a.txt").read_text()


def test_two_clean_edits_that_break_a_file_are_a_conflict(tmp_path: Path) -> None:
    world = World(tmp_path)
    table = "[tool]\n" + lines(20, "# comment")
    world.release("v1", {"a.toml": table})
    world.release("v2", {"a.toml": table.replace("# comment 3\n", "level = 1\n# comment 3\n")})
    repo = world.repo()
    write(repo, {"a.toml": table.replace("# comment 17\n", "# comment 17\nlevel = 2\n")})
    commit(repo)
    outcome = update(repo)
    assert [(c.path, c.reason) for c in outcome.conflicts] == [
        ("a.toml", ConflictReason.UNREADABLE_TOGETHER)
    ]
    assert git(repo, "status", "--porcelain", "a.toml") == "UU a.toml\n"
