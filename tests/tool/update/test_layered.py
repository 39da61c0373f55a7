"""Several templates on one tree: an update along one leaves alone what another one ships."""

from pathlib import Path

import pytest

from modelyard.errors import ModelyardError
from modelyard.reasons import NoticeReason
from tests.repos import git
from tests.tool.update.layered import FIRST, SECOND, further, update_one
from tests.tool.worlds import CONFIG, World, commit, lines, write


@pytest.fixture
def worlds(tmp_path: Path) -> tuple[World, World]:
    """Two templates, which a test fills."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    return World(tmp_path / "a"), World(tmp_path / "b")


def test_a_file_that_one_template_drops_and_another_ships_stays(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    a.release("v1", {"a.txt": "a\n", "Makefile": lines(9)})
    a.release("v2", {"a.txt": "A\n", "Makefile": None})
    b.release("v1", {"b.txt": "b\n", "Makefile": lines(9)})
    repo = a.repo()
    further(repo, b)
    done = update_one(repo, FIRST)
    assert done.status == "clean" and (repo / "Makefile").read_text() == lines(9)
    assert [(n.path, n.reason) for n in done.notices] == [("Makefile", NoticeReason.OTHER_TEMPLATE)]
    assert (repo / "a.txt").read_text() == "A\n"


def test_a_file_that_only_one_template_shipped_goes_with_it(worlds: tuple[World, World]) -> None:
    a, b = worlds
    a.release("v1", {"a.txt": "a\n", "Makefile": lines(9)})
    a.release("v2", {"Makefile": None})
    b.release("v1", {"b.txt": "b\n"})
    repo = a.repo()
    further(repo, b)
    assert update_one(repo, FIRST).changes["Makefile"] == "D"


def test_a_folder_that_one_template_renames_keeps_the_files_of_another(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    old = {f"ci/{n}.yml": lines(12, f"step {n}") for n in range(3)}
    a.release("v1", old)
    new = {path.replace("ci/", "jobs/"): text for path, text in old.items()}
    a.release("v2", {**dict.fromkeys(old), **new})
    b.release("v1", {"ci/lint.yml": lines(5, "lint")})
    b.release("v2", {"ci/lint.yml": lines(5, "lint", l2="changed")})
    repo = a.repo()
    further(repo, b, "ci/.copier-answers.lint.yml")
    update_one(repo, FIRST)
    commit(repo)
    assert (repo / "jobs/1.yml").exists() and not (repo / "ci/1.yml").exists()
    assert (repo / "ci/lint.yml").exists() and not (repo / "jobs/lint.yml").exists()
    update_one(repo, "ci/.copier-answers.lint.yml")
    assert (repo / "ci/lint.yml").read_text() == lines(5, "lint", l2="changed")


def test_no_template_writes_or_deletes_the_answers_file_of_another(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    b.release("v1", {"b.txt": "b\n"})
    repo = a.folder / "repo"
    # The first template once shipped a file of that name, and drops it.
    a.release("v1", {"a.txt": "a\n"})
    a.release("v2", {"a.txt": "A\n", SECOND: "of the template\n"})
    a.release("v3", {"a.txt": "AA\n", SECOND: None})
    repo = a.repo()
    further(repo, b)
    record = (repo / SECOND).read_text()
    for version in ("v2", "v3"):
        done = update_one(repo, FIRST, to=version)
        assert done.status == "clean" and (repo / SECOND).read_text() == record
        commit(repo)


def test_a_template_that_names_the_usual_record_itself_does_not_take_anothers(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    a.release("v1", {"a.txt": "a\n"})
    repo = a.repo()
    fixed = "{{ _copier_answers | to_nice_yaml -}}\n"
    b.release("v1", {"b.txt": "b\n", f"{FIRST}.jinja": fixed})
    b.release("v2", {"b.txt": "B\n"})
    first = (repo / FIRST).read_text()
    further(repo, b)
    write(repo, {FIRST: first})
    commit(repo)
    done = update_one(repo, SECOND)
    assert done.status == "clean" and (repo / FIRST).read_text() == first
    assert (repo / "b.txt").read_text() == "B\n" and "_commit: v2" in (repo / SECOND).read_text()


@pytest.mark.parametrize("pattern", ["_exclude", "_skip_if_exists"])
def test_patterns_of_one_template_decide_nothing_about_another(
    worlds: tuple[World, World], pattern: str
) -> None:
    a, b = worlds
    config = f'{CONFIG}{pattern}: [".copier-answers.ci.yml", "b.txt"]\n'
    a.release("v1", {"a.txt": "a\n"}, config)
    a.release("v2", {"a.txt": "A\n"}, config)
    b.release("v1", {"b.txt": "b\n"})
    b.release("v2", {"b.txt": "B\n"})
    repo = a.repo()
    further(repo, b)
    for record in (FIRST, SECOND):
        assert update_one(repo, record).status == "clean"
        commit(repo)
    assert (repo / "b.txt").read_text() == "B\n"
    assert "_commit: v2" in (repo / FIRST).read_text()
    assert "_commit: v2" in (repo / SECOND).read_text()


def test_one_path_of_two_templates_is_merged_or_a_conflict_never_overwritten(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    a.release("v1", {"README.md": lines(9, "first")})
    a.release("v2", {"README.md": lines(9, "first", l5="news")})
    b.release("v1", {"README.md": lines(9, "second")})
    repo = a.repo()
    further(repo, b)
    done = update_one(repo, FIRST)
    assert [c.path for c in done.conflicts] == ["README.md"]
    assert all(f"second {n}" in (repo / "README.md").read_text() for n in range(1, 10))


def test_where_another_template_is_gone_nothing_is_deleted_on_a_guess(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    a.release("v1", {"a.txt": "a\n", "Makefile": lines(9)})
    a.release("v2", {"Makefile": None})
    b.release("v1", {"Makefile": lines(9)})
    repo = a.repo()
    further(repo, b)
    b.template.rename(b.folder / "moved")
    with pytest.raises(ModelyardError, match=r"ci\.yml has rendered is not known: ") as found:
        update_one(repo, FIRST)
    assert found.value.code == 6
    assert not git(repo, "status", "--porcelain")


def test_where_another_template_is_gone_what_needs_no_look_at_it_goes_on(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    a.release("v1", {"a.txt": "a\n"})
    a.release("v2", {"a.txt": "A\n", "more.txt": "more\n"})
    b.release("v1", {"b.txt": "b\n"})
    repo = a.repo()
    further(repo, b)
    b.template.rename(b.folder / "moved")
    assert update_one(repo, FIRST).status == "clean"
