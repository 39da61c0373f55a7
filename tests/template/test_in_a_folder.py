"""A generated repo that is a folder of a larger git repository, beside the work of others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.repos import Repo, git, link_environment, machine
from tests.template.long_runs import LONG

NEIGHBOUR = "import os,sys\nbadly= 'formatted'\n"


@pytest.fixture(scope="module")
def committed(render: Render, environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A repo below models/, beside a folder that no hook would pass."""
    top = tmp_path_factory.mktemp("larger")
    git(top, "init", "--quiet", "--initial-branch", "main")
    repo = Repo(render(top / "models" / "délais"), machine(top / "home"))
    (top / "tools").mkdir()
    (top / "tools" / "neighbour.py").write_text(NEIGHBOUR, "utf-8")
    (top / ".gitignore").write_text("/home/\n", "utf-8")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "Start")
    link_environment(environment, repo)
    return repo


@pytest.fixture
def repo(committed: Repo) -> Iterator[Repo]:
    """The same, and the same again afterwards."""
    yield committed
    git(top(committed), "reset", "--quiet", "--hard")
    git(top(committed), "clean", "-d", "--force", "--quiet")


def top(repo: Repo) -> Path:
    return repo.root.parents[1]


@LONG
def test_make_check_looks_at_the_repo_alone(repo: Repo) -> None:
    said = repo.run("make", "check").stdout
    assert "Failed" not in said and said.count("Passed") >= 9
    assert (top(repo) / "tools" / "neighbour.py").read_text("utf-8") == NEIGHBOUR
    assert git(top(repo), "status", "--porcelain") == ""


def test_make_check_finds_what_is_wrong_in_the_repo(repo: Repo) -> None:
    (repo.package / "more.py").write_text(NEIGHBOUR, "utf-8")
    git(repo.root, "add", ".")
    done = repo.run("make", "check", "ARGS=format", code=2)
    assert "files were modified by this hook" in done.stdout
    assert (repo.package / "more.py").read_text("utf-8") != NEIGHBOUR
    assert (top(repo) / "tools" / "neighbour.py").read_text("utf-8") == NEIGHBOUR
    staged = git(top(repo), "diff", "--cached", "--name-only", "-z")
    assert staged == f"models/délais/src/{repo.package.name}/more.py\0"


def test_git_gets_no_hook_that_cannot_work_at_its_top(repo: Repo) -> None:
    repo.verb("doctor", "--fix")
    assert not (top(repo) / ".git" / "hooks" / "pre-commit").exists()
    (about,) = [row for row in repo.json("doctor") if row["about"] == "hooks"]
    assert about["state"] == "note" and "a folder of a larger one" in about["message"]


@LONG
@pytest.mark.life
def test_a_version_is_of_the_repo_and_not_of_its_neighbours(repo: Repo) -> None:
    (top(repo) / "tools" / "secret.txt").write_text("not ours to publish\n", "utf-8")
    repo.verb("ingest", "--until", "2013-02")
    repo.verb("train", "--direct")
    assert repo.json("lineage")["lineage"]["dirty"] is False
    features = repo.package / "features.py"
    features.write_text(f"{features.read_text('utf-8')}# ours\n", "utf-8")
    repo.verb("train", "--direct")
    lineage = repo.json("lineage", "2")
    assert lineage["lineage"]["dirty"] is True
    (patch,) = (repo.store / "mlflow").rglob("uncommitted.patch")
    assert "# ours" in patch.read_text("utf-8")
    assert "not ours to publish" not in patch.read_text("utf-8")
    assert repo.json("reproduce", "2", "--allow-patch")["exact"]
