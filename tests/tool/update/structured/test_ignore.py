"""Ignore files are sets, unless one begins with an exclamation mark."""

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
        (BASE + b"same/\nmine/", BASE + b"same/\n", BASE + b"same/\nmine/"),
        (BASE + b"same/\n", BASE + b"same/\nnew/", BASE + b"same/\nnew/"),
        (b"top/\n" + BASE[:-1], b"new/\n" + BASE, b"top/\nnew/\n" + BASE[:-1]),
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
        (b".venv/\nmine/\n", b".venv/\nnew/\n"),  # what became of build/?
        (b"!x\nbuild/\nmine/\n", b"!x\n" + BASE + b"new/\n"),
    ],
)
def test_exceptions_and_replacements_are_not(ours: bytes, theirs: bytes) -> None:
    assert merge(".gitignore", BASE, ours, theirs) is None


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "wanted"),
    [
        (BASE, b"build/\nmine/\n", BASE + b"new/\n", b"build/\nmine/\nnew/\n"),
        (BASE, BASE + b"mine/\n", b".venv/\nout/\n", b".venv/\nmine/\nout/\n"),
        (BASE, b"build/\n.venv/\n", BASE + b"new/\n", b"build/\nnew/\n.venv/\n"),
        (
            b"a/\n!a/b\nc/\nd/\n",
            b"a/\n!a/b\nc/\nd/\nm/\n",
            b"a/\nc/\nd/\ny/\n",
            b"a/\nc/\nd/\nm/\ny/\n",
        ),
        (
            b"# top\na\n\n# why b\nb\n",
            b"# top\na\n\n# mine\nm\n",
            b"# top\na\nc\n\n# why b\nb\n",
            b"# top\na\nc\n\n# mine\nm\n",
        ),
    ],
)
def test_one_side_takes_away_or_moves(
    base: bytes, ours: bytes, theirs: bytes, wanted: bytes
) -> None:
    assert merge(".gitignore", base, ours, theirs) == wanted


@pytest.mark.parametrize("new", [b".venv", b"/.venv/", b"**/.venv/"])
def test_a_pattern_that_one_side_deletes_does_not_come_back_in_another_form(new: bytes) -> None:
    base = b"build/\n.venv/\nout/\n"
    deleted, changed = base.replace(b".venv/\n", b""), base.replace(b".venv/", new)
    assert merge(".gitignore", base, deleted, changed) is None
    assert merge(".gitignore", base, changed, deleted) is None


def test_other_files_are_not_ignore_files() -> None:
    assert merge("ignore.txt", BASE, BASE + b"a\n", BASE + b"b\n") is None


def test_a_pattern_again_behind_an_exception_is_kept() -> None:
    base = b"a/\n!a/b\nc/\n"
    ours, theirs = b"a/b\n" + base, base + b"a/b\n"
    assert merge(".gitignore", base, ours, theirs) == b"a/b\n" + base + b"a/b\n"


@pytest.mark.parametrize(
    ("mine", "yours", "wanted"),
    [
        ("\n# Mac\n.DS\n\n# asv\nhtml/\n", "\n# Mac\n.DS\n", "\n# Mac\n.DS\n\n# asv\nhtml/\n"),
        ("\n# Mac\n.DS\n", "\n# Mac\n.DS\n\n# asv\nhtml/\n", "\n# Mac\n.DS\n\n# asv\nhtml/\n"),
        ("\nm/\n.DS\n", "\n.DS\ny/\n\n# asv\nhtml/\n", "\nm/\n.DS\n\ny/\n\n# asv\nhtml/\n"),
        ("\nm/\n\n", "\ny/\n\n", "\nm/\n\ny/\n\n"),
        ("\nm/\n.DS\n\n", "\n.DS\n\n", "\nm/\n.DS\n\n"),
        ("\nm/\n", "\ny/\n\n\nz/\n", "\nm/\n\ny/\n\n\nz/\n"),
    ],
)
def test_no_blank_line_is_left_of_what_both_add(mine: str, yours: str, wanted: str) -> None:
    for after in (b"", b"last/\n"):
        ours, theirs, merged = (BASE + side.encode() + after for side in (mine, yours, wanted))
        assert merge(".gitignore", BASE + after, ours, theirs) == merged


def test_a_comment_stays_with_its_pattern() -> None:
    ours, theirs = BASE + b"# caches\nmine/\n", BASE + b"# caches\nyours/\n"
    assert merge(".gitignore", BASE, ours, theirs) == ours + b"# caches\nyours/\n"
    theirs = BASE + b"# caches\nmine/\nnew/\n"
    assert merge(".gitignore", BASE, ours, theirs) == ours + b"new/\n"
