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
