"""The hooks of a repo that is a folder of a larger git repository, which they leave as it is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from modelyard_platform import hooks, subrepo
from modelyard_platform.errors import SetupError, UsageError
from modelyard_platform.git import git
from modelyard_platform.settings import Project

Run = Callable[..., str]


@pytest.fixture(params=["sha1", "sha256"])
def here(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Path:
    """A committed repo below models/ of a larger one, which has a file beside it."""
    top = tmp_path / "larger"
    found = top / "models" / "[öurs]"
    shutil.copytree(project.root, found, ignore=shutil.ignore_patterns(".git"))
    (top / "neighbour.py").write_text("import os,sys\n", "utf-8")
    git(top, "init", "--quiet", "--initial-branch", "main", f"--object-format={request.param}")
    git(top, "config", "user.name", "Test")
    git(top, "config", "user.email", "test@example.com")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "Start")
    return found


@pytest.fixture
def run(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a shell script in the place of pre-commit; return what it prints."""

    def call(script: str, *arguments: str, code: int = 0) -> str:
        runner = tmp_path / "pre-commit"
        runner.write_text(f"#!/bin/sh\nexec > {tmp_path}/said 2>&1\nset -e\n{script}\n", "utf-8")
        runner.chmod(0o755)
        monkeypatch.setattr(hooks, "PRE_COMMIT", runner)
        assert hooks.run_on_all_files(here, arguments) == code
        return (tmp_path / "said").read_text("utf-8")

    return call


def state(here: Path) -> tuple[str, ...]:
    """Return what git knows of the larger repository: settings, refs, index, changes."""
    questions = ("config --list --local", "for-each-ref", "ls-files --stage --debug", "status -z")
    return tuple(git(here.parents[1], *question.split()) for question in questions)


def test_a_hook_sees_the_folder_as_a_repository_of_its_own(here: Path, run: Run) -> None:
    listed = run("git ls-files").splitlines()
    assert "pyproject.toml" in listed and "neighbour.py" not in listed
    assert not [name for name in listed if name.startswith("models/")]
    assert run(
        "git status --porcelain; git diff HEAD; git diff --cached; git log --oneline"
    ).endswith(" The folder\n")
    (here / "params.yaml").write_text("seed: 1\n", "utf-8")
    git(here, "add", "params.yaml")
    assert run("git status --porcelain") == "M  params.yaml\n"


@pytest.mark.parametrize(
    "script",
    [
        # Some versions of git refuse; what counts is what is left behind.
        "git init --quiet ../../outside || true",
        "git config core.worktree /nowhere",
        "git -c user.name=a -c user.email=b commit --quiet --allow-empty -m Mine",
        "git add --all && git tag mine",
        "echo more >> params.yaml && git stash --quiet && git stash pop --quiet",
        "git update-index --assume-unchanged params.yaml",
        "git gc --quiet --prune=now",
    ],
)
def test_the_larger_repository_stays_as_it_was(here: Path, run: Run, script: str) -> None:
    (here / "new.txt").write_text("not added yet\n", "utf-8")
    before, files = state(here), sorted(here.rglob("*"))
    run(f"{script}; git checkout --quiet -- params.yaml")
    assert state(here) == before
    assert sorted(here.rglob("*")) == files
    git(here.parents[1], "fsck", "--strict")


def test_a_stash_that_a_hook_leaves_is_kept_and_named(
    here: Path, run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    run("echo mine >> params.yaml && git stash --quiet")
    assert "mine" not in (here / "params.yaml").read_text("utf-8")
    told = capfd.readouterr().err
    assert "a hook left a stash: GIT_DIR=" in told
    folder = told.partition("GIT_DIR=")[2].split()[0]
    own = {"GIT_DIR": folder, "GIT_WORK_TREE": str(here)}
    git(here, "stash", "pop", "--quiet", env=own)
    assert (here / "params.yaml").read_text("utf-8").endswith("mine\n")
    shutil.rmtree(folder)


def test_a_stash_is_kept_where_the_hooks_are_interrupted(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt), subrepo.shown(here) as own:
        (here / "params.yaml").write_text("seed: 1\n", "utf-8")
        git(here, "-c", "user.name=a", "-c", "user.email=b", "stash", "--quiet", env=own)
        raise KeyboardInterrupt
    assert f"GIT_DIR={own['GIT_DIR']} git stash list" in capfd.readouterr().err
    git(here, "stash", "pop", "--quiet", env=own)
    assert (here / "params.yaml").read_text("utf-8") == "seed: 1\n"
    shutil.rmtree(own["GIT_DIR"])


def test_what_a_hook_changes_is_seen(here: Path, run: Run) -> None:
    # Each of these lets pre-commit's own comparison fail, and all hooks pass, where it is not met.
    top = here.parents[1]
    (top / "order.txt").write_text("*.toml\n", "utf-8")
    git(top, "config", "diff.orderFile", "order.txt")
    git(here, "update-index", "--skip-worktree", "LICENSE")
    (here / "LICENSE").unlink()
    seen = run("echo more >> params.yaml; git diff --no-ext-diff --no-textconv --name-only")
    assert seen == "params.yaml\n"


def test_hooks_do_not_run_where_git_cannot_compare(here: Path, run: Run) -> None:
    git(here, "config", "filter.f.clean", "./no-such-program")
    git(here, "config", "filter.f.required", "true")
    (here / ".gitattributes").write_text("params.yaml filter=f\n", "utf-8")
    (here / "params.yaml").touch()
    with pytest.raises(SetupError, match=r"git diff failed: .*no-such-program"):
        run("true")


def test_another_repository_in_the_environment_is_not_looked_at(
    here: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet", "other")
    top = here.parents[1]
    # As git calls the hook of a linked work tree; and what others set.
    monkeypatch.setenv("GIT_DIR", str(top / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(top / ".git" / "index"))
    monkeypatch.setenv("GIT_COMMON_DIR", str(tmp_path / "other" / ".git"))
    assert "pyproject.toml" in run("git ls-files").splitlines()


def test_names_that_are_seen_from_the_top_are_refused(run: Run) -> None:
    with pytest.raises(UsageError, match="--from-ref names files as they are seen from git's top"):
        run("true", "--from-ref", "HEAD~1", "--to-ref", "HEAD")


def test_a_folder_without_a_commit_has_no_head(here: Path) -> None:
    later = here.parent / "later"
    later.mkdir()
    (later / "pyproject.toml").touch()
    git(later, "add", "pyproject.toml")
    with subrepo.shown(later) as own:
        assert git(later, "status", "--porcelain", env=own) == "A  pyproject.toml\n"


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("PRE_COMMIT", "/nowhere/pre-commit", "pre-commit is not installed"),
        ("TMPDIR", "", "No usable"),
    ],
)
def test_what_is_missing_is_a_message(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    says: str,
) -> None:
    monkeypatch.chdir(here)
    monkeypatch.setattr("sys.argv", ["hooks"])
    monkeypatch.setattr(hooks, "PRE_COMMIT", Path(value or shutil.which("true") or "true"))
    if variable == "TMPDIR":

        def full(prefix: str) -> str:
            raise FileNotFoundError(2, "No usable temporary directory found")

        monkeypatch.setattr(subrepo, "mkdtemp", full)
    assert hooks.main() == 5
    assert says in capsys.readouterr().err
