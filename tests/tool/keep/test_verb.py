"""What is written is whole or not there."""

from pathlib import Path

import pytest

from modelyard.errors import Busy, NotReady, Usage
from modelyard.gitrepo.repo import open_repo
from modelyard.keep import verb
from modelyard.settings.repo_settings import NAME, Kept
from modelyard.update.apply import claimed
from tests.repos import git
from tests.tool.worlds import World, commit, state, write


def test_a_write_that_fails_leaves_all_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = world.repo()
    verb.keep(repo, "a.txt", because="one")
    before = state(repo)

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            verb.keep(repo, "b.txt")
    assert state(repo) == before
    verb.keep(repo, "b.txt")
    assert [one.path for one in verb.listed(repo).entries] == ["a.txt", "b.txt"]


def test_the_mode_of_the_file_stays(world: World) -> None:
    repo = world.repo()
    verb.keep(repo, "a.txt")
    (repo / ".modelyard.toml").chmod(0o640)
    verb.keep(repo, "b.txt")
    assert (repo / ".modelyard.toml").stat().st_mode & 0o777 == 0o640


def test_what_is_recorded_at_once_is_all_there_or_refused(world: World) -> None:
    repo = world.repo()
    with claimed(open_repo(repo), needs_clean_tree=False):
        with pytest.raises(Busy, match="another modelyard"):
            verb.keep(repo, "a.txt")
        with pytest.raises(Busy, match="another modelyard"):
            verb.drop(repo, "a.txt")
    assert verb.keep(repo, "a.txt").entries == (Kept("a.txt"),)


def test_settings_whose_line_ends_git_has_turned_are_committed(world: World) -> None:
    repo = world.repo()
    git(repo, "config", "core.autocrlf", "true")
    assert not verb.keep(repo, "a.txt").is_committed
    commit(repo)
    (repo / NAME).unlink()
    git(repo, "checkout", "--", NAME)
    assert b"\r\n" in (repo / NAME).read_bytes()
    assert verb.listed(repo).is_committed
    assert not verb.drop(repo, "a.txt").is_committed


def test_a_folder_of_a_project_says_where_its_entries_are(world: World) -> None:
    repo = world.repo()
    write(repo, {"sub/x.txt": "x\n"})
    commit(repo)
    verb.keep(repo, "a.txt")
    for call in (verb.listed, lambda path: verb.drop(path, "a.txt")):
        with pytest.raises(NotReady, match="the project is") as error:
            call(repo / "sub")
        assert error.value.hint.startswith(f"cd {repo}")


@pytest.mark.parametrize("because", ["100\u00a0%", "理由\u3000です"])
def test_spaces_of_any_script_are_text(world: World, because: str) -> None:
    repo = world.repo()
    write(repo, {f"{because}.txt": "x\n"})
    commit(repo)
    verb.keep(repo, f"{because}.txt", because=because)
    assert verb.listed(repo).entries == (Kept(f"{because}.txt", "", because),)


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1b.txt", "a\udcff.txt"])
def test_a_name_that_no_settings_can_have_is_said(world: World, name: str) -> None:
    repo = world.repo()
    write(repo, {name: "x\n"})
    with pytest.raises(Usage, match="cannot stand in a file of settings"):
        verb.keep(repo, name)


def test_commands_in_hints_take_a_path_for_no_option(world: World) -> None:
    repo = world.repo()
    write(repo, {"-x y.cfg": "x\n"})
    with pytest.raises(Usage) as error:
        verb.keep(repo, "./-x y.cfg", key="a")
    assert error.value.hint.startswith("modelyard keep './-x y.cfg'")
