"""Updates of our own template: from real releases, and to a next one, lived in or not."""

import re
import subprocess
import sys
from pathlib import Path

import copier
import pytest

from modelyard.check.check import check
from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.conftest import SUITE
from tests.repos import Repo, git, link_environment, machine
from tests.template.long_runs import LONG
from tests.template.next_version import append, edit, release
from tests.template.questions import contents


@pytest.fixture
def template(suite: Path, tmp_path: Path) -> Path:
    """A clone of the suite at v0.1.0, which may get further versions."""
    git(tmp_path, "clone", "--quiet", str(suite), "template")
    return tmp_path / "template"


def start(template: Path, folder: Path, version: str = "v0.1.0", **answers: str) -> Repo:
    repo = Repo(folder / "repo", machine(folder / "home"))
    copier.run_copy(
        str(template), repo.root, data=answers, defaults=True, quiet=True, vcs_ref=version
    )
    git(repo.root, "init", "--quiet", "--initial-branch", "main")
    repo.commit()
    return repo


def test_the_template_itself_is_what_modelyard_updates(template: Path, tmp_path: Path) -> None:
    repo = start(template, tmp_path, task="regression")
    assert check(repo.root).ok(strict=True)
    release(template)
    standing = check(repo.root)
    assert standing.behind
    assert not {path for path in standing.changes if path.endswith("/features.py")}


def test_an_untouched_repo_becomes_a_fresh_one(template: Path, tmp_path: Path) -> None:
    repo = start(template, tmp_path)
    release(template)
    outcome = update(repo.root)
    assert outcome.status == "clean"
    copier.run_copy(str(template), tmp_path / "fresh", defaults=True, quiet=True)
    after, wanted = contents(repo.root), contents(tmp_path / "fresh")
    # Which commit the version is, beside its name, is ours alone.
    record = after[".copier-answers.yml"]
    after[".copier-answers.yml"] = re.sub(rb"(?m)^_commit_id: .*\n", b"", record)
    assert after[".copier-answers.yml"] != record
    mine = {path for path in wanted if path.endswith("/features.py")}
    assert {path for path in wanted if after.get(path) != wanted[path]} == mine
    assert after.keys() == wanted.keys()


def test_every_release_updates_to_what_stands_here(tmp_path: Path) -> None:
    """Release commits are tagged in a clone, and what stands in the work tree comes after them."""
    if git(SUITE, "rev-parse", "--is-shallow-repository").strip() == "true":
        pytest.skip("a shallow clone has no release commits")
    git(tmp_path, "clone", "--quiet", "--no-tags", str(SUITE), "template")
    template = tmp_path / "template"
    log = git(template, "log", "--format=%H %s", "--grep", "^Release v").splitlines()
    found = [re.fullmatch(r"(\w+) Release (v\d+\.\d+\.\d+)", line) for line in log]
    releases = {match[2]: match[1] for match in found if match}
    assert "v0.1.0" in releases
    for version, commit in releases.items():
        git(template, "tag", version, commit)
    candidate(template)
    for version in releases:
        repo = start(template, tmp_path / version, version)
        append(repo.root / "README.md", "\nOurs.\n")
        repo.commit()
        outcome = update(repo.root)
        assert (outcome.status, outcome.after) == ("clean", "v99.0.0"), outcome.conflicts
        assert (repo.root / "README.md").read_text("utf-8").endswith("\nOurs.\n")


def candidate(template: Path) -> None:
    """Commit what stands in the suite's work tree, as a version after all releases."""
    git(template, "rm", "-r", "--quiet", ".")
    listed = git(SUITE, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (SUITE / name).is_file():
            (template / name).parent.mkdir(parents=True, exist_ok=True)
            (template / name).write_bytes((SUITE / name).read_bytes())
            (template / name).chmod((SUITE / name).stat().st_mode)
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--allow-empty", "--message", "Candidate")
    git(template, "tag", "v99.0.0")


@LONG
@pytest.mark.life
def test_check_and_test_are_green_after_an_update(
    template: Path, environment: Path, tmp_path: Path
) -> None:
    repo = start(template, tmp_path)
    link_environment(environment, repo)
    edit(repo.root / "params.yaml", "seed: 2013", "seed: 7")
    edit(repo.root / "README.md", "## Start", "Ours since 2013.\n\n## Start")
    append(repo.package / "features.py", '\n\nMINE = "kept"\n')
    (repo.package / "helpers.py").write_text('"""Ours."""\n', "utf-8")
    repo.commit("Make it ours")
    release(template)
    outcome = update(repo.root)
    assert outcome.status == "clean"
    assert "# As it is." in (repo.root / "Makefile").read_text("utf-8")
    assert 'MINE = "kept"' in (repo.package / "features.py").read_text("utf-8")
    repo.commit("Update")
    repo.run("make", "check")
    assert re.search(r"\d+ passed", repo.run("make", "test").stdout)


def test_the_lock_follows_the_merged_dependencies(template: Path, tmp_path: Path) -> None:
    repo = start(template, tmp_path)
    mine, theirs = '    "httpx>=0.28",\n', '    "tenacity>=9",\n'
    start_of = "\ndependencies = [\n"
    edit(repo.root / "pyproject.toml", start_of, f"{start_of}{mine}")
    repo.commit("Add httpx")
    shipped = template / "template" / "model" / "pyproject.toml.jinja"
    edit(shipped, start_of, f"{start_of}{theirs}")
    release(template)
    before = (repo.root / "requirements.lock").read_text("utf-8")
    outcome = update(repo.root)
    assert outcome.status == "clean", outcome.conflicts
    text = (repo.root / "pyproject.toml").read_text("utf-8")
    assert mine in text and theirs in text
    lock = (repo.root / "requirements.lock").read_text("utf-8")
    pins = re.compile(r"^(?:httpx|tenacity)==", re.M)
    assert len(pins.findall(before)) == 0 and len(pins.findall(lock)) == 2
    assert ("vendor/" in lock) == ("vendor/" in before), "a split lock stays split"
    kept = [line for line in before.splitlines() if "==" in line]
    assert set(kept) <= set(lock.splitlines()), "pins that still fit are kept"
    assert any(
        n.path == "requirements.lock" and n.reason is NoticeReason.LOCK_COMPILED
        for n in outcome.notices
    )


@LONG
def test_the_demo_of_updates(whole_suite: Path, tmp_path: Path) -> None:
    environment = {
        **machine(tmp_path / "home"),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo_update"],
        cwd=whole_suite,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^their (.+?)\s{2,}(.+?)\s{2,}(\S+)$", done.stdout, re.M)
    assert [(copiers, ours) for _, copiers, ours in rows] == [
        ("GONE", "kept"),
        ("kept, in a conflict", "kept"),
        ("GONE", "kept"),
    ], done.stdout
