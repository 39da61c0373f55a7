"""Locks of repos that hold a library as a wheel in `vendor/`."""

from pathlib import Path
from typing import Any

import pytest

from modelyard.lockfiles import path_sources, relock
from modelyard.lockfiles.sources import Source
from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.repos import git
from tests.tool.wheels import LIBRARY, Index, library, place, platform_lock, wheel
from tests.tool.worlds import CONFIG, World, commit, state, write

RULES = CONFIG + "_skip_if_exists: [requirements.lock]\n"
V1, V2 = "0.3.0+m.1", "0.4.0+m.1"
LOCK = "requirements.lock"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    made = Index(tmp_path / "index")
    for name, value in made.settings.items():
        monkeypatch.setenv(name, value)
    return made


def files(index: Index, version: str, wheel: bytes, *pins: str, more: str = "") -> dict[str, Any]:
    return {
        "pyproject.toml": index.project(version, "two>=1", more=more),
        place(version): wheel,
        "vendor/platform.lock": platform_lock(version, wheel),
        LOCK: index.pins(*pins),
    }


@pytest.fixture
def world(tmp_path: Path, index: Index) -> World:
    """Two releases of a template whose repos have a split lock; the second has a new wheel."""
    made = World(tmp_path)
    made.release("v1", files(index, V1, library(V1), "one==1.0", "two==1.0"), RULES)
    newer = files(index, V2, library(V2, "one==1.1\n", ["one>=1.1"]), "one==1.1", "two==1.0")
    made.release("v2", {**newer, place(V1): None}, RULES)
    return made


def reasons(outcome: Any, path: str = LOCK) -> list[str]:
    return [notice.text for notice in outcome.notices if notice.path == path]


def own(repo: Path, old: str = "two>=1", new: str = 'two>=1",\n    "three==1.1') -> None:
    text = (repo / "pyproject.toml").read_text()
    write(repo, {"pyproject.toml": text.replace(old, new)})
    commit(repo, "A dependency of our own")


def test_an_untouched_lock_that_is_yours_becomes_the_releases(world: World, index: Index) -> None:
    repo = world.repo()
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / LOCK).read_text() == index.pins("one==1.1", "two==1.0")
    assert reasons(outcome) == ["the template's lock, for the same dependencies"]
    assert (repo / place(V2)).exists() and not (repo / place(V1)).exists()


@pytest.mark.parametrize("where", ["work tree", "worktree", "bare", "elsewhere"])
def test_a_dependency_of_the_owners_is_locked_beside_the_new_wheel(
    world: World, index: Index, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = world.repo()
    own(repo)
    wanted = index.pins("one==1.1", "three==1.1", "two==1.0")
    if where == "bare":
        git(world.folder, "clone", "--quiet", "--bare", str(repo), "bare.git")
        outcome = update(world.folder / "bare.git", branch="up")
        assert git(world.folder / "bare.git", "show", f"up:{LOCK}") == wanted
    else:
        if where == "worktree":
            git(repo, "worktree", "add", "--quiet", "-b", "other", str(world.folder / "beside"))
            repo = world.folder / "beside"
        if where == "elsewhere":
            monkeypatch.chdir(world.folder)
        outcome = update(Path(repo.name) if where == "elsewhere" else repo)
        assert (repo / LOCK).read_text() == wanted
    assert outcome.status == "clean"
    assert reasons(outcome) == ["compiled anew from the merged pyproject.toml"]


def test_a_tested_version_is_a_preference_and_no_constraint(world: World, index: Index) -> None:
    repo = world.repo()
    own(repo, "two>=1", 'one>=2",\n    "two>=1')
    assert update(repo).status == "clean"
    assert (repo / LOCK).read_text() == index.pins("one==2.0", "two==1.0")


def test_a_wheel_with_other_bytes_under_the_same_name_is_locked_anew(
    world: World, index: Index
) -> None:
    newer = library(V2, "one==1.1\nthree==1.0\n", ["one>=1.1", "three"])
    pins = ("one==1.1", "three==1.0", "two==1.0")
    world.release("v3", files(index, V2, newer, *pins), RULES)
    repo = world.repo("v2")
    write(repo, {LOCK: index.pins("one==1.1", "two==1.1")})
    commit(repo, "Take a newer one")
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / LOCK).read_text() == index.pins("one==1.1", "three==1.0", "two==1.1")


def test_what_the_owner_had_in_a_lock_is_told_where_it_goes(world: World, index: Index) -> None:
    repo = world.repo()
    write(repo, {LOCK: index.pins("one==1.0", "three==2.0", "two==1.0")})
    commit(repo, "A pin by hand")
    outcome = update(repo)
    assert (outcome.status, (repo / LOCK).read_text()) == (
        "clean",
        index.pins("one==1.1", "two==1.0"),
    )
    told = [line for notice in outcome.notices if notice.path == LOCK for line in notice.lines]
    assert any(line.startswith("three==2.0") for line in told)
    assert not any("kept" in reason for reason in reasons(outcome))


def test_a_lock_whose_dependencies_stay_is_the_owners(world: World, index: Index) -> None:
    newer = {LOCK: index.pins("one==2.0", "two==2.0")}
    world.release("v3", newer, RULES)
    repo = world.repo("v2")
    write(repo, {LOCK: index.pins("one==1.1", "two==1.1")})
    commit(repo, "Take a newer one")
    outcome = update(repo)
    assert (repo / LOCK).read_text() == index.pins("one==1.1", "two==1.1")
    assert reasons(outcome) == ["yours: rendered once, kept as you have it"]


def test_a_wheel_that_the_repo_lacks_is_named(world: World) -> None:
    repo = world.repo()
    text = (repo / "pyproject.toml").read_text().replace('"two>=1"', '"mine",\n    "two>=1"')
    write(repo, {"pyproject.toml": text + 'mine = { path = "wheels/mine-1.whl" }\n'})
    commit(repo)
    outcome = update(repo)
    assert any("names wheels/mine-1.whl, which is not in the repo" in r for r in reasons(outcome))


def test_a_wheel_that_is_no_wheel_is_not_built(world: World) -> None:
    repo = world.repo()
    text = (repo / "pyproject.toml").read_text().replace('"two>=1"', '"mine",\n    "two>=1"')
    more = 'mine = { path = "wheels/mine-1.tar.gz" }\n'
    write(repo, {"pyproject.toml": text + more, "wheels/mine-1.tar.gz": b"\0"})
    commit(repo)
    assert any("has to be built, which runs its code" in r for r in reasons(update(repo)))


@pytest.mark.parametrize("path", ["../../outside.whl", "/etc/outside.whl", "vendor/../x.whl"])
def test_a_path_out_of_the_project_is_never_read_or_written(
    world: World, index: Index, path: str, tmp_path: Path
) -> None:
    (tmp_path / "outside.whl").write_bytes(b"outside")
    repo = world.repo()
    text = (repo / "pyproject.toml").read_text()
    hostile = text.replace(
        "[tool.uv.sources]\n", f'[tool.uv.sources]\nbad = {{ path = "{path}" }}\n'
    )
    write(repo, {"pyproject.toml": hostile.replace('"two>=1"', '"bad",\n    "two>=1"')})
    commit(repo)
    outcome = update(repo)
    assert any(reason.startswith("stale: compile it anew") for reason in reasons(outcome))
    assert (tmp_path / "outside.whl").read_bytes() == b"outside"


def test_a_link_in_the_place_of_a_wheel_is_not_followed(world: World, index: Index) -> None:
    repo = world.repo()
    secret = world.folder / "secret.whl"
    secret.write_bytes(wheel("bad", "1"))
    (repo / "vendor" / "bad-1-py3-none-any.whl").symlink_to(secret)
    more = 'bad = { path = "vendor/bad-1-py3-none-any.whl" }\n'
    text = (repo / "pyproject.toml").read_text().replace('"two>=1"', '"bad",\n    "two>=1"')
    write(repo, {"pyproject.toml": text + more})
    commit(repo)
    assert any("which is not in the repo" in one for one in reasons(update(repo)))


def test_no_relock_leaves_the_lock_and_says_so(world: World) -> None:
    from modelyard.update.one_repo import UpdateOptions

    repo = world.repo()
    own(repo)
    before = (repo / LOCK).read_text()
    outcome = update(repo, options=UpdateOptions(relock=False))
    assert (repo / LOCK).read_text() == before
    assert any("--no-relock" in reason for reason in reasons(outcome))


def test_a_conflict_changes_nothing_about_the_lock(world: World) -> None:
    repo = world.repo()
    own(repo, f"{LIBRARY}=={V1}", f"{LIBRARY}[x]=={V1}")
    before = state(repo)[3][LOCK]
    outcome = update(repo)
    assert outcome.conflicts
    assert state(repo)[3][LOCK] == before
    assert any("stale until" in reason for reason in reasons(outcome))


# One lock alone ---------------------------------------------------------------------------------


def lock(index: Index, project: str, old: str, *sources: Source) -> str:
    made = relock.compile(LOCK, project.encode(), old.encode(), sources)
    assert made.content is not None, made.reason
    return made.content.decode()


def test_a_lock_with_a_path_line_keeps_its_form(index: Index) -> None:
    content = library(V1, requires=["one>=1", "two ; sys_platform == 'win32'"])
    group = f'[dependency-groups]\ndev = ["{LIBRARY}"]\nother = ["three"]\n'
    project = index.project(V1, more=group)
    marked = index.pins("two==1.0").replace("two==1.0", "two==1.0 ; sys_platform == 'win32'")
    old = index.pins("one==1.0") + marked + platform_lock(V1, content)
    new = lock(index, project, old, Source(LIBRARY, place(V1), content))
    assert sorted(new.splitlines()) == sorted(old.splitlines())


def test_groups_and_extras_are_found_beside_a_wheel_that_is_left_out(index: Index) -> None:
    more = f'[dependency-groups]\ndev = ["{LIBRARY}", "three"]\nother = ["{LIBRARY}"]\n'
    source = Source(LIBRARY, place(V1), library(V1), left_out=True)
    old = index.pins("one==1.0", "three==1.0")
    assert lock(index, index.project(V1, more=more), old, source) == old


def test_the_cache_tells_wheels_apart(index: Index) -> None:
    one = Source(LIBRARY, place(V1), library(V1))
    two = Source(LIBRARY, place(V1), library(V1, requires=["two"]))
    project = index.project(V1)
    assert "one==" in lock(index, project, "one==1.0\n", one)
    assert "one==" not in lock(index, project, "one==1.0\n", two)


def test_what_is_no_pin_in_a_wheel_never_reaches_uv(index: Index) -> None:
    bad = (
        "--index-url https://example.invalid/\n-r /etc/passwd\none @ file:///x\none>=1\none==1.*\n"
    )
    source = Source(LIBRARY, place(V1), library(V1, f"{bad}one==1.1 # tested\n"))
    text = lock(index, index.project(V1), "one==1.0\n", source)
    assert "one==1.1" in text.splitlines() and "invalid" not in text


def test_a_wheel_that_is_no_archive_has_no_tested_versions(index: Index) -> None:
    from modelyard.lockfiles import tested_versions

    assert tested_versions.read(b"no archive") == {}
    assert tested_versions.preferred("one==1.0\n", [b"PK\x03\x04"]) == "one==1.0\n"


@pytest.mark.parametrize("bad", [b"[project", b"\xff\xfe", b"a = " + b"[" * 5000])
def test_a_pyproject_that_cannot_be_read_is_named(bad: bytes) -> None:
    assert relock.compile(LOCK, bad, b"").reason is NoticeReason.LOCK_UNREADABLE
    assert path_sources.read(bad) == {}


def test_odd_values_in_a_pyproject_stop_nobody() -> None:
    odd = b"project = 1\ndependency-groups = {dev = 1}\n[tool.uv]\nsources = {a = [1, {path = 2}]}"
    assert path_sources.read(odd) == {}
    assert relock.compile(LOCK, odd, b"one==1.0\n").content is None


def test_uv_lock_finds_the_wheel(index: Index) -> None:
    source = Source(LIBRARY, place(V1), library(V1))
    old = b'version = 1\nrequires-python = ">=3.11"\n'
    made = relock.compile("uv.lock", index.project(V1).encode(), old, (source,))
    assert made.content is not None and place(V1).encode() in made.content, made.reason
