"""Repos of every form, and those that cannot be adopted."""

from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.errors import NotReady
from modelyard.update import update
from tests.repos import git
from tests.tool.adopt.adopted import (
    HAND_MADE,
    POETRY,
    RECORD,
    Make,
    answers,
    commit,
    identify,
    switch,
)


def test_a_bare_clone(make: Make, standard: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(make(HAND_MADE)), "bare.git")
    done = adopt(identify(tmp_path / "bare.git"), str(standard))
    listed = git(tmp_path / "bare.git", "ls-tree", "-r", "--name-only", str(done.commit))
    assert set(listed.split()) == {*HAND_MADE, *done.plan.added}


def test_a_folder_of_a_monorepo(make: Make, standard: Path) -> None:
    files = {f"models/churn/{path}": content for path, content in HAND_MADE.items()}
    repo = make({**files, "README.md": "# All\n", "pyproject.toml": '[project]\nname = "all"\n'})
    done = adopt(repo / "models/churn", str(standard))
    assert answers(done.plan)["project_slug"] == "churn-model"
    switch(repo)
    assert (repo / "models/churn" / RECORD).exists()
    assert not (repo / RECORD).exists()
    assert update(repo / "models/churn").status == "unchanged"


def test_a_shallow_clone_and_another_object_format(
    make: Make, standard: Path, tmp_path: Path
) -> None:
    full = make(HAND_MADE)
    commit(full, {"more.txt": "more\n"})
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=1", full.as_uri(), "shallow.git")
    assert adopt(identify(tmp_path / "shallow.git"), str(standard)).commit
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "sha256")
    other = make(HAND_MADE, "sha256")
    assert len(adopt(other, str(standard)).commit or "") == 64


def test_a_second_work_tree(make: Make, standard: Path, tmp_path: Path) -> None:
    repo = make(POETRY)
    git(repo, "worktree", "add", "--quiet", "--detach", "../second")
    done = adopt(tmp_path / "second", str(standard), conflicts=["params.yaml"])
    assert [conflict.path for conflict in done.conflicts] == ["params.yaml"]
    assert git(tmp_path / "second", "symbolic-ref", "--short", "HEAD").strip() == done.branch
    assert git(repo, "symbolic-ref", "--short", "HEAD").strip() == "main"
    assert git(repo, "status", "--porcelain") == ""
    git(tmp_path / "second", "reset", "--quiet", "--hard")
    git(tmp_path / "second", "switch", "--quiet", "--detach", "-")


def test_a_repo_without_a_commit(tmp_path: Path, standard: Path) -> None:
    git(tmp_path / "empty", "init", "--quiet")
    with pytest.raises(NotReady, match="no commit"):
        adopt(tmp_path / "empty", str(standard))


def test_a_branch_that_is_there(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    git(repo, "branch", "modelyard/adopt")
    with pytest.raises(NotReady, match="exists"):
        adopt(repo, str(standard))
    assert adopt(repo, str(standard), branch="other").commit
