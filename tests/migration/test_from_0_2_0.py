"""The way from 0.2.0, with half a year of work in the repo: by modelyard, and by Copier alone.

The first trains beside the champion of before, the second does what depends on Copier. With
MODELYARD_LONG=1 both live through everything that comes after.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.update.one_repo import update
from tests.migration import half_year
from tests.migration.ways import by_copier, commands, start, typed
from tests.repos import Repo, git, link_packages
from tests.template.long_runs import ASKED

MODULES = ("__init__.py", "contract.py", "data.py", "test_data.py", "test_features.py")


Aged = Callable[[bool], Repo]


@pytest.fixture
def aged(releases: Path, environment: Path, tmp_path: Path, without_modelyard: str) -> Aged:
    """Make a repo of 0.2.0 after half a year, with a champion or without."""

    def make(crowned: bool) -> Repo:
        repo = start(releases, tmp_path, "v0.2.0", without_modelyard)
        # Most versions are the same, so `make setup` has less to install and to compile.
        link_packages(environment, repo)
        half_year.work(repo)
        if crowned:
            half_year.crown(repo)
        assert git(repo.root, "status", "--porcelain") == ""
        return repo

    return make


def platform(repo: Repo) -> set[str]:
    return {path for path in half_year.tracked(repo) if "/platform/" in path}


def refused_until_edited(repo: Repo) -> None:
    """The next verb names the lines to edit, in one message."""
    refused = repo.run("make", "train", code=2)
    assert f"src/{repo.package.name} still imports" in refused.stderr
    assert "docs/upgrading.md" in refused.stderr and "Error 5" in refused.stderr
    assert "Traceback" not in refused.stderr and "ZenML" not in refused.stderr


def edit_as_the_page_says(repo: Repo) -> None:
    """Make the edits of docs/upgrading.md, which touch only what they name, and only once."""
    before = half_year.yours(repo)
    typed(repo, commands("3. Edit your modules"))
    once = half_year.yours(repo)
    edited = {Path(path).name for path in before if before[path] != once[path]}
    assert edited == {*MODULES, "test_model.py"}
    typed(repo, commands("3. Edit your modules"))
    assert half_year.yours(repo) == once


def alive(repo: Repo) -> None:
    """Commit, in long runs through the hook, train, and go on with the versions of before."""
    git(repo.root, "add", "--all")
    hooks = [] if ASKED else ["--no-verify"]
    repo.run("git", "commit", "--quiet", *hooks, "--message", "Update to 0.3.0")
    trained = repo.json("train", *([] if ASKED else ["--direct"]))
    assert (trained["verdict"], trained["version"], trained["champion"]) == ("passed", "2", "1")
    compared = [c for c in trained["checks"] if c["name"] == "roc_auc of the champion"]
    assert compared and compared[0]["passed"]
    former = repo.json("lineage", "1")
    assert former["intact"] and former["lineage"]["template"].endswith("@v0.2.0")
    assert former["lineage"]["holdout_snapshots"] == [half_year.TRAINED]


def goes_on(repo: Repo) -> None:
    """Crown, go back, predict, check, test and reproduce."""
    assert "version  1" in repo.run("make", "lineage", "ARGS=1").stdout
    repo.run("make", "promote")
    assert repo.json("lineage")["version"] == "2"
    repo.run("make", "rollback")
    assert repo.json("predict")["model_version"] == "1"
    repo.run("make", "check")
    assert re.search(r"\d+ passed", repo.run("make", "test").stdout)
    again = repo.json("reproduce", "1")
    assert again["exact"] and again["recorded"] == again["again"]


@pytest.mark.life
def test_by_modelyard(aged: Aged) -> None:
    repo = aged(True)
    before, job = half_year.yours(repo), half_year.JOB
    outcome = update(repo.root)
    edited = f"src/{repo.package.name}/platform/inference.py"
    assert {conflict.path for conflict in outcome.conflicts} == {edited, "docs/runbook.md"}
    assert half_year.LOCAL_EDIT[1] in (repo.root / edited).read_text("utf-8")
    assert platform(repo) == {edited}
    assert {path: half_year.yours(repo)[path] for path in before} == before
    assert (repo.root / ".github/workflows/ci.yml").read_text("utf-8").endswith(job)
    assert "The duty of the rail desk." in (repo.root / "docs/runbook.md").read_text("utf-8")
    assert "Answers within a day." in (repo.root / "README.md").read_text("utf-8")
    assert "docs/upgrading.md" in outcome.message
    lock = (repo.root / "requirements.lock").read_text("utf-8")
    assert f"\n{half_year.DEPENDENCY}==" in lock and "\npre-commit==" in lock
    git(repo.root, "rm", "--quiet", edited)
    git(repo.root, "checkout", "--theirs", "--", "docs/runbook.md")
    refused_until_edited(repo)
    assert (repo.root / "requirements.lock").read_text("utf-8") == lock
    edit_as_the_page_says(repo)
    alive(repo)
    if ASKED:
        goes_on(repo)


@pytest.mark.life
def test_by_copier_alone(aged: Aged) -> None:
    repo = aged(ASKED)
    before, job = half_year.yours(repo), half_year.JOB
    edited = f"src/{repo.package.name}/platform/inference.py"
    named = typed(repo, commands("1. Look what of platform/ you had edited"))
    assert edited.rpartition("/")[2] in named and "1 file changed" in named
    said = by_copier(repo)
    assert "docs/upgrading.md of the standard" in said and "make setup" in said
    # What Copier loses, and the page says so.
    assert not (repo.root / edited).exists()
    assert half_year.LOCAL_EDIT[1] in git(repo.root, "show", f"HEAD:{edited}")
    named_after = typed(repo, commands("1. Look what of platform/ you had edited"))
    assert named_after == named
    assert {path: half_year.yours(repo)[path] for path in before} == before
    assert (repo.root / ".github/workflows/ci.yml").read_text("utf-8").endswith(job)
    conflicts = set(git(repo.root, "diff", "--name-only", "--diff-filter=U").split())
    assert conflicts == {"pyproject.toml", "docs/runbook.md"}
    assert "The duty of the rail desk." in (repo.root / "docs/runbook.md").read_text("utf-8")
    decide(repo)
    assert platform(repo) == set()
    relocked = repo.run("make", "setup").stderr
    assert "requirements.lock does not fit" in relocked and "compile it anew" in relocked
    lock = (repo.root / "requirements.lock").read_text("utf-8")
    assert f"\n{half_year.DEPENDENCY}==" in lock and "\npre-commit==" in lock
    refused_until_edited(repo)
    edit_as_the_page_says(repo)
    if ASKED:
        alive(repo)
        goes_on(repo)


def decide(repo: Repo) -> None:
    """Take the template's side of both conflicts, and put what is ours back."""
    git(repo.root, "checkout", "--theirs", "--", "pyproject.toml", "docs/runbook.md")
    pyproject = repo.root / "pyproject.toml"
    text = pyproject.read_text("utf-8").replace(
        "dependencies = [\n", f'dependencies = [\n    "{half_year.DEPENDENCY}>=0.60",\n', 1
    )
    pyproject.write_text(text, "utf-8")
    team = repo.root / "docs" / "team.md"
    team.write_text(f"{team.read_text('utf-8')}\nThe duty of the rail desk.\n", "utf-8")
    git(repo.root, "add", "--all")
