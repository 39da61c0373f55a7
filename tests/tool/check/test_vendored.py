"""What `check` finds about a wheel that pyproject.toml names, and its commands mend."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.check.result import CheckResult
from tests.repos import git
from tests.tool.wheels import Index, library, place, platform_lock
from tests.tool.worlds import World, commit, write

VERSION = "0.3.0+m.1"
WHEEL = place(VERSION)
CONTENT = library(VERSION, "".join(f"LINE_{i}\n" for i in range(99)))


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    shipped: dict[str, str | bytes | None] = {
        "pyproject.toml": Index(tmp_path / "index").project(VERSION),
        WHEEL: CONTENT,
        "vendor/platform.lock": platform_lock(VERSION, CONTENT),
    }
    made.release("v1", shipped)
    return made


def kinds(standing: CheckResult) -> list[tuple[str, str]]:
    return [(one.path, one.kind) for one in standing.vendored]


def hint(repo: Path, standing: CheckResult, message: str = "Mend") -> None:
    """Do what is told, and find nothing any more."""
    words = standing.vendored[0].hint.removesuffix(" && git commit")
    command = words.replace("modelyard ", f"{sys.executable} -m modelyard ")
    command = command.replace("/tmp/fresh", str(repo.parent / "fresh"))  # noqa: S108
    subprocess.run(["sh", "-ec", command], cwd=repo, check=True, capture_output=True)
    git(repo, "commit", "--quiet", "--all", "--allow-empty", "--message", message)
    assert check(repo).ok(strict=True)
    assert (repo / WHEEL).read_bytes() == CONTENT


@pytest.mark.parametrize("rule", ["*.whl\n", "vendor/\n"])
def test_a_wheel_that_the_machine_left_out(
    world: World, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (world.folder / "ignore").write_text(rule)
    (world.folder / "config").write_text(f"[core]\n\texcludesFile = {world.folder / 'ignore'}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(world.folder / "config"))
    repo = world.repo()
    assert git(repo, "ls-files", WHEEL) == "" and git(repo, "status", "--porcelain") == ""
    standing = check(repo)
    assert kinds(standing) == [(WHEEL, "untracked")]
    assert standing.vendored[0].hint == f"git add --force {WHEEL} && git commit"
    assert not standing.ok(strict=False), "no clone installs"
    if rule == "vendor/\n":
        git(repo, "add", "--force", "vendor/platform.lock")
    hint(repo, standing)


def test_a_clone_of_such_a_repo_lacks_it(world: World) -> None:
    repo = world.repo()
    git(repo, "rm", "--quiet", "--cached", WHEEL)
    git(repo, "commit", "--quiet", "--amend", "--message", "Start")
    git(world.folder, "clone", "--quiet", str(repo), "clone")
    standing = check(world.folder / "clone")
    assert kinds(standing) == [(WHEEL, "missing")]
    assert "modelyard new" in standing.vendored[0].hint
    hint(world.folder / "clone", standing)


def test_one_that_was_deleted_comes_back_out_of_history(world: World) -> None:
    repo = world.repo()
    first = git(repo, "rev-parse", "--short", "HEAD").strip()
    write(repo, {WHEEL: None})
    commit(repo)
    standing = check(repo)
    assert (kinds(standing), standing.drifts) == ([(WHEEL, "missing")], ())
    assert standing.vendored[0].hint == f"git checkout {first} -- {WHEEL}"
    hint(repo, standing)


def test_one_that_was_edited(world: World) -> None:
    repo = world.repo()
    first = git(repo, "rev-parse", "--short", "HEAD").strip()
    write(repo, {WHEEL: CONTENT + b"more"})
    commit(repo)
    standing = check(repo)
    assert (kinds(standing), standing.drifts) == ([(WHEEL, "edited")], ())
    assert standing.vendored[0].hint == f"git checkout {first} -- {WHEEL}"
    assert not standing.ok(strict=False)
    git(world.folder, "clone", "--quiet", "--bare", str(repo), "bare.git")
    assert kinds(check(world.folder / "bare.git")) == [(WHEEL, "edited")]
    hint(repo, standing)


def test_one_that_git_converts_in_the_work_tree(world: World) -> None:
    repo = world.repo()
    write(repo, {".gitattributes": "* text eol=crlf\n"})
    commit(repo)
    write(repo, {WHEEL: None})
    git(repo, "checkout", "--", WHEEL)
    assert (repo / WHEEL).read_bytes() != CONTENT
    standing = check(repo)
    assert kinds(standing) == [(WHEEL, "converted")]
    subprocess.run(["sh", "-ec", standing.vendored[0].hint], cwd=repo, check=True)
    assert (repo / WHEEL).read_bytes() == CONTENT
    git(repo, "commit", "--quiet", "--all", "--message", "Mend")
    assert check(repo).vendored == ()


def test_a_wheel_of_the_owners_own_counts_too(world: World) -> None:
    repo = world.repo()
    text = (repo / "pyproject.toml").read_text() + 'mine = { path = "wheels/mine-1.whl" }\n'
    write(repo, {"pyproject.toml": text})
    commit(repo)
    standing = check(repo)
    assert kinds(standing) == [("wheels/mine-1.whl", "missing")]
    assert standing.vendored[0].hint == ""
    write(repo, {"wheels/mine-1.whl": "mine"})
    assert kinds(check(repo)) == [("wheels/mine-1.whl", "untracked")]


def test_an_owner_who_takes_the_library_from_elsewhere_needs_none(world: World) -> None:
    repo = world.repo()
    text = (repo / "pyproject.toml").read_text().partition("[tool.uv.sources]")[0]
    write(repo, {"pyproject.toml": text, WHEEL: None})
    commit(repo)
    standing = check(repo)
    assert standing.vendored == () and [d.kind for d in standing.drifts] == ["edited", "deleted"]


def test_it_is_told_with_its_command_and_in_json(world: World) -> None:
    repo = world.repo()
    write(repo, {WHEEL: None})
    commit(repo)
    command = [sys.executable, "-m", "modelyard", "check", str(repo)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 4
    assert "not in the commit" in done.stdout and "hint: git checkout" in done.stdout
    done = subprocess.run([*command, "--json"], capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["ok"] is False
    assert [(one["path"], one["kind"]) for one in found["vendored"]] == [(WHEEL, "missing")]
