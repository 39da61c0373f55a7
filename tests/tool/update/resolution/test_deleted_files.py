"""A file that the template deletes stays where nothing in it is the template's any more."""

from pathlib import Path

import pytest

from modelyard.update.resolution.deleted_files import is_gone
from tests.tool.update.threes import Threes, link

BASE = "from .example_module import greet\n"


@pytest.mark.parametrize(
    ("base", "ours", "gone"),
    [
        (BASE, "from . import catalog\n", True),
        (BASE, "from .example_module import\\\n  meet\n", False),
        (BASE, "# From .example_module\n\n# import it\n", False),
        ("one two\n", "two\n", False),
        ("[local]\nverbose = true\nworkers = 2\n", "[mine]\nworkers = 2\n", False),
        ("one two\n", "three\n", True),
        ("", "mine\n", True),
        ("\n", "", False),
        (BASE, "", True),
    ],
)
def test_nothing_of_the_template_is_left(base: str, ours: str, gone: bool) -> None:
    assert is_gone(base.encode(), ours.encode()) is gone


def test_other_encodings_and_long_files_are_for_a_person() -> None:
    assert not is_gone(b"one two three\n", b"\xff\n")
    assert not is_gone(b"one two three\n", b"a\n" * 100_000)


@pytest.mark.parametrize(
    ("ours", "status"), [("mine = 1\n", "clean"), (f"{BASE}mine = 1\n", "conflict")]
)
def test_what_is_the_users_stays_and_is_told(tmp_path: Path, ours: str, status: str) -> None:
    found = Threes(tmp_path).update(
        {"a.py": BASE, "b": "x\n"}, {"a.py": ours, "b": "x\n"}, {"b": "x\n"}
    )
    assert (found.status, found.text("a.py")) == (status, ours)
    assert ("a.py", "DELETED_BY_TEMPLATE") in found.told or status == "conflict"


def test_a_link_in_its_place_is_for_a_person(tmp_path: Path) -> None:
    book = {"b": "x\n"}
    found = Threes(tmp_path).update({"a": BASE, **book}, {"a": link("b"), **book}, book)
    assert found.status == "conflict"
