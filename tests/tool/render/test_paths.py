"""Paths that git refuses are refused, in each form that some file system takes for another."""

import subprocess
from pathlib import Path

import pytest

from modelyard.errors import BadTemplate, Refused
from modelyard.gitrepo.trees import PLAIN, SYMLINK
from modelyard.render import paths
from tests.repos import git

GIT_FORMS = [
    ".git",
    ".GIT",
    ".git ",
    ".git.",
    ".git. .",
    "git~1",
    "GIT~1",
    ".g\u200cit",
    "\ufeff.git",
    ".gi\u202et",
    ".git::$INDEX_ALLOCATION",
    ".git:stream",
]
OTHERS = [
    "..",
    "a/..",
    "a//b",
    "/etc/x",
    "",
    "./a",
    "a/.",
    "C:/x",
    "c:x",
    "a\\..\\b",
    "a\nb",
    "\x1b",
]
FINE = [
    ".gitignore",
    ".gitattributes",
    ".github/x",
    "git",
    "a.git",
    ".git-blame",
    "ü/ñ",
    "ab:c",
    "…",
]


@pytest.mark.parametrize("part", GIT_FORMS)
def test_every_form_of_dot_git_is_refused(part: str) -> None:
    for path in (part, f"{part}/config", f"sub/{part}", f"sub/{part}/hooks/x"):
        assert paths.why_refused(path, PLAIN), path


@pytest.mark.parametrize("path", OTHERS)
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    assert paths.why_refused(path, PLAIN)


@pytest.mark.parametrize("path", FINE)
def test_an_ordinary_path_is_not(path: str) -> None:
    assert not paths.why_refused(path, PLAIN)


@pytest.mark.parametrize(
    "path",
    [".gitmodules", ".GITMODULES", "gitmod~1", "gi7eba~1", ".gitmodules .", ".gitm\u200codules"],
)
def test_gitmodules_is_no_link(path: str) -> None:
    assert paths.why_refused(path, SYMLINK)
    assert not paths.why_refused(path, PLAIN)


@pytest.mark.parametrize("mode", [PLAIN, SYMLINK])
@pytest.mark.parametrize("path", [*GIT_FORMS, *OTHERS, ".gitmodules", "gitmod~1", *FINE])
def test_what_git_refuses_is_refused(tmp_path: Path, path: str, mode: str) -> None:
    git(tmp_path, "init", "--quiet")
    blob = git(tmp_path, "hash-object", "-w", "--stdin").strip()
    protect = ("-c", "core.protectHFS=true", "-c", "core.protectNTFS=true")
    command = ["git", "-C", str(tmp_path), *protect, "update-index", "--add", "-z", "--index-info"]
    entry = f"{mode} {blob} 0\t{path}\0".encode()
    done = subprocess.run(command, input=entry, capture_output=True)
    kept = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "-z"], capture_output=True, check=True
    ).stdout
    if done.returncode or path.encode() not in kept.split(b"\0"):
        assert paths.why_refused(path, mode)
    if path in FINE:
        assert not done.returncode and kept


@pytest.mark.parametrize(
    ("path", "target", "ok"),
    [
        ("link", "file", True),
        ("a/link", "../file", True),
        ("a/b/link", "../../c/d", True),
        ("a/link", "b/c", True),
        ("link", "/etc/passwd", False),
        ("link", "..", False),
        ("link", "../x", False),
        ("a/link", "../../x", False),
        ("a/link", "b/../../../x", False),
        ("a/link", "b/../x", False),
        ("link", ".git/config", False),
        ("a/link", "../.GIT/config", False),
        ("link", "C:\\x", False),
        ("link", "..\\x", False),
        ("link", "", False),
    ],
)
def test_a_link_stays_in_the_project(path: str, target: str, ok: bool) -> None:
    files = {path: (SYMLINK, target.encode())}
    if ok:
        paths.refuse("t v1", files)
    else:
        with pytest.raises(Refused):
            paths.refuse("t v1", files)
        paths.refuse("t v1", files, trusted=True)


@pytest.mark.parametrize("beneath", ["link/x", "LINK/x", "lin\u200ck/deep/x"])
def test_no_file_is_rendered_through_a_link(beneath: str) -> None:
    files = {"link": (SYMLINK, b"folder"), beneath: (PLAIN, b"x")}
    for trusted in (False, True):
        with pytest.raises(BadTemplate, match="through the link"):
            paths.refuse("t v1", files, trusted)
