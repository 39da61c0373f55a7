"""What git's own merge would lose, it is asked for again in another way."""

from pathlib import Path

import pytest

from tests.tool.update.threes import Book, Threes, link
from tests.tool.worlds import lines


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


@pytest.mark.parametrize("inside", [link("b"), lines(3, "inside")])
def test_a_folder_in_the_place_of_a_file_is_there_where_the_user_moved_the_folder_above(
    threes: Threes, inside: tuple[str, bytes] | str
) -> None:
    base: Book = {"d/c": lines(9), "d/x/f": lines(20, "f")}
    ours: Book = {"m/c": lines(9), "m/x/f": lines(20, "f")}
    theirs: Book = {"d/c": lines(9, l8="theirs"), "d/new": "new\n", "d/x/f/in": inside}
    outcome = threes.update(base, ours, theirs)
    assert (outcome.status, outcome.losses) == ("conflict", ())
    assert any(path.endswith("x/f/in") for path in outcome.files)
    assert outcome.text("m/c") == lines(9, l8="theirs")


def test_a_folder_that_the_user_moved_takes_new_files_along_as_ever(threes: Threes) -> None:
    base: Book = {"d/c": lines(9), "d/x/f": lines(20, "f")}
    ours: Book = {"m/c": lines(9), "m/x/f": lines(20, "f")}
    outcome = threes.update(base, ours, {**base, "d/new": "new\n"})
    assert (outcome.status, set(outcome.files)) == ("clean", {"m/c", "m/x/f", "m/new"})
