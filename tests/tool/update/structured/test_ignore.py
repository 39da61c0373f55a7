"""Ignore files: additions of both sides are taken; anything else is for a person."""

import pytest

from modelyard.update.structured.by_meaning import merge

BASE = b".venv/\nbuild/\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "wanted"),
    [
        (BASE + b"mine/\n", BASE + b"new/\n", BASE + b"mine/\nnew/\n"),
        (BASE + b"same/\n", BASE + b"same/\nnew/\n", BASE + b"same/\nnew/\n"),
        (b"top/\n" + BASE, BASE + b"new/\n", b"top/\n" + BASE + b"new/\n"),
        (BASE + b"mine/", BASE + b"new/\n", BASE + b"mine/\nnew/\n"),
        (
            BASE + b"mine/\n",
            b".venv/\n# why\nmid/\nbuild/\n",
            b".venv/\n# why\nmid/\nbuild/\nmine/\n",
        ),
    ],
)
def test_additions_of_both_are_taken(ours: bytes, theirs: bytes, wanted: bytes) -> None:
    assert merge("a/.gitignore", BASE, ours, theirs) == wanted


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (BASE + b"!build/keep\n", BASE + b"new/\n"),
        (BASE + b"mine/\n", BASE + b"!new/\n"),
        (b"build/\nmine/\n", BASE + b"new/\n"),
        (BASE + b"mine/\n", b".venv/\nout/\n"),
    ],
)
def test_exceptions_and_removals_are_not(ours: bytes, theirs: bytes) -> None:
    assert merge(".gitignore", BASE, ours, theirs) is None


def test_other_files_are_not_ignore_files() -> None:
    assert merge("ignore.txt", BASE, BASE + b"a\n", BASE + b"b\n") is None


def test_a_pattern_again_behind_an_exception_is_kept() -> None:
    base = b"a/\n!a/b\nc/\n"
    ours, theirs = b"a/b\n" + base, base + b"a/b\n"
    assert merge(".gitignore", base, ours, theirs) == b"a/b\n" + base + b"a/b\n"


def test_a_comment_stays_with_its_pattern() -> None:
    ours, theirs = BASE + b"# caches\nmine/\n", BASE + b"# caches\nyours/\n"
    assert merge(".gitignore", BASE, ours, theirs) == ours + b"# caches\nyours/\n"
    theirs = BASE + b"# caches\nmine/\nnew/\n"
    assert merge(".gitignore", BASE, ours, theirs) == ours + b"new/\n"
