"""The Makefile of a generated repo, with a uv that only writes down what it is asked."""

from pathlib import Path

import pytest

from tests.conftest import Render
from tests.repos import Repo, git, machine

UV = """#!/bin/sh
echo "uv $*${{UV_REQUIRE_HASHES:+ with hashes of all}}" >> "{log}"
case "$1" in
python) echo python3 ;;
venv) mkdir -p .venv/bin && cp "{python}" .venv/bin/python ;;
esac
"""
PYTHON = """#!/bin/sh
{{ printf 'python'; printf ' <%s>' "$@"; echo; }} >> "{log}"
"""
INDEX = "https://packages.example.com/simple"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What uv, and the Python of the environment that it made, were asked."""
    return tmp_path / "asked"


@pytest.fixture
def uv(tmp_path: Path, log: Path) -> Path:
    """A uv below a path with a space in it."""
    folder = tmp_path / "my tools"
    folder.mkdir()
    programs = {"python": PYTHON.format(log=log)}
    programs["uv"] = UV.format(log=log, python=folder / "python")
    for name, script in programs.items():
        (folder / name).write_text(script, "utf-8")
        (folder / name).chmod(0o755)
    return folder / "uv"


def made(render: Render, folder: Path, uv: Path, **answers: str) -> Repo:
    repo = Repo(render(folder / "repo", **answers), machine(folder / "home"))
    return repo.on({"PATH": f"{uv.parent}:{repo.env['PATH']}"})


@pytest.mark.parametrize("index", ["", INDEX])
def test_a_uv_below_a_path_with_a_space_is_used(
    index: str, render: Render, uv: Path, log: Path, tmp_path: Path
) -> None:
    repo = made(render, tmp_path, uv, library_index=index)
    # With no pin of the library in it, an index is asked for the library first.
    (repo.root / "requirements.lock").write_text("", "utf-8")
    repo.run("make", "setup")
    asked = log.read_text("utf-8").splitlines()
    wanted = (repo.root / ".python-version").read_text("utf-8").strip()
    assert asked[0] == f"uv python find --no-python-downloads {wanted}"
    assert len([line for line in asked if line.startswith("uv venv ")]) == 1
    assert len([line for line in asked if line.startswith("uv pip sync ")]) == 2
    installed = [line for line in asked if line.startswith("uv pip install ")]
    assert len(installed) == (2 if index else 1) and installed[-1].endswith("--editable .")
    relock = f"python <-m> <modelyard_platform.lock> <--relock> <{uv}>"
    assert f"{relock} <--if-needed>" in asked
    log.unlink()
    repo.run("make", "lock", "ARGS=--upgrade")
    assert log.read_text("utf-8").splitlines() == [f"{relock} <--upgrade>"]


@pytest.mark.parametrize("name", ["requirements.lock", "vendor/platform.lock"])
def test_a_lock_with_a_merge_conflict_is_not_installed(
    name: str, render: Render, uv: Path, log: Path, tmp_path: Path
) -> None:
    repo = made(render, tmp_path, uv)
    lock = repo.root / name
    text = lock.read_text("utf-8")
    git(repo.root, "init", "--quiet", "--initial-branch", "main")
    repo.commit("Start")
    git(repo.root, "tag", "start")
    for branch in ("other", "main"):
        git(repo.root, "checkout", "--quiet", "-B", branch, "start")
        lock.write_text(f"{text}./vendor/{branch}.whl\n", "utf-8")
        (repo.root / "vendor" / f"{branch}.whl").touch()
        repo.commit(branch)
    somebody = ["-c", "user.name=Me", "-c", "user.email=me@example.com"]
    repo.run("git", *somebody, "merge", "--quiet", "other", code=1)
    done = repo.run("make", "setup", code=2)
    said, hint, stopped = done.stderr.splitlines()
    assert said == f"{name} has a merge conflict in it."
    assert stopped.startswith("make: *** [Makefile:") and stopped.endswith(" Error 5")
    assert not log.exists()
    assert not (repo.root / ".venv").exists()
    repo.run("sh", "-c", hint.removeprefix("  hint: "))
    assert lock.read_text("utf-8") == f"{text}./vendor/main.whl\n"
    assert "<--relock>" in log.read_text("utf-8").splitlines()[-1]


@pytest.mark.parametrize("index", ["", INDEX])
def test_hashes_are_asked_of_all_packages_and_not_of_the_repo_itself(
    index: str, render: Render, uv: Path, log: Path, tmp_path: Path
) -> None:
    repo = made(render, tmp_path, uv, library_index=index).on({"UV_REQUIRE_HASHES": "1"})
    (repo.root / "requirements.lock").write_text("", "utf-8")
    repo.run("make", "setup")
    asked = log.read_text("utf-8").splitlines()
    hashed = [line for line in asked if line.endswith(" with hashes of all")]
    assert len([line for line in hashed if line.startswith("uv pip sync ")]) == 2
    assert not [line for line in hashed if line.startswith("uv pip install ")]


def test_a_setting_that_uv_cannot_read_is_told_in_its_own_words(
    render: Render, tmp_path: Path
) -> None:
    repo = Repo(render(tmp_path / "repo"), machine(tmp_path / "home"))
    (repo.root / "uv.toml").write_text("garbage = [\n", "utf-8")
    done = repo.run("make", "setup", code=2)
    assert "Failed to parse" in done.stderr and "uv.toml" in done.stderr
    assert "needs Python" not in done.stderr
    assert done.stderr.splitlines()[-1].endswith(" Error 5")
    assert not (repo.root / ".venv").exists()


FAILING = "#!/bin/sh\necho the hook says no >&2; exit 1\n"
MACHINES = {
    "templates": "[init]\n    templateDir = {home}/template\n",
    "hooks": "[core]\n    hooksPath = {home}/template/hooks\n",
    "no key": "[commit]\n    gpgSign = true\n[gpg]\n    program = false\n",
}


@pytest.mark.parametrize("kind", MACHINES)
def test_the_first_commit_is_made_whatever_the_machine_has_set_up(
    kind: str, render: Render, uv: Path, tmp_path: Path
) -> None:
    repo, home = made(render, tmp_path, uv), tmp_path / "home"
    hooks = home / "template" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("pre-commit", "prepare-commit-msg", "commit-msg"):
        (hooks / name).write_text(FAILING, "utf-8")
        (hooks / name).chmod(0o755)
    (home / ".gitconfig").write_text(MACHINES[kind].format(home=home), "utf-8")
    done = repo.run("make", "setup")
    assert "✓ git init, and the first commit" in done.stderr
    assert ("git could not sign" in done.stderr) == (kind == "no key")
    assert git(repo.root, "log", "--format=%s").splitlines() == ["Start from the template"]
    assert git(repo.root, "status", "--porcelain") == ""
    assert "first commit" not in repo.run("make", "setup").stderr


def test_a_first_commit_that_was_cut_off_is_made_by_the_next_verb(
    render: Render, uv: Path, tmp_path: Path
) -> None:
    repo = made(render, tmp_path, uv)
    git(repo.root, "init", "--quiet")
    repo.run("make", "setup")
    assert git(repo.root, "for-each-ref") == ""  # who began it ends it
    (repo.root / ".git" / "first-commit").touch()
    repo.run("make", "setup")
    assert git(repo.root, "log", "--format=%s").splitlines() == ["Start from the template"]


def test_what_somebody_committed_meanwhile_is_the_first_commit(
    render: Render, uv: Path, tmp_path: Path
) -> None:
    repo = made(render, tmp_path, uv)
    git(repo.root, "init", "--quiet")
    (repo.root / ".git" / "first-commit").touch()
    git(repo.root, "add", "--all")
    git(repo.root, "commit", "--quiet", "--message", "By hand, as advised")
    (repo.root / "work.txt").write_text("not to be committed\n", "utf-8")
    repo.run("make", "setup")
    assert git(repo.root, "log", "--format=%s").splitlines() == ["By hand, as advised"]
    assert git(repo.root, "status", "--porcelain") == "?? work.txt\n"


@pytest.mark.parametrize("folder", [".", "models/ours"])
def test_a_repository_that_git_refuses_to_open_is_left_alone(
    folder: str, render: Render, uv: Path, tmp_path: Path
) -> None:
    repo = made(render, tmp_path / folder, uv)
    top = repo.root if folder == "." else tmp_path
    git(top, "init", "--quiet")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "Start")
    (repo.root / "work.txt").write_text("not to be committed\n", "utf-8")
    # As where another user owns it.
    repo.on({"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}).run("make", "first-commit")
    repo.run("make", "first-commit")
    assert git(top, "log", "--format=%s").splitlines() == ["Start"]
    assert (repo.root / ".git").exists() == (folder == ".")


def test_a_first_commit_that_cannot_be_made_says_what_to_do(
    render: Render, uv: Path, log: Path, tmp_path: Path
) -> None:
    repo = made(render, tmp_path, uv)
    (tmp_path / "home" / ".gitconfig").write_text("[commit]\n    cleanup = nonsense\n", "utf-8")
    done = repo.run("make", "setup", code=2)
    assert "The first commit failed, as git says above." in done.stderr
    assert "nonsense" in done.stderr
    assert not log.exists()
    (tmp_path / "home" / ".gitconfig").unlink()
    assert "✓ git init, and the first commit" in repo.run("make", "setup").stderr
