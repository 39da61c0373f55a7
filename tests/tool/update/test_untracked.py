"""What git does not track is nobody's to touch, also where it is a path's neighbour that moves."""

import shutil
from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update import update
from modelyard.update.result import UpdateResult
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, write

PRECIOUS = "precious, and in no commit\n"


def keep_to_myself(repo: Path, *rules: str, by: str = "exclude") -> None:
    """Have git ignore something: by the repo's own rules, or by what only this clone knows."""
    if by == "exclude":
        (repo / ".git" / "info").mkdir(exist_ok=True)
        (repo / ".git" / "info" / "exclude").write_text("\n".join(rules) + "\n")
    else:
        write(repo, {".gitignore": "\n".join(rules) + "\n"})
        commit(repo, "Ignore")


def reasons(found: UpdateResult, path: str) -> set[object]:
    return {notice.reason for notice in found.notices if notice.path == path}


def folder_becomes(world: World, **kinds: str) -> None:
    """Release a first version with a folder `conf`, and a second one with something else there."""
    world.release("v1", {"a.txt": "a\n", "conf/a.yaml": lines(9)})
    shutil.rmtree(world.template / "template" / "conf")
    if "link" in kinds:
        (world.template / "template" / "conf").symlink_to(kinds["link"])
    else:
        write(world.template, {"template/conf": kinds["file"]})
    config = CONFIG + "_preserve_symlinks: true\n"
    world.release("v2", {"a.txt": "b\n", "place": "a file\n"}, config)


BY = pytest.mark.parametrize("by", ["exclude", "gitignore"])
IN_THE_WAY = {NoticeReason.IGNORED, NoticeReason.OCCUPIED, NoticeReason.FOLDER_OCCUPIED}


@BY
@pytest.mark.parametrize("branch", [None, "up"])
def test_in_a_folder_that_becomes_a_file(tmp_path: Path, by: str, branch: str | None) -> None:
    world = World(tmp_path)
    folder_becomes(world, file="one file\n")
    repo = world.repo()
    keep_to_myself(repo, "*.env", by=by)
    write(repo, {"conf/deep/secret.env": PRECIOUS})
    found = update(repo, branch=branch)
    assert (repo / "conf/deep/secret.env").read_text() == PRECIOUS
    assert reasons(found, "conf") == {NoticeReason.FOLDER_OCCUPIED}
    assert found.status == "clean" and "conf" not in found.changes
    if branch:
        git(repo, "merge", "--quiet", branch)
        assert (repo / "conf/deep/secret.env").read_text() == PRECIOUS
    assert (repo / "a.txt").read_text() == "b\n"


@BY
def test_in_a_folder_that_becomes_a_link(tmp_path: Path, by: str) -> None:
    world = World(tmp_path)
    folder_becomes(world, link="other")
    repo = world.repo()
    keep_to_myself(repo, "*.env", by=by)
    write(repo, {"conf/secret.env": PRECIOUS})
    found = update(repo)
    assert (repo / "conf/secret.env").read_text() == PRECIOUS
    assert reasons(found, "conf") == {NoticeReason.FOLDER_OCCUPIED}


def test_empty_folders_are_in_nobodys_way(tmp_path: Path) -> None:
    world = World(tmp_path)
    folder_becomes(world, file="one file\n")
    repo = world.repo()
    (repo / "conf" / "deep" / "deeper").mkdir(parents=True)
    (repo / "place").mkdir()
    found = update(repo)
    assert (repo / "conf").read_text() == "one file\n" and not found.notices
    assert (repo / "place").read_text() == "a file\n"


@BY
def test_where_a_folder_that_the_template_renames_carries_a_file_of_the_user(
    tmp_path: Path, by: str
) -> None:
    world = World(tmp_path)
    old = {f"src/{name}.txt": lines(30, name) for name in "abc"}
    new = {f"lib/{name}.txt": lines(30, name) for name in "abc"}
    world.release("v1", old)
    world.release("v2", {**dict.fromkeys(old), **new})
    repo = world.repo()
    keep_to_myself(repo, "/lib/mine.txt", by=by)
    write(repo, {"src/mine.txt": "committed\n"})
    commit(repo)
    write(repo, {"lib/mine.txt": PRECIOUS})
    found = update(repo)
    assert (repo / "lib/mine.txt").read_text() == PRECIOUS
    assert (repo / "src/mine.txt").read_text() == "committed\n"
    assert (repo / "lib/a.txt").read_text() == lines(30, "a")
    assert reasons(found, "src/mine.txt") == {NoticeReason.NOT_MOVED}
    assert git(repo, "ls-files", "lib/mine.txt") == ""


@BY
def test_where_a_folder_that_the_user_renamed_carries_a_file_of_the_template(
    tmp_path: Path, by: str
) -> None:
    world = World(tmp_path)
    world.release("v1", {f"src/{name}.txt": lines(30, name) for name in "abc"})
    world.release("v2", {"src/new.txt": "the template's\n", "src/a.txt": lines(30, "a", l3="X")})
    repo = world.repo()
    (repo / "src").rename(repo / "lib")
    keep_to_myself(repo, "/lib/new.txt", by=by)
    commit(repo)
    write(repo, {"lib/new.txt": PRECIOUS})
    found = update(repo)
    assert (repo / "lib/new.txt").read_text() == PRECIOUS
    assert (repo / "lib/a.txt").read_text() == lines(30, "a", l3="X")
    assert reasons(found, "src/new.txt") == {NoticeReason.CARRIED_ONTO}
    assert git(repo, "ls-files", "lib/new.txt", "src") == ""


@BY
@pytest.mark.parametrize("mine", ["file", "folder"])
def test_where_git_moves_one_side_of_a_conflict_aside(tmp_path: Path, by: str, mine: str) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "a\n"})
    as_file, as_folder = {"lib": "a file\n"}, {"lib/x.txt": "in a folder\n"}
    world.release("v2", as_folder if mine == "file" else as_file)
    repo = world.repo()
    keep_to_myself(repo, "lib~*", by=by)
    write(repo, as_file if mine == "file" else as_folder)
    git(repo, "add", "--force", "lib")
    commit(repo)
    side = "yours" if mine == "file" else "template"
    write(repo, {f"lib~{side}": PRECIOUS, f"lib~{side}_0": PRECIOUS})
    found = update(repo)
    assert found.status == "conflict"
    assert (repo / f"lib~{side}").read_text() == PRECIOUS
    assert (repo / f"lib~{side}_0").read_text() == PRECIOUS
    assert (repo / f"lib~{side}_1").read_text() == "a file\n"
    assert [conflict.path for conflict in found.conflicts] == [f"lib~{side}_1"]
    assert git(repo, "diff", "--name-only", "--diff-filter=U") == f"lib~{side}_1\n"
    git(repo, "reset", "--quiet", "--hard")
    assert (repo / f"lib~{side}").read_text() == PRECIOUS


@BY
@pytest.mark.parametrize("there", ["a link", "a file"])
def test_in_the_place_of_a_folder(tmp_path: Path, by: str, there: str) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "a\n"})
    world.release("v2", {"data/README.md": "read\n", "data/deep/x.txt": "x\n"})
    repo = world.repo()
    keep_to_myself(repo, "/data", by=by)
    (tmp_path / "disk").mkdir()
    write(tmp_path, {"disk/README.md": PRECIOUS})
    if there == "a link":
        (repo / "data").symlink_to(tmp_path / "disk")
    else:
        write(repo, {"data": PRECIOUS})
    found = update(repo)
    assert (tmp_path / "disk/README.md").read_text() == PRECIOUS
    assert (repo / "data").is_symlink() == (there == "a link")
    assert reasons(found, "data/README.md") & IN_THE_WAY
    assert reasons(found, "data/deep/x.txt") & IN_THE_WAY


@BY
@pytest.mark.parametrize("release", [{"data/README.md": "read\n"}, {"data": "a file\n"}])
def test_a_repository_in_the_folder(tmp_path: Path, by: str, release: dict[str, str]) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "a\n"})
    world.release("v2", release)
    repo = world.repo()
    keep_to_myself(repo, "/data/", by=by)
    git(repo / "data", "init", "--quiet")
    write(repo, {"data/mine.txt": PRECIOUS})
    found = update(repo)
    assert (repo / "data/mine.txt").read_text() == PRECIOUS
    assert git(repo / "data", "status", "--porcelain") == "?? mine.txt\n"
    assert reasons(found, next(iter(release)))


@pytest.mark.parametrize("branch", [None, "up"])
def test_a_file_that_the_release_ships_and_ignores_no_more(
    tmp_path: Path, branch: str | None
) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "a\n", ".gitignore": "*.env\n*.log\n"})
    world.release("v2", {"a.txt": "b\n", ".gitignore": "*.log\n", "local.env": "shipped\n"})
    repo = world.repo()
    write(repo, {"local.env": PRECIOUS})
    found = update(repo, branch=branch)
    assert reasons(found, "local.env") == {NoticeReason.OCCUPIED}
    if branch:
        git(repo, "merge", "--quiet", branch)
    assert (repo / "local.env").read_text() == PRECIOUS


def test_a_submodule_is_not_carried_along(tmp_path: Path) -> None:
    world = World(tmp_path)
    old = {f"src/{name}.txt": lines(30, name) for name in "abc"}
    new = {f"lib/{name}.txt": lines(30, name) for name in "abc"}
    world.release("v1", old)
    world.release("v2", {**dict.fromkeys(old), **new})
    repo = world.repo()
    write(repo, {"src/sub/x.txt": "x\n"})
    git(repo / "src/sub", "init", "--quiet")
    commit(repo / "src/sub")
    commit(repo)
    assert git(repo, "ls-files", "--stage", "src/sub").startswith("160000")
    write(repo, {"src/sub/x.txt": "edited\n"})
    found = update(repo)
    assert reasons(found, "src/sub") == {NoticeReason.SUBMODULE_STAYS}
    assert (repo / "src/sub/x.txt").read_text() == "edited\n"
    assert git(repo, "ls-files", "--stage", "src/sub").startswith("160000")


def test_a_file_whose_name_changes_its_case_is_no_obstacle(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"readme.md": lines(9)})
    world.release("v2", {"readme.md": None, "README.md": lines(9, l3="X")})
    repo = world.repo()
    found = update(repo)
    assert found.status == "clean" and not found.notices
    assert (repo / "README.md").read_text() == lines(9, l3="X")


@pytest.mark.parametrize("untracked", ["conf/deep/secret.env", "new/x.txt", "gone~yours"])
def test_a_folder_that_becomes_empty_keeps_what_git_does_not_know(
    tmp_path: Path, untracked: str
) -> None:
    world = World(tmp_path)
    world.release("v1", {"conf/a.yaml": lines(9), "a.txt": "a\n"})
    world.release("v2", {"conf/a.yaml": None})
    repo = world.repo()
    keep_to_myself(repo, "/conf/deep", "/new", "*~yours")
    write(repo, {untracked: PRECIOUS})
    (repo / "conf" / "empty").mkdir()
    assert update(repo).status == "clean"
    assert (repo / untracked).read_text() == PRECIOUS
    assert (repo / "conf" / "empty").is_dir()
