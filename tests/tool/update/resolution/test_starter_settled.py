"""Decisions about starter text keep line ends, and are tried after all others."""

from pathlib import Path

from modelyard.reasons import NoticeReason
from modelyard.update.resolution import starter_text
from modelyard.update.resolution.resolve import RESOLVERS, attempts
from tests.tool.update.resolution.test_starter_text import OWN, PIPX, README
from tests.tool.update.threes import Threes

STARTER = "# A\n\nThis project does something with template data here.\n"
REWORDED = STARTER.replace("data", "the data")
MINE = "# A\n\nWe predict churn.\n"


def test_line_ends_stay() -> None:
    base, ours, theirs = (t.encode() for t in (README, OWN, PIPX.replace("\n", "\r\n")))
    (settled,) = attempts("README.md", base, ours, theirs, (starter_text.resolve,))
    assert settled.ours == ours
    assert settled.theirs == README.replace("\n", "\r\n").encode()


def test_it_is_tried_last() -> None:
    assert RESOLVERS[-1] is starter_text.resolve


def test_of_files_that_are_equal_each_is_told_and_decided_by_its_name(tmp_path: Path) -> None:
    paths = ("README.md", "docs/a.md", "LICENSE.md")
    sides = ({path: text for path in paths} for text in (STARTER, MINE, REWORDED))
    found = Threes(tmp_path).update(*sides)
    assert [one.path for one in found.merged.conflicts] == ["LICENSE.md"]
    told = [notice for one in found.merged.resolutions.values() for notice in one.notices]
    assert {(one.path, one.reason) for one in told} == {
        ("README.md", NoticeReason.STARTER_TEXT),
        ("docs/a.md", NoticeReason.STARTER_TEXT),
    }
    assert found.text("README.md") == found.text("docs/a.md") == MINE


def test_the_licence_in_a_readme_is_no_starter_text(tmp_path: Path) -> None:
    base = "# A\n\nThis project is licensed under the MIT License, as a whole.\n"
    books = ({"README.md": text} for text in (base, MINE, base.replace("MIT", "Apache")))
    found = Threes(tmp_path).update(*books)
    assert found.status == "conflict" and not found.merged.resolutions
