"""What both have, shown as a conflict."""

from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.errors import NotReady
from modelyard.reasons import ConflictReason
from modelyard.update import update
from tests.repos import git
from tests.tool.adopt import adopted
from tests.tool.adopt.adopted import POETRY, Make, commit, everything


def test_a_conflict_shows_both_and_is_undone_by_git(make: Make, standard: Path) -> None:
    repo = make(POETRY)
    before = git(repo, "rev-parse", "HEAD^{tree}")
    done = adopt(repo, str(standard), conflicts=["pyproject.toml", "*.yaml"])
    assert done.status == "conflict"
    assert {c.path for c in done.conflicts} == {"pyproject.toml", "params.yaml"}
    assert (done.branch, done.commit) == ("modelyard/adopt", None)
    assert git(repo, "symbolic-ref", "--short", "HEAD").strip() == "modelyard/adopt"
    unmerged = git(repo, "ls-files", "--unmerged").splitlines()
    sides = {(line.split("\t")[1], line.split()[2]) for line in unmerged}
    assert sides == {(path, side) for path in ("pyproject.toml", "params.yaml") for side in "23"}
    text = (repo / "pyproject.toml").read_text()
    assert "<<<<<<< yours" in text and ">>>>>>> template v1" in text and "|||||||" not in text
    assert 'name = "price-oracle"' in text and "not-installed-anywhere" in text
    assert (repo / "docs/guide.md").exists()
    assert git(repo, "show", ":2:pyproject.toml") == POETRY["pyproject.toml"]
    git(repo, "reset", "--quiet", "--hard")
    assert git(repo, "status", "--porcelain") == ""
    git(repo, "switch", "--quiet", "-")
    assert git(repo, "rev-parse", "--abbrev-ref", "HEAD").strip() == "main"
    assert git(repo, "rev-parse", "HEAD^{tree}") == before


def test_a_conflict_that_is_decided_is_under_the_template(make: Make, standard: Path) -> None:
    repo = make(POETRY)
    adopt(repo, str(standard), conflicts=["params.yaml"])
    commit(repo, {"params.yaml": "seed: 1\n\nsplit:\n  months: 2\n"}, "Decide")
    assert update(repo).status == "unchanged"
    done = adopt(repo, conflicts=["pyproject.toml"], branch="later")
    assert [c.path for c in done.conflicts] == ["pyproject.toml"]
    assert done.plan.added == ()


def test_a_conflict_between_binaries_leaves_the_owners(make: Make, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template", **{"logo.png": "\0template"})
    repo = make({"logo.png": b"\0mine"})
    done = adopt(repo, str(template), conflicts=["logo.png"])
    assert done.conflicts[0].reason is ConflictReason.NO_TEXT
    assert (repo / "logo.png").read_bytes() == b"\0mine"


def test_a_conflict_needs_a_clean_work_tree(make: Make, standard: Path, tmp_path: Path) -> None:
    repo = make(POETRY)
    (repo / "params.yaml").write_text("changed")
    before = everything(repo)
    with pytest.raises(NotReady, match=r"params\.yaml"):
        adopt(repo, str(standard), conflicts=["params.yaml"])
    assert everything(repo) == before
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), "bare.git")
    with pytest.raises(NotReady, match="no work tree"):
        adopt(tmp_path / "bare.git", str(standard), conflicts=["params.yaml"])


def test_a_pattern_that_fits_no_file_is_named(make: Make, standard: Path) -> None:
    done = adopt(make(POETRY), str(standard), conflicts=["nothing.toml"])
    assert done.status == "clean"
    assert any(n.path == "nothing.toml" for n in done.notices)
