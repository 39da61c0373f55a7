"""A member of a fleet with several projects or templates: one is worked on, and all are told."""

from pathlib import Path

import pytest

from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.worlds import Yard, make, observed, silent
from tests.tool.update.layered import FIRST, SECOND, further
from tests.tool.worlds import World, commit, write

FOREIGN = "_src_path: https://127.0.0.1:9/other.git\n_commit: v7\n"
NAMED = '[repos.answers_files]\nr0 = "services/api/.copier-answers.yml"\n'


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A fleet of two."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path, count=2)


def push(yard: Yard, files: dict[str, str | None]) -> None:
    """Write files of r0, or delete them, and push that."""
    work = yard.work("r0")
    write(work, files)
    commit(work, "Change")
    git(work, "push", "--quiet", "origin", "main:main")


def in_folders(yard: Yard, *folders: str) -> None:
    """Make r0 a repo of projects in folders."""
    work = yard.work("r0")
    git(work, "rm", "-r", "--quiet", ".")
    write(work, {"README.md": "Services\n"})
    commit(work)
    for folder in folders:
        further(work, World(yard.world.folder), FIRST, "v1.0.0", folder)
    git(work, "push", "--quiet", "origin", "main:main")


def add(yard: Yard, text: str) -> None:
    """Add a setting to fleet.toml."""
    settings = yard.file.read_text()
    yard.file.write_text(settings.replace("[[waves]]", f"{text}[[waves]]", 1))


def test_the_fleets_template_is_found_beside_another_one(yard: Yard) -> None:
    ours = yard.show("r0", "main", FIRST)
    push(yard, {FIRST: FOREIGN, SECOND: ours})
    (found, *_) = observed(yard.options())
    assert (found.state, found.version) == ("clean", "v1.0.0")
    assert found.update and set(found.update.changes) == {"a.txt", SECOND}


def test_projects_in_folders_alone_are_told_and_no_candidate_for_adopt(yard: Yard) -> None:
    in_folders(yard, "services/api", "services/shop")
    (found, *_) = observed(yard.options())
    assert found.state == "candidate" and "modelyard adopt" not in found.detail
    assert "services/api/.copier-answers.yml, services/shop/" in found.detail


def test_a_member_names_its_project(yard: Yard) -> None:
    in_folders(yard, "services/api", "services/shop")
    add(yard, NAMED)
    (found, *_) = observed(yard.options())
    assert found.state == "clean" and "services/shop/.copier-answers.yml" in found.detail
    rollout(yard.options(limit=1), silent)
    (request,) = yard.pull_requests("r0")
    assert "services/api/a.txt" in request.body
    changed = git(yard.bare("r0"), "diff", "--name-only", "main", request.branch).split()
    assert changed == ["services/api/.copier-answers.yml", "services/api/a.txt"]


def test_a_project_that_is_named_and_not_there_is_refused(yard: Yard) -> None:
    add(yard, NAMED)
    (found, other, *_) = observed(yard.options())
    assert found.state == "refused" and "has no answers file services/api/" in found.detail
    assert other.state == "clean"


def test_a_project_in_a_folder_beside_the_one_at_the_top_is_told(yard: Yard) -> None:
    work = yard.work("r0")
    further(work, yard.world, FIRST, "v1.0.0", "services/api")
    git(work, "push", "--quiet", "origin", "main:main")
    (found, *_) = observed(yard.options())
    assert found.state == "clean"
    assert "not looked at: services/api/.copier-answers.yml" in found.detail
