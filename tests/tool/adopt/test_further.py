"""A further template in a repo that is under one: a record of its own, or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.errors import NotReady, Usage
from modelyard.update.one_repo import update
from modelyard.update.options import UpdateOptions
from tests.repos import git
from tests.tool.adopt.adopted import RECORD, Make, commit, switch
from tests.tool.worlds import CONFIG, World

SECOND = ".copier-answers.ci.yml"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A further template, of two releases."""
    made = World(tmp_path / "further")
    made.folder.mkdir()
    made.release("v1", {"lint.cfg": "1\n", "README.md": "of the further one\n"})
    made.release("v2", {"lint.cfg": "2\n"})
    return made


@pytest.fixture
def under(make: Make, standard: Path) -> Callable[[], Path]:
    """Make a repo that is under the standard."""

    def made() -> Path:
        repo = make({"README.md": "# Mine\n"})
        adopt(repo, str(standard))
        switch(repo)
        git(repo, "switch", "--quiet", "-C", "main")
        return repo

    return made


def test_a_further_template_never_comes_under_the_record_of_the_first(
    under: Callable[[], Path], world: World
) -> None:
    repo = under()
    for options in ({"full": True}, {}, {"answers_file": RECORD, "full": True}):
        with pytest.raises(NotReady, match=r"\.copier-answers\.yml") as found:
            adopt(repo, str(world.template), branch="ci", **options)
        assert "--answers-file" in found.value.hint
    assert git(repo, "branch", "--list").split() == ["*", "main", "modelyard/adopt"]


def test_a_further_template_gets_a_record_of_its_own(
    under: Callable[[], Path], world: World
) -> None:
    repo = under()
    first = (repo / RECORD).read_bytes()
    done = adopt(
        repo, str(world.template), to="v1", answers_file=SECOND, branch="ci", data={"name": "Me"}
    )
    assert set(done.plan.added) == {SECOND, "lint.cfg"}
    assert list(done.plan.differs) == ["README.md"]
    changed = git(repo, "diff", "--name-only", "main", "ci").split()
    assert changed == [SECOND, "lint.cfg"]
    switch(repo, "ci")
    assert (repo / RECORD).read_bytes() == first
    assert "name: Me" in (repo / SECOND).read_text()
    outcome = update(repo, options=UpdateOptions(answers_file=SECOND))
    assert outcome.after == "v2" and (repo / "lint.cfg").read_text() == "2\n"
    assert (repo / RECORD).read_bytes() == first


def test_what_was_held_back_comes_by_the_record_that_is_named(
    under: Callable[[], Path], world: World
) -> None:
    repo = under()
    world.release("v3", {"tox.ini": "[tox]\n"})
    adopt(repo, str(world.template), answers_file=SECOND, branch="ci")
    switch(repo, "ci")
    for named in ({"answers_file": SECOND}, {"template": str(world.template)}):
        done = adopt(repo, full=True, dry_run=True, **named)  # type: ignore[arg-type] # any
        assert list(done.plan.added) == ["tox.ini"] and done.plan.version == "v3"


def test_a_template_with_an_answers_file_of_its_own_needs_no_option(
    under: Callable[[], Path], world: World
) -> None:
    repo = under()
    world.release("v3", {}, CONFIG + f"_answers_file: {SECOND}\n")
    done = adopt(repo, str(world.template), branch="ci")
    assert SECOND in done.plan.added


def test_a_record_that_nobody_would_find_is_refused(
    under: Callable[[], Path], world: World
) -> None:
    repo = under()
    for name in ("ci.yml", "../answers.yml", "/answers.yml", "services/answers.yml"):
        with pytest.raises(Usage, match="answers"):
            adopt(repo, str(world.template), answers_file=name, branch="ci")


def test_a_file_of_the_owners_that_is_called_answers_is_no_record(
    make: Make, standard: Path
) -> None:
    repo = make({"answers.yml": "q1: yes\n", "README.md": "# Mine\n"})
    done = adopt(repo, str(standard))
    assert RECORD in done.plan.added


def test_a_project_in_a_folder_of_a_repo_that_is_under_a_template(
    under: Callable[[], Path], world: World
) -> None:
    repo = under()
    commit(repo, {"services/api/app.py": "print()\n"})
    done = adopt(repo / "services" / "api", str(world.template), branch="api")
    assert set(done.plan.added) == {RECORD, "lint.cfg", "README.md"}
    assert "services/api/lint.cfg" in git(repo, "diff", "--name-only", "main", "api")
