"""A checkout beside another holds what a checkout of its own would hold."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from modelyard.gitrepo.git import _environment as environment
from modelyard.template.checkout import Checkout, check_out_beside, repository_of
from modelyard.template.mirrors import Home
from modelyard.template.source import Templates
from tests.tool.worlds import commit, git, write

OLD: Mapping[str, str | bytes | None] = {
    "same.txt": "same\n",
    "edited.txt": "one\n",
    "gone.txt": "gone\n",
    "folder/inside.txt": "inside\n",
    "a": "a file\n",
    "tool.sh": "#!/bin/sh\n",
    "ü\nb.txt": "odd\n",
}
NEW: Mapping[str, str | bytes | None] = {
    "edited.txt": "two\n",
    "gone.txt": None,
    "folder/inside.txt": None,
    "new/deep.txt": "new\n",
}


def content(folder: Path) -> dict[str, tuple[bool, bytes]]:
    """Return whether each file may be run, and what it holds or where it points."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] == ".git" or (path.is_dir() and not path.is_symlink()):
            continue
        held = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        found[name] = os.access(path, os.X_OK) and not path.is_symlink(), held
    return found


class Two:
    """A repository with two commits."""

    def __init__(self, folder: Path) -> None:
        self.repository, self.parent = folder / "template", folder / "checkouts"
        self.parent.mkdir()
        git(folder, "init", "--quiet", "--initial-branch", "main", str(self.repository))
        (self.repository / "link").symlink_to("same.txt")
        self.old = self.new = self.commit(OLD)

    def commit(self, files: Mapping[str, str | bytes | None]) -> str:
        """Commit files, and return the commit."""
        write(self.repository, files)
        self.new = commit(self.repository)
        return self.new

    def checked_out(self) -> tuple[Path, Path]:
        """Return a checkout of the new commit beside one of the old, and one of its own."""
        home = Home(self.repository, str(self.repository))
        there = Checkout(home, self.old, self.parent).finished()
        before = content(there)
        where = home, self.new, self.parent
        beside = check_out_beside(there, self.old, *where)
        assert content(there) == before
        return beside, Checkout(*where).finished()


@pytest.fixture
def two(tmp_path: Path) -> Two:
    """A repository with one commit so far."""
    return Two(tmp_path)


def test_no_repository_is_among_the_files(two: Two) -> None:
    two.commit(NEW)
    for folder in two.checked_out():
        assert not (folder / ".git").exists() and repository_of(folder).is_dir()


def test_beside_another_it_holds_the_same(two: Two) -> None:
    (two.repository / "tool.sh").chmod(0o755)
    (two.repository / "link").unlink()
    (two.repository / "link").symlink_to("edited.txt")
    (two.repository / "a").unlink()
    (two.repository / "a").mkdir()
    shutil.rmtree(two.repository / "folder")
    two.commit({"edited.txt": "two\n", "a/file.txt": "in a folder now\n", "folder": "a file\n"})
    beside, alone = two.checked_out()
    assert content(beside) == content(alone)
    assert (beside / "same.txt").stat().st_nlink == 2, "it was not linked"
    assert git(beside, "rev-parse", "HEAD").strip() == two.new


def test_attributes_that_changed_hold_for_files_that_did_not(two: Two) -> None:
    two.commit({".gitattributes": "same.txt text eol=crlf\n"})
    beside, alone = two.checked_out()
    assert content(beside) == content(alone)
    assert (beside / "same.txt").read_bytes() == b"same\r\n"


def test_what_replaces_an_object_in_the_template_hides_no_attributes(two: Two) -> None:
    two.commit({".gitattributes": "same.txt text eol=crlf\n"})
    git(two.repository, "replace", two.new, two.old)
    beside, alone = two.checked_out()
    assert (beside / "same.txt").read_bytes() == (alone / "same.txt").read_bytes() == b"same\r\n"


def test_attributes_that_stay_hold_for_files_that_changed(two: Two) -> None:
    two.old = two.commit({".gitattributes": "*.txt text eol=crlf\n"})
    two.commit(NEW)
    beside, alone = two.checked_out()
    assert content(beside) == content(alone)
    assert (beside / "edited.txt").read_bytes() == b"two\r\n"


@pytest.fixture
def folders_as_submodules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let git take a folder of this machine for a submodule, as its user may."""
    allowed = {"COUNT": "1", "KEY_0": "protocol.file.allow", "VALUE_0": "always"}
    for name, value in allowed.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    environment.cache_clear()
    yield
    environment.cache_clear()


@pytest.mark.usefixtures("folders_as_submodules")
def test_a_submodule_is_there_in_both(two: Two, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", str(inner))
    write(inner, {"inner.txt": "inner\n"})
    commit(inner, "Inner")
    git(two.repository, "submodule", "--quiet", "add", str(inner), "sub")
    two.old = two.commit({})
    two.commit(NEW)
    beside, alone = two.checked_out()
    assert (
        content(beside)["sub/inner.txt"] == content(alone)["sub/inner.txt"] == (False, b"inner\n")
    )
    assert not list(alone.rglob(".git"))


def test_a_file_system_without_links_gets_a_checkout_of_its_own(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    two.commit(NEW)
    monkeypatch.setattr(os, "link", refused)
    beside, alone = two.checked_out()
    assert content(beside) == content(alone)
    assert len(list(two.parent.iterdir())) == 3, "what failed was left behind"


def test_where_git_cannot_compare_it_still_checks_out(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.commit(NEW)
    for name, value in {"COUNT": "1", "KEY_0": "diff.renameLimit", "VALUE_0": "no number"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    environment.cache_clear()
    try:
        beside, alone = two.checked_out()
    finally:
        environment.cache_clear()
    assert content(beside) == content(alone)


def test_a_checkout_that_nobody_waits_for_is_stopped(two: Two) -> None:
    with Templates(two.parent) as templates:
        template = templates.open(str(two.repository))
        template.begin("main")
        work = template._begun[two.new]._work
    assert work._process.returncode is not None
    assert list(template._checkouts.parent.glob(template._checkouts.name)) == []
