"""What a folder may be that is no repository of ours."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.gitrepo import environment, git
from modelyard.gitrepo.cache import cache_folder
from modelyard.gitrepo.repo import open_repo
from tests import repos
from tests.tool.worlds import commit, init


@pytest.fixture
def fresh_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """git is run with what the environment is now, and with what git's own tests use."""
    kept = environment._LOCAL | {"GIT_TEST_ASSUME_DIFFERENT_OWNER"}
    monkeypatch.setattr(environment, "_LOCAL", kept)
    git._environment.cache_clear()
    yield
    git._environment.cache_clear()


def test_a_repository_of_somebody_else_is_named_with_the_command_that_trusts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_environment: None
) -> None:
    git.run(None, "init", "--quiet", str(tmp_path))
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    git._environment.cache_clear()
    with pytest.raises(NotReady, match="belongs to somebody else") as caught:
        open_repo(tmp_path)
    assert caught.value.hint.endswith(f"safe.directory {tmp_path}")


@pytest.mark.parametrize(("somebody_elses", "words"), [("0", "config"), ("1", "safe.directory")])
def test_a_repository_that_git_cannot_read_is_told_in_gits_words(
    somebody_elses: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fresh_environment: None,
) -> None:
    git.run(None, "init", "--quiet", str(tmp_path))
    (tmp_path / ".git" / "config").write_text("[core\n")
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", somebody_elses)
    git._environment.cache_clear()
    with pytest.raises(NotReady, match=r"git cannot read the repository of .*/folder: ") as caught:
        open_repo(tmp_path / "folder")
    assert words in caught.value.message


def test_a_folder_outside_of_a_repository_is_named_with_the_command_that_makes_one(
    tmp_path: Path,
) -> None:
    with pytest.raises(NotReady, match="not in a git repository") as caught:
        open_repo(tmp_path)
    assert caught.value.hint.startswith("git init")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep caches elsewhere")
@pytest.mark.parametrize("set_to", ["", "elsewhere"])
def test_clones_are_kept_where_the_environment_says(
    set_to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / set_to if set_to else tmp_path / ".cache"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache) if set_to else "")
    assert cache_folder("templates") == cache / "modelyard" / "templates"


@pytest.mark.parametrize("name", ["new\nline", "end\n", "two\n\n"])
def test_a_folder_whose_name_has_a_line_end(tmp_path: Path, name: str) -> None:
    top = tmp_path / name
    (top / "sub").mkdir(parents=True)
    init(top)
    (top / "sub" / "a.txt").write_text("a\n")
    commit(top)
    repo = open_repo(top / "sub")
    assert (repo.folder, repo.git_dir, repo.prefix) == (top, top / ".git", "sub/")
    assert repo.common == (top / ".git").resolve() and list(repo.tree) == ["a.txt"]
    bare = tmp_path / f"bare{name}"
    repos.git(tmp_path, "clone", "--quiet", "--bare", str(top), str(bare))
    assert open_repo(bare).folder == bare
