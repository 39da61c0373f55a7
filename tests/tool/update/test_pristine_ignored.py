"""What a template ships and ignores was never tracked; a release may move it, or track it."""

import shutil
from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.repos import git
from tests.tool.update.test_pristine import Files, fresh, make, tracked, updated
from tests.tool.worlds import World, commit, lines, write


@pytest.fixture
def bare(tmp_path: Path) -> World:
    """A world without releases."""
    return World(tmp_path)


def shipped_but_ignored(world: World, content: str = "a = 1\n") -> Files:
    """Release v1, whose own rules ignore a file of it."""
    files = Files(world)
    files.put(".gitignore", "local/\n")
    files.put("local/settings.toml", content)
    make(world, "v1")
    return files


def test_a_release_ships_a_path_and_ends_its_being_ignored(bare: World) -> None:
    files = Files(bare)
    files.put(".gitignore", "*.log\nlocal/\n")
    make(bare, "v1")
    files.put(".gitignore", "*.log\n")
    files.put("local/settings.toml", "a = 1\n")
    updated(bare)


def test_a_release_ships_a_path_and_has_it_ignored_at_once(bare: World) -> None:
    files = Files(bare)
    files.put(".gitignore", "*.log\n")
    make(bare, "v1")
    files.put(".gitignore", "*.log\nonce.sh\n")
    files.put("once.sh", "echo once\n")
    files.put("logs/.gitignore", "*\n!keep.txt\n")
    files.put("logs/keep.txt", "kept\n")
    files.put("logs/run.txt", "not kept\n")
    updated(bare)


def test_what_a_rule_of_the_same_release_ignores_is_not_written_but_named(bare: World) -> None:
    files = Files(bare)
    make(bare, "v1")
    files.put(".gitignore", "once.sh\n")
    files.put("once.sh", "echo once\n")
    make(bare, "v2")
    repo = bare.repo("v1")
    outcome = update(repo, to="v2")
    told = {(notice.path, notice.reason) for notice in outcome.notices}
    assert told == {("once.sh", NoticeReason.IGNORED)}
    assert "once.sh" not in outcome.changes and not (repo / "once.sh").exists()


def test_a_rule_of_the_same_release_that_the_user_has_undone_ignores_nothing(bare: World) -> None:
    files = Files(bare)
    files.put(".gitignore", "*.log\n")
    make(bare, "v1")
    files.put(".gitignore", "*.sh\n*.log\n")
    files.put("once.sh", "echo once\n")
    make(bare, "v2")
    repo = bare.repo("v1")
    write(repo, {".gitignore": "*.log\n\n# mine\n!once.sh\n"})
    commit(repo)
    outcome = update(repo, to="v2")
    assert outcome.status == "clean" and "once.sh" in outcome.changes


def test_a_path_that_was_shipped_but_ignored_is_not_ignored_any_more(bare: World) -> None:
    files = shipped_but_ignored(bare)
    files.put(".gitignore", "*.log\n")
    updated(bare)


def test_a_file_that_was_ignored_moves_to_where_it_is_not(bare: World) -> None:
    files = shipped_but_ignored(bare, lines(9))
    files.remove("local")
    files.put("conf/settings.toml", lines(9, l3="THREE"))
    make(bare, "v2")
    repo = bare.repo("v1")
    outcome = update(repo, to="v2")
    assert outcome.status == "clean" and not outcome.notices
    assert (repo / "conf/settings.toml").read_text() == lines(9, l3="THREE")
    assert (repo / "local/settings.toml").read_text() == lines(9)


def test_a_clone_gets_a_path_that_is_not_ignored_any_more(bare: World) -> None:
    files = shipped_but_ignored(bare)
    files.put(".gitignore", "*.log\n")
    make(bare, "v2")
    repo = bare.repo("v1")
    shutil.rmtree(repo / "local")
    outcome = update(repo, to="v2")
    assert outcome.status == "clean" and not outcome.notices
    assert tracked(repo) == fresh(bare, "v2")


def test_a_file_that_was_tracked_all_the_same_and_deleted_stays_deleted(bare: World) -> None:
    files = shipped_but_ignored(bare)
    files.put(".gitignore", "*.log\n")
    make(bare, "v2")
    repo = bare.repo("v1")
    git(repo, "add", "--force", "local")
    commit(repo)
    git(repo, "rm", "--quiet", "-r", "local")
    commit(repo)
    update(repo, to="v2")
    assert not (repo / "local").exists()


def test_an_ignored_file_as_it_was_rendered_is_not_overwritten_but_named(bare: World) -> None:
    files = shipped_but_ignored(bare, lines(9))
    files.put(".gitignore", "*.log\n")
    files.put("local/settings.toml", lines(9, l3="THREE"))
    make(bare, "v2")
    repo = bare.repo("v1")
    outcome = update(repo, to="v2")
    assert (repo / "local/settings.toml").read_text() == lines(9)
    told = [notice.path for notice in outcome.notices if notice.reason is NoticeReason.OCCUPIED]
    assert told == ["local/settings.toml"]
