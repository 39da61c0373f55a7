"""Turned line ends where several files are alike: what git did not take keeps its own ends."""

from pathlib import Path

import pytest

from tests.tool.update.threes import Book, Threes, crlf, script
from tests.tool.worlds import lines

BASE = lines(12)


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


def test_a_file_that_git_does_not_follow_keeps_its_line_ends(threes: Threes) -> None:
    # Half of it is new: with the other line ends it is too long for git to be the same file.
    mine = BASE * 2
    outcome = threes.update({"a": BASE}, {"b": mine}, {"a": crlf(lines(12, l3="theirs"))})
    assert outcome.losses == ()
    assert outcome.text("b") == mine
    assert ("a", "STAYS_DELETED") in outcome.told


def test_of_two_copies_one_is_merged_and_the_other_one_is_as_it_was(threes: Threes) -> None:
    ours: Book = {"b": lines(12, l3="one"), "c": lines(12, l3="two")}
    outcome = threes.update({"a": BASE}, ours, {"a": crlf(lines(12, l9="theirs"))})
    assert (outcome.status, outcome.losses) == ("clean", ())
    merged = [path for path in ("b", "c") if "theirs" in outcome.text(path)]
    assert len(merged) == 1
    (other,) = {"b", "c"} - {*merged}
    assert outcome.text(other) == ours[other]
    assert "\n" not in outcome.text(merged[0]).replace("\r\n", "")


def test_the_executable_bit_goes_to_the_copy_whose_line_ends_are_turned(threes: Threes) -> None:
    ours: Book = {"b": lines(12, l3="one"), "c": lines(12, l3="two")}
    outcome = threes.update({"a": BASE}, ours, {"a": script(crlf(BASE))})
    assert outcome.losses == ()
    turned = {path for path, (_, content) in outcome.files.items() if b"\r\n" in content}
    assert turned == {path for path, (mode, _) in outcome.files.items() if mode == "100755"}


def test_mine_stays_as_it_is_where_the_template_deleted_it_and_has_one_that_is_alike(
    threes: Threes,
) -> None:
    mine = lines(12, l3="mine")
    theirs: Book = {"twice": crlf(BASE + lines(11, "more"))}
    outcome = threes.update({"a": BASE}, {"a": mine}, theirs)
    assert outcome.losses == ()
    assert outcome.files.get("a", ("", mine.encode()))[1] == mine.encode()


def test_an_equal_file_is_the_renamed_one_and_not_one_with_other_line_ends(
    threes: Threes,
) -> None:
    mine = BASE + "mine\n"
    outcome = threes.update({"d/x/f": BASE}, {"d/x/f": mine}, {"a": crlf(BASE), "b": BASE})
    assert (outcome.status, outcome.text("b"), outcome.text("a")) == ("clean", mine, crlf(BASE))


@pytest.mark.parametrize("last", ["last\r", "\r"])
def test_a_stray_carriage_return_at_the_end_is_an_ordinary_conflict(
    threes: Threes, last: str
) -> None:
    base, ours, theirs = (crlf(lines(9)) + end for end in ("last", last, "theirs"))
    outcome = threes.update({"a": base}, {"a": ours}, {"a": theirs})
    assert (outcome.status, outcome.losses) == ("conflict", ())
