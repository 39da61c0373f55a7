"""Cases as edits of a base, so that each shows only what it is about."""

from typing import NamedTuple

import pytest

from modelyard.update.structured.by_meaning import merge


class Case(NamedTuple):
    """What ours and theirs replace in the base; the result, as replacements too, or None."""

    name: str
    ours: list[tuple[str, str]]
    theirs: list[tuple[str, str]]
    merged: list[tuple[str, str]] | None


def edit(text: str, edits: list[tuple[str, str]]) -> str:
    """Replace the one place where each old text stands."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def named(cases: list[Case]) -> pytest.MarkDecorator:
    """Parametrise a test by cases, under their names."""
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def check(path: str, base: str, case: Case) -> None:
    """Merge a case, and its twin with Windows line endings and no last newline."""
    ours, theirs = edit(base, case.ours), edit(base, case.theirs)
    wanted = None if case.merged is None else edit(base, case.merged)
    found = merge(path, base.encode(), ours.encode(), theirs.encode())
    assert (found and found.decode()) == wanted
    windows = ours.replace("\n", "\r\n").removesuffix("\r\n").encode()
    found = merge(path, base.encode(), windows, theirs.encode())
    assert found == (wanted and wanted.replace("\n", "\r\n").removesuffix("\r\n").encode())
