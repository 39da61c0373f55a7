"""Bad days of vendor/: each works, or ends in one message with the hint."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.repos import Repo, git, machine
from tests.template.long_runs import LONG
from tests.tool import wheels
from tools.library_tests import blocks

GIT_CONFIG = """
[user]
name = Me
email = me@example.com
[core]
excludesFile = {home}/ignore
attributesFile = {home}/attributes
autocrlf = true
"""


@pytest.fixture
def rendered_repo(render: Render, tmp_path: Path) -> Repo:
    """A generated repo that is in no git yet, on a machine whose rules are against wheels."""
    home = tmp_path / "home"
    made = Repo(render(tmp_path / "repo"), machine(home))
    (home / ".gitconfig").write_text(GIT_CONFIG.format(home=home), "utf-8")
    (home / "ignore").write_text("*.whl\nvendor/\n", "utf-8")
    (home / "attributes").write_text("* text eol=crlf\n", "utf-8")
    return made


@pytest.fixture
def committed(rendered_repo: Repo) -> Repo:
    """The same, committed as its user would."""
    rendered_repo.run("git", "init", "--quiet", "--initial-branch", "main")
    rendered_repo.run("git", "add", "--all")
    rendered_repo.run("git", "commit", "--quiet", "--message", "Start")
    return rendered_repo


def wheel(root: Path) -> Path:
    """Return where the lock of a repo says that the wheel is."""
    found = re.search(r"vendor/\S+\.whl", (root / "vendor" / "platform.lock").read_text("utf-8"))
    assert found
    return root / found[0]


def whole(root: Path) -> bool:
    """Tell whether the wheel of a folder has the hash that its lock names."""
    digest = hashlib.sha256(wheel(root).read_bytes()).hexdigest()
    return digest in (root / "vendor" / "platform.lock").read_text("utf-8")


def cleaned(repo: Repo, target: Path) -> Path:
    (repo.root / ".venv").mkdir()
    repo.run("git", "clean", "-xfd", "--quiet")
    assert not (repo.root / ".venv").exists()
    return repo.root


def copied(repo: Repo, target: Path) -> Path:
    return shutil.copytree(repo.root, target, ignore=shutil.ignore_patterns(".git"))


def worktree(repo: Repo, target: Path) -> Path:
    repo.run("git", "worktree", "add", "--quiet", target)
    return target


def from_bare(repo: Repo, target: Path) -> Path:
    repo.run("git", "clone", "--quiet", "--bare", ".", target.with_suffix(".git"))
    repo.run("git", "clone", "--quiet", target.with_suffix(".git"), target)
    return target


@pytest.mark.parametrize("place", [cleaned, copied, worktree, from_bare])
def test_the_wheel_is_wherever_the_repo_is(
    place: Callable[[Repo, Path], Path], committed: Repo, tmp_path: Path
) -> None:
    root = place(committed, tmp_path / "there")
    assert whole(root)
    venv = str(tmp_path / "venv")
    subprocess.run(["uv", "venv", "--quiet", venv], check=True, env=committed.env)
    sync = ["uv", "pip", "sync", "--quiet", "--offline", "--require-hashes", "--python", venv]
    Repo(root, committed.env).run(*sync, "vendor/platform.lock")
    assert list(Path(venv).glob("lib/*/site-packages/modelyard_platform/py.typed"))


def test_a_machine_that_ignores_wheels_and_turns_lines_adds_it_all_the_same(
    committed: Repo,
) -> None:
    listed = git(committed.root, "ls-files", "vendor").split()
    assert len(listed) == 2
    name = wheel(committed.root).relative_to(committed.root).as_posix()
    stored = committed.run("git", "rev-parse", f"HEAD:{name}").stdout.strip()
    assert stored == committed.run("git", "hash-object", "--no-filters", name).stdout.strip()
    assert committed.run("git", "status", "--porcelain").stdout == ""


@pytest.mark.parametrize("rules", [".gitignore", ".gitattributes"])
def test_without_the_repo_s_own_rules_it_would_not(rules: str, rendered_repo: Repo) -> None:
    (rendered_repo.root / rules).write_text("", "utf-8")
    rendered_repo.run("git", "init", "--quiet")
    rendered_repo.run("git", "add", "--all")
    listed = rendered_repo.run("git", "ls-files", "--eol", "vendor").stdout
    assert (".whl" not in listed) if rules == ".gitignore" else ("attr/text eol=crlf" in listed)


@pytest.mark.parametrize("gone", ["the wheel", "the lock"])
def test_what_is_missing_is_named(gone: str, committed: Repo) -> None:
    lost = wheel(committed.root)
    lost = lost if gone == "the wheel" else lost.with_name("platform.lock")
    lost.unlink()
    done = committed.run("make", "setup", code=2)
    assert f"vendor/{lost.name} is missing." in done.stderr
    assert "  hint: git checkout -- vendor" in done.stderr
    assert not (committed.root / ".venv").exists()
    committed.run("git", "checkout", "--", "vendor")
    assert whole(committed.root)


def test_other_bytes_are_refused(committed: Repo) -> None:
    path = wheel(committed.root)
    version = path.name.split("-")[1]
    path.write_bytes(wheels.wheel("modelyard_platform", version))
    # One package more is enough to see which one is refused.
    lock = committed.root / "requirements.lock"
    lock.write_text(next(b for b in blocks(lock) if b.startswith("six==")), "utf-8")
    done = committed.run("make", "setup", code=2)
    assert "Hash mismatch" in done.stderr and "modelyard" in done.stderr
    assert not (committed.root / ".venv" / "ready").exists()


def test_the_doctor_names_each(repo: Callable[..., Repo]) -> None:
    made = repo()
    path = wheel(made.root)
    content = path.read_bytes()

    def broken() -> tuple[str, str]:
        found = {finding["about"]: finding for finding in made.json("doctor", code=5)}
        assert found["library"]["state"] == "broken"
        return found["library"]["message"], found["library"]["hint"]

    path.unlink()
    assert broken() == (f"vendor/{path.name} is missing", f"git checkout -- vendor/{path.name}")
    path.write_bytes(content + b"x")
    assert broken() == (
        f"vendor/{path.name} is not the file that vendor/platform.lock names",
        "git checkout -- vendor",
    )
    path.write_bytes(content)
    git(made.root, "rm", "--quiet", "--cached", f"vendor/{path.name}")
    message, hint = broken()
    assert "is not in git" in message
    made.run("sh", "-c", hint.partition(",")[0])
    made.json("doctor")


@LONG
def test_a_dependency_of_one_s_own_is_locked_by_the_next_verb(repo: Callable[..., Repo]) -> None:
    made = repo()
    before = set(blocks(made.root / "requirements.lock"))
    pyproject = made.root / "pyproject.toml"
    text = pyproject.read_text("utf-8")
    pyproject.write_text(text.replace('    "numpy', '    "pyprind>=2.11",\n    "numpy', 1), "utf-8")
    done = made.run("make", "doctor")
    said = "… requirements.lock does not fit (pyprind>=2.11: not locked): compile it anew"
    assert said in done.stderr
    after = set(blocks(made.root / "requirements.lock"))
    # All else is as it was tested.
    assert before < after
    assert [block.partition("==")[0] for block in after - before] == ["pyprind"]
    assert made.python("import pyprind") == ""
    assert "compile it anew" not in made.run("make", "doctor").stderr
