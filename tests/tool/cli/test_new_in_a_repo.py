"""`new` in a repo that is there: a further project is a folder of it, no repo in a repo."""

from pathlib import Path

import pytest

from tests.repos import git
from tests.tool.cli.test_cli import modelyard
from tests.tool.schemas import valid
from tests.tool.worlds import World, commit, write


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A template of two releases."""
    made = World(tmp_path)
    made.release("v1", {"a.txt": "a\n"})
    made.release("v2", {"a.txt": "A\n"})
    return made


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repo that is under no template."""
    root = tmp_path / "mono"
    git(root, "init", "--quiet", "--initial-branch", "main")
    write(root, {"README.md": "Services\n", ".gitignore": "build/\n"})
    commit(root)
    return root


def test_a_further_project_is_a_folder_of_the_repo(world: World, repo: Path) -> None:
    write(repo, {"README.md": "Edited, not staged\n"})
    dest = repo / "services" / "api"
    words = ("--template", world.template, "--version", "v1", "--defaults")
    said = modelyard("new", dest, *words).stdout
    assert "git commit takes it" in said
    assert not (dest / ".git").exists()
    staged = git(repo, "diff", "--cached", "--name-only").split()
    assert staged == ["services/api/.copier-answers.yml", "services/api/a.txt"]
    commit(repo)
    found = valid("new", modelyard("new", repo / "web", *words, "--json").stdout)
    assert found["commit"] == ""
    commit(repo)
    assert modelyard("update", repo, "--all").stdout.count("v1 → v2") == 2
    assert (dest / "a.txt").read_text() == "A\n"


def test_a_folder_that_the_repo_ignores_becomes_a_repo_of_its_own(world: World, repo: Path) -> None:
    dest = repo / "build" / "try"
    modelyard("new", dest, "--template", world.template, "--defaults")
    assert git(dest, "rev-parse", "--show-toplevel").strip() == str(dest)


def test_what_fails_leaves_nothing_in_the_repo(world: World, repo: Path) -> None:
    dest = repo / "services" / "api"
    words = ("--template", world.template, "--version", "v1", "--defaults")
    modelyard("new", dest, *words, "--data", "nothing=1", code=2)
    assert not dest.exists() and not git(repo, "status", "--porcelain")


def test_a_further_template_for_a_repo_that_is_there_is_an_adoption(
    world: World, repo: Path
) -> None:
    said = modelyard("new", repo, "--template", world.template, code=5).stderr
    assert f"modelyard adopt {repo}" in said
