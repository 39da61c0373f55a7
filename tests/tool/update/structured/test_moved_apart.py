"""A line that both sides moved, each to another place, is left to a person."""

from pathlib import Path

import pytest

from modelyard.update.structured import faults
from modelyard.update.structured.faults import FaultKind
from tests.tool.update.threes import Threes

BASE = "install\n\n\none\n\n\ntwo\n\n\nthree\n"
OURS = "one\n\n\ntwo\n  install\n\n\nthree\n"
THEIRS = "one\ninstall\n\n\ntwo\n\n\nthree\n"


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


@pytest.mark.parametrize("path", ["notes.txt", ".dockerignore", "run.sh"])
def test_it_is_a_conflict_that_names_the_line(threes: Threes, path: str) -> None:
    made = threes.update({path: BASE}, {path: OURS}, {path: THEIRS})
    (conflict,) = made.merged.conflicts
    assert conflict.path == path and "both moved install" in str(conflict.about)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (OURS, BASE),
        (OURS, OURS),
        (OURS, BASE.replace("three", "3")),
        (OURS + "install\n", BASE),
        (BASE.replace("install", "}"), THEIRS.replace("install", "}")),
    ],
)
def test_one_more_that_somebody_wrote_is_none(ours: str, theirs: str) -> None:
    merged = ours.replace("three", "3") if "3" in theirs else ours
    sides = [text.encode() for text in (BASE, ours, theirs)]
    assert faults.new("notes.txt", merged.encode(), sides) == []


def test_lines_without_a_word_are_of_no_account() -> None:
    sides = [b"{\n}\na\n", b"a\n{\n}\n", b"{\na\n}\n"]
    assert faults.new("x.c", b"{\na\n{\n}\n}\n", sides) == []
    found = faults.new("x.c", b"{\na\na\n{\n}\n}\n", sides)
    assert [one.kind for one in found] == [FaultKind.MOVED_APART]
