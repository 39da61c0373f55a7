"""A wheel in `vendor/` arrives byte for byte and is tracked, whatever git ignores or converts."""

import os
from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.new import new
from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.repos import git
from tests.tool.wheels import Index, library, place, platform_lock
from tests.tool.worlds import World, commit, state, write

V1, V2 = "0.3.0+m.1", "0.4.0+m.1"
UNIGNORE = "!/vendor/\n!/vendor/*.whl\n"
SAME = "".join(f"LINE_{i} = {i}\n" for i in range(400))
OLD, NEW = library(V1, SAME), library(V2, SAME + "one==1.0\n")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """v1 is a release without a library, v2 and v3 have one in two versions."""
    made = World(tmp_path)
    index = Index(tmp_path / "index")
    for name, value in index.settings.items():
        monkeypatch.setenv(name, value)
    made.release("v1", {"pyproject.toml": "[project]\nname = 'repo'\n", ".gitignore": "cache/\n"})
    for tag, version, content in (("v2", V1, OLD), ("v3", V2, NEW)):
        files: dict[str, str | bytes | None] = {
            "pyproject.toml": index.project(version),
            place(version): content,
            "vendor/platform.lock": platform_lock(version, content),
            ".gitignore": f"cache/\n{UNIGNORE}",
            ".gitattributes": "vendor/*.whl binary -filter\n",
        }
        made.release(tag, {**files, place(V1): content if version == V1 else None})
    return made


@pytest.fixture(params=["", "*.whl\n", "vendor/\n", "*\n"])
def ignoring(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, world: World) -> str:
    """A machine whose git ignores files of this kind everywhere."""
    machine = world.folder / "machine"
    machine.mkdir()
    (machine / "ignore").write_text(request.param)
    (machine / "config").write_text(
        f"[core]\n\texcludesFile = {machine / 'ignore'}\n"
        "[user]\n\tname = Test\n\temail = test@example.com\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(machine / "config"))
    return str(request.param)


def hiding(world: World) -> Path:
    """Return a repo with the first wheel, in which git ignores wheels."""
    repo = world.repo("v2")
    write(repo, {".gitignore": "cache/\n"})
    commit(repo, "Take the exceptions out")
    (repo / ".git/info/exclude").write_text("*.whl\n")
    return repo


def arrived(repo: Path, path: str, content: bytes) -> bool:
    assert (repo / path).read_bytes() == content
    assert git(repo, "ls-files", path).strip() == path
    assert git(repo, "diff", "--name-only", path) == ""
    return git(repo, "diff", "--cached", "--name-only", path).strip() == path


def test_whatever_the_machine_ignores(world: World, ignoring: str) -> None:
    repo = world.repo("v1")
    git(repo, "add", "--all", "--force")
    git(repo, "commit", "--quiet", "--allow-empty", "--message", "All")
    assert update(repo, "v2").status == "clean"
    assert arrived(repo, place(V1), OLD)
    git(repo, "commit", "--quiet", "--message", "Update")
    assert update(repo, "v3").status == "clean"
    assert arrived(repo, place(V2), NEW)
    assert not (repo / place(V1)).exists()


def test_a_new_repo_has_it_whatever_the_machine_ignores(world: World, ignoring: str) -> None:
    world.release("v4", {".gitignore": "cache/\n"})
    made = new(world.folder / "made", str(world.template), defaults=True)
    tracked = git(Path(made.path), "ls-files", "vendor").split()
    assert tracked == [place(V2), "vendor/platform.lock"]
    assert check(made.path).vendored == ()


@pytest.mark.parametrize("rule", ["*.whl\n", "vendor/\n", "*.whl\n/vendor\n"])
@pytest.mark.parametrize("first", [True, False])
def test_whatever_the_owner_ignores(world: World, rule: str, first: bool) -> None:
    repo = world.repo("v1")
    write(repo, {".gitignore": f"{rule}cache/\n" if first else f"cache/\n\n{rule}"})
    commit(repo)
    update(repo, "v2")
    assert arrived(repo, place(V1), OLD)
    assert arrived(repo, "vendor/platform.lock", platform_lock(V1, OLD).encode())


def test_a_new_file_that_the_same_update_stops_ignoring(world: World) -> None:
    world.release("v4", {".gitignore": "*.bin\ncache/\n"})
    world.release("v5", {".gitignore": "*.bin\ncache/\n!/keep.bin\n", "keep.bin": "keep\n"})
    repo = world.repo("v4")
    assert update(repo).status == "clean"
    assert arrived(repo, "keep.bin", b"keep\n")


def test_a_wheel_that_was_never_tracked_is_brought(world: World) -> None:
    repo = hiding(world)
    git(repo, "rm", "--quiet", "--cached", place(V1))
    git(repo, "commit", "--quiet", "--message", "As under a global *.whl")
    outcome = update(repo)
    assert outcome.status == "clean"
    assert arrived(repo, place(V2), NEW)
    assert any(n.path == place(V2) and n.reason is NoticeReason.NEEDED for n in outcome.notices)


def test_an_untracked_wheel_with_the_same_bytes_is_taken_as_it_is(world: World) -> None:
    repo = hiding(world)
    write(repo, {place(V2): NEW})
    os.utime(repo / place(V2), (1, 1))
    before = state(repo)
    assert update(repo).status == "clean"
    assert arrived(repo, place(V2), NEW)
    assert before[3][place(V2)] == NEW and (repo / place(V2)).stat().st_mtime == 1


def test_git_that_cannot_write_leaves_an_untracked_wheel(world: World) -> None:
    repo = hiding(world)
    write(repo, {place(V2): NEW})
    before = state(repo)
    (repo / ".git" / "index.lock").touch()
    with pytest.raises(Exception, match="could not write"):
        update(repo)
    (repo / ".git" / "index.lock").unlink(missing_ok=True)
    assert state(repo) == before


def test_another_untracked_file_in_its_place_is_kept_and_named(world: World) -> None:
    repo = hiding(world)
    write(repo, {place(V2): b"of our own build"})
    outcome = update(repo)
    assert (repo / place(V2)).read_bytes() == b"of our own build"
    assert any(n.path == place(V2) and n.reason is NoticeReason.OCCUPIED for n in outcome.notices)


def test_an_owner_who_takes_the_library_from_elsewhere_gets_no_wheel_back(world: World) -> None:
    repo = world.repo("v2")
    text = (repo / "pyproject.toml").read_text().partition("[tool.uv.sources]")[0]
    write(repo, {"pyproject.toml": text, place(V1): None, "vendor/platform.lock": None})
    commit(repo)
    update(repo)
    assert not (repo / place(V1)).exists()


@pytest.mark.parametrize("start", ["v1", "v2"])
def test_attributes_that_convert_text_leave_its_bytes_alone(world: World, start: str) -> None:
    repo = world.repo(start)
    attributes = "* text eol=crlf\n"
    if start == "v2":
        attributes += (repo / ".gitattributes").read_text()
    write(repo, {".gitattributes": attributes})
    commit(repo)
    update(repo)
    assert (repo / place(V2)).read_bytes() == NEW
    stored = git(repo, "rev-parse", f":{place(V2)}").strip()
    assert stored == git(repo, "hash-object", "--no-filters", place(V2)).strip()
