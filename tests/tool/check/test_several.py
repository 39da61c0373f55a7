"""`check` in a repo of several projects and templates."""

from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.check.several import check_all
from modelyard.template.records import SeveralAnswers
from tests.tool.update.layered import FIRST, SECOND, further, update_one
from tests.tool.worlds import World, commit, lines, write


@pytest.fixture
def worlds(tmp_path: Path) -> tuple[World, World]:
    """Two templates, which both ship a README."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    a, b = World(tmp_path / "a"), World(tmp_path / "b")
    a.release("v1", {"a.txt": "a\n", "README.md": lines(3, "first")})
    b.release("v1", {"b.txt": "b\n", "README.md": lines(3, "second")})
    return a, b


def test_one_of_several_that_is_behind_is_not_hidden_by_one_that_is_not(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    repo = a.repo()
    further(repo, b)
    assert check_all(repo).ok(strict=True)
    b.release("v2", {"b.txt": "B\n"})
    with pytest.raises(SeveralAnswers):
        check(repo)
    found = check_all(repo)
    assert [(one.answers_file, one.check.behind) for one in found.projects] == [
        (FIRST, False),
        (SECOND, True),
    ]
    assert not found.ok(strict=False)


def test_a_project_in_a_folder_counts(worlds: tuple[World, World]) -> None:
    a, b = worlds
    repo = a.repo()
    further(repo, b, FIRST, folder="services/api")
    assert check(repo).ok(strict=True)
    write(repo, {"services/api/b.txt": "mine\n"})
    commit(repo)
    found = check_all(repo)
    assert [(one.folder, len(one.check.drifts)) for one in found.projects] == [
        ("", 0),
        ("services/api/", 1),
    ]
    assert not found.ok(strict=True)


def test_what_another_template_renders_is_not_told_as_edited(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    repo = a.repo()
    further(repo, b)
    assert (repo / "README.md").read_text() == lines(3, "second")
    assert check(repo, answers_file=FIRST).drifts == ()
    write(repo, {"README.md": "mine\n"})
    commit(repo)
    assert [one.path for one in check(repo, answers_file=FIRST).drifts] == ["README.md"]
    assert update_one(repo, FIRST).status == "unchanged"
