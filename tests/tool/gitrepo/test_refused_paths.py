"""What git refuses on any file system is refused; git itself is asked."""

import os
import subprocess
from pathlib import Path

import pytest

from modelyard.gitrepo.refused_paths import PathFault, refused
from tests.repos import git

GIT_FOLDER = [
    ".git",
    ".git/hooks/post-checkout",
    "deep/.git/config",
    ".GIT/config",
    ".Git",
    "git~1/config",
    "GIT~1",
    "deep/Git~1 /config",
    ".git./config",
    ".git /config",
    ".git . ./config",
    ".git::$INDEX_ALLOCATION/config",
    ".git:stream",
    "a\\.git\\config",
    "a\\git~1",
    ".g\u200cit/config",
    ".gi\ufefft",
    "\u206a.git/config",
    ".GI\u202eT/hooks/x",
]
OTHER = {
    "": PathFault.EMPTY,
    "/etc/passwd": PathFault.OUTSIDE,
    "a//b": PathFault.EMPTY,
    "a/": PathFault.EMPTY,
    "./a": PathFault.EMPTY,
    "a/.": PathFault.EMPTY,
    "../a": PathFault.OUTSIDE,
    "a/../b": PathFault.OUTSIDE,
    "a/..": PathFault.OUTSIDE,
}
FINE = [
    "a",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    ".gitkeep",
    ".git-blame-ignore-revs",
    "git",
    "git~2",
    "git~10",
    "a.git/config",
    ".gita",
    ".gi t",
    "...",
    "..a",
    "a b",
    "ü\nb",
    "a\\b",
    "gitmod~1",
    "\udcff.git",
    "x\u200c",
]
MODULES = [
    ".gitmodules",
    ".GITMODULES",
    "deep/.gitmodules",
    ".gitmodules .",
    "gitmod~1",
    "GITMOD~4",
    "gi7eba~1",
    "gi7e~123",
    "~1000000",
    ".git\u200cmodules",
]
NO_MODULES = ["gitmod~5", "gi7eba~0", "gi7eb~1", ".gitmodulesx", ".gitignore"]


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose git checks for all file systems."""
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "--quiet")
    git(folder, "config", "core.protectHFS", "true")
    git(folder, "config", "core.protectNTFS", "true")
    return folder


def is_refused_by_git(folder: Path, path: str, mode: str) -> bool:
    """Tell whether git takes an entry into its index."""
    entry = f"{mode} {'1' * 40} 0\t".encode() + os.fsencode(path) + b"\0"
    command = ["git", "-C", str(folder), "update-index", "-z", "--index-info"]
    env = {**os.environ, "GIT_INDEX_FILE": str(folder / "index-of-test")}
    (folder / "index-of-test").unlink(missing_ok=True)
    subprocess.run(command, input=entry, capture_output=True, env=env, check=False)
    listed = ["git", "-C", str(folder), "ls-files", "-z"]
    return not subprocess.run(listed, capture_output=True, env=env, check=True).stdout


@pytest.mark.parametrize("path", GIT_FOLDER)
def test_a_path_of_gits_own_folder_is_refused_in_every_form(path: str, everywhere: Path) -> None:
    assert refused(path) is PathFault.GIT_FOLDER
    assert is_refused_by_git(everywhere, path, "100644")


def test_a_byte_that_is_no_utf8_does_not_hide_the_name(everywhere: Path) -> None:
    path = os.fsdecode(b".git\xff/config")
    assert refused(path) is PathFault.GIT_FOLDER
    assert is_refused_by_git(everywhere, path, "100644")


@pytest.mark.parametrize("path", OTHER)
def test_what_is_no_path_of_a_repo_is_refused(path: str, everywhere: Path) -> None:
    assert refused(path) is OTHER[path]
    assert is_refused_by_git(everywhere, path, "100644")


def test_a_nul_byte_is_refused() -> None:
    assert refused("a\0b") is PathFault.NUL


@pytest.mark.parametrize("path", FINE)
def test_what_git_takes_is_taken(path: str, everywhere: Path) -> None:
    assert refused(path) is None
    assert not is_refused_by_git(everywhere, path, "100644")


@pytest.mark.parametrize("path", MODULES)
def test_gitmodules_may_be_a_file_and_no_symlink(path: str, everywhere: Path) -> None:
    assert refused(path, "120000") is PathFault.MODULES_LINK
    assert is_refused_by_git(everywhere, path, "120000")
    assert refused(path) is None


@pytest.mark.parametrize("path", NO_MODULES)
def test_other_symlinks_are_taken(path: str, everywhere: Path) -> None:
    assert refused(path, "120000") is None
    assert not is_refused_by_git(everywhere, path, "120000")
