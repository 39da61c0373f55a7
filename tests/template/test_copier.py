"""`copier update` to a synthetic next version: the owner's work stays, the standard moves on.

pytest-copie copies and updates what nobody has touched; its fixture stays off, because it takes the
template from the work tree. The rest is done with copier itself: the plugin always trusts the
template, keeps exceptions to itself, and cannot answer a question anew.
"""

from pathlib import Path

import copier
import pytest
import yaml
from pytest_copie.plugin import Copie

from tests.repos import Repo, git, link_environment, machine
from tests.template.long_runs import ASKED
from tests.template.next_version import append, edit, release
from tests.template.questions import ANSWERS, contents, parse, recorded


@pytest.fixture
def template(suite: Path, tmp_path: Path) -> Path:
    """A clone of the suite at v0.1.0, which may get further versions."""
    git(tmp_path, "clone", "--quiet", str(suite), "template")
    return tmp_path / "template"


def start(template: Path, folder: Path) -> Repo:
    """Make a repo from v0.1.0 and commit it."""
    repo = Repo(folder / "repo", machine(folder / "home"))
    copier.run_copy(str(template), repo.root, defaults=True, quiet=True)
    git(repo.root, "init", "--quiet", "--initial-branch", "main")
    repo.commit()
    return repo


def update(repo: Repo, *options: str) -> None:
    repo.run("copier", "update", "--defaults", "--quiet", *options)


def test_an_untouched_repo_becomes_a_fresh_one(template: Path, tmp_path: Path) -> None:
    copie = Copie(template, tmp_path, tmp_path / "unused")
    old = copie.copy(vcs_ref="v0.1.0")
    assert old.exception is None and old.project_dir
    git(old.project_dir, "init", "--quiet")
    git(old.project_dir, "add", "--all")
    git(old.project_dir, "commit", "--quiet", "--message", "Start")
    release(template)
    updated = copie.update(old, vcs_ref="v0.2.0")
    fresh = copie.copy(vcs_ref="v0.2.0")
    assert updated.exception is None and fresh.exception is None and fresh.project_dir
    assert updated.answers == fresh.answers
    assert fresh.answers["support"] == ""
    after, wanted = contents(old.project_dir), contents(fresh.project_dir)
    # What is the owner's is as it was on the first day.
    mine = {path for path in wanted if path.endswith("/features.py")}
    assert {path for path in wanted if after[path] != wanted[path]} == mine
    assert after.keys() == wanted.keys()


def test_an_update_keeps_the_owner_s_work(
    template: Path, environment: Path, tmp_path: Path
) -> None:
    repo = start(template, tmp_path)
    link_environment(environment, repo)
    own = edit_as_owner(repo)
    release(template)
    update(repo)
    for path, text in own.items():
        assert text in (repo.root / path).read_text("utf-8"), path
    assert "NEWER" not in (repo.package / "features.py").read_text("utf-8")
    for path in ("docs/faq.md", "src/flight_delays/helpers.py"):
        assert (repo.root / path).is_file()
    assert (repo.root / "docs" / "onboarding.md").read_text("utf-8").endswith("first day.\n")
    assert (repo.root / ".github" / "pull_request_template.md").is_file()
    assert "# As it is.\n" in (repo.root / "Makefile").read_text("utf-8")
    assert "# Newer words.\n" in (repo.root / "params.yaml").read_text("utf-8")
    assert parse(repo.root / "pyproject.toml")["tool"]["ruff"]["lint"]["ignore"][0] == "D100"
    assert yaml.safe_load((repo.root / ANSWERS).read_text("utf-8"))["_commit"] == "v0.2.0"
    assert recorded(repo.root)["support"] == ""
    if ASKED:
        git(repo.root, "add", "--all")
        repo.run(".venv/bin/pre-commit", "run", "--all-files")


def edit_as_owner(repo: Repo) -> dict[str, str]:
    """Edit files of all owners but the standard, commit, and return what must stay by path."""
    package = repo.package.relative_to(repo.root).as_posix()
    edit(repo.root / "params.yaml", "seed: 2013", "seed: 7")
    edit(repo.root / "pyproject.toml", 'version = "0.1.0"', 'version = "3.2.1"')
    edit(repo.root / "README.md", "## Start", "Ours since 2013.\n\n## Start")
    append(repo.package / "features.py", '\n\nMINE = "kept"\n')
    (repo.package / "helpers.py").write_text('"""Ours."""\n', "utf-8")
    (repo.root / "docs" / "faq.md").write_text("# Questions\n", "utf-8")
    append(repo.root / ".gitignore", "/scratch/\n")
    repo.commit("Make it ours")
    return {
        "params.yaml": "seed: 7",
        "pyproject.toml": 'version = "3.2.1"',
        "README.md": "Ours since 2013.\n",
        f"{package}/features.py": 'MINE = "kept"',
        ".gitignore": "/scratch/\n",
    }


def test_an_update_that_both_sides_wrote_is_a_visible_conflict(
    template: Path, environment: Path, tmp_path: Path
) -> None:
    repo = start(template, tmp_path)
    link_environment(environment, repo)
    edit(repo.root / "params.yaml", "# Yours from here on", "# All mine from here on")
    repo.commit("Make it ours")
    release(template)
    update(repo)
    text = (repo.root / "params.yaml").read_text("utf-8")
    assert "# All mine from here on" in text and "# Newer words." in text
    git(repo.root, "add", "--all")
    done = repo.run(".venv/bin/pre-commit", "run", "--all-files", "merge-conflict", code=1)
    assert "params.yaml" in done.stdout


def test_an_update_takes_an_answer_anew(template: Path, tmp_path: Path) -> None:
    repo = start(template, tmp_path)
    release(template)
    update(repo, "--data", "support=Anna", "--data", "python_version=3.13")
    assert recorded(repo.root)["support"] == "Anna"
    assert (repo.root / "README.md").read_text("utf-8").endswith("## Support\n\nAnna\n")
    assert (repo.root / ".python-version").read_text("utf-8") == "3.13\n"
