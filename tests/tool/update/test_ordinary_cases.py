"""What looks odd and is ordinary ends clean or in a conflict, and never as a loss that is a bug."""

from pathlib import Path

import pytest

from tests.tool.update.threes import Book, Threes, link
from tests.tool.worlds import lines

BASE = lines(20)
MINE, THEIRS, OTHER = lines(20, l3="mine"), lines(20, l15="theirs"), lines(20, l3="theirs")
SHOWN = "<<<<<<< HEAD\nmine it is\n=======\ntheirs it is\n>>>>>>> branch\n"
GIT_DOC = f"{lines(6, 'about git')}{SHOWN}{lines(20, 'text')}"
RST = f"Install\n=======\n\n{lines(10, 'how')}\nExample\n=======\n\n{lines(10, 'what')}"


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


@pytest.mark.parametrize("shown", [GIT_DOC, RST, SHOWN.replace("=======", "=======\n=======")])
@pytest.mark.parametrize(
    "who", ["all of them", "the user", "the template", "both added it", "a file of both"]
)
def test_a_conflict_in_a_document_that_shows_markers(threes: Threes, shown: str, who: str) -> None:
    base: Book = {"a": BASE + shown if who == "all of them" else BASE}
    ours = MINE if who == "the template" else MINE + shown
    theirs = OTHER if who == "the user" else OTHER + shown
    outcome = threes.update({} if who == "a file of both" else base, {"a": ours}, {"a": theirs})
    assert (outcome.status, outcome.losses) == ("conflict", ())
    # What git wrote is longer than anything that looks like it.
    opened = [line for line in outcome.text("a").splitlines() if line.endswith("< yours")]
    assert len(opened) == 1
    assert len(opened[0]) >= 14 + len(" yours")
    assert f">>>>>>> {'template v2'}" in outcome.text("a")


def test_a_document_of_conflicts_is_merged_like_any_other(threes: Threes) -> None:
    outcome = threes.update({"a": GIT_DOC}, {"a": f"{GIT_DOC}mine\n"}, {"a": f"theirs\n{GIT_DOC}"})
    assert (outcome.status, outcome.text("a")) == ("clean", f"theirs\n{GIT_DOC}mine\n")


def test_an_edit_within_a_conflict_that_a_document_shows(threes: Threes) -> None:
    ours = GIT_DOC.replace("mine it is", "mine it was")
    theirs = GIT_DOC.replace("mine it is", "yours it is")
    outcome = threes.update({"a": GIT_DOC}, {"a": ours}, {"a": theirs})
    assert (outcome.status, outcome.losses) == ("conflict", ())


def test_an_ordinary_conflict_has_ordinary_markers(threes: Threes) -> None:
    outcome = threes.update({"a": BASE}, {"a": MINE}, {"a": OTHER})
    assert "\n<<<<<<< yours\n" in outcome.text("a")


@pytest.mark.parametrize("theirs", [{"b": BASE}, {"b": THEIRS}])
@pytest.mark.parametrize("target", ["d", "/somewhere/else"])
def test_a_file_that_the_user_made_a_link_and_the_template_renames(
    threes: Threes, theirs: Book, target: str
) -> None:
    outcome = threes.update({"a": BASE}, {"a": link(target), "d": MINE}, theirs)
    assert (outcome.status, outcome.told) == ("conflict", {("b", "DISTINCT_TYPES")})
    assert outcome.files["a"] == link(target)
    assert outcome.text("b") == theirs["b"]


@pytest.mark.parametrize("ours", [{"b": BASE}, {"b": MINE}])
def test_a_file_that_the_template_made_a_link_and_the_user_renamed(
    threes: Threes, ours: Book
) -> None:
    outcome = threes.update({"a": BASE}, ours, {"a": link("d"), "d": THEIRS})
    assert (outcome.status, outcome.told) == ("conflict", {("b", "DISTINCT_TYPES")})
    assert outcome.text("b") == ours["b"]


@pytest.mark.parametrize("places", [("x/a", "y/a"), ("x", "y"), ("b", "c/a")])
def test_one_file_that_the_user_copied_into_equal_ones(
    threes: Threes, places: tuple[str, str]
) -> None:
    outcome = threes.update({"a": BASE}, dict.fromkeys(places, BASE), {"a": THEIRS})
    assert outcome.status == "clean"
    assert sorted(outcome.text(place) for place in places) == sorted([BASE, THEIRS])


@pytest.mark.parametrize("theirs", [{"a": THEIRS}, {"b": BASE}, {"b": THEIRS}])
def test_one_file_that_the_user_made_two_variants_of(threes: Threes, theirs: Book) -> None:
    ours = {"one": lines(20, l2="one"), "two": lines(20, l4="two")}
    outcome = threes.update({"a": BASE}, ours, theirs)
    assert (outcome.status, outcome.losses) == ("clean" if "a" in theirs else "conflict", ())


def test_a_file_that_makes_way_for_a_folder_is_merged_beside_it(threes: Threes) -> None:
    base: Book = {"d/e": BASE, "d/f": "f\n"}
    outcome = threes.update(base, {"d": MINE}, {"d/e": THEIRS, "d/f": "f\n", "d/x/g": BASE})
    assert (outcome.status, outcome.losses) == ("conflict", ())
    assert outcome.text("d~yours") == lines(20, l3="mine", l15="theirs")


def test_a_folder_of_which_one_side_made_a_file_and_the_other_a_link(threes: Threes) -> None:
    outcome = threes.update({"d/a": BASE}, {"d": BASE}, {"d": link("/x")})
    assert (outcome.status, outcome.losses) == ("conflict", ())


def test_where_git_breaks_off_it_follows_fewer_renames(threes: Threes) -> None:
    base: Book = {"d/a": BASE, "d/b": "b\n", "d/x/f": MINE, "g": "g\n"}
    ours: Book = {"d/a": BASE, "d/b": "b\n", "d/x": MINE, "g": link("a")}
    theirs: Book = {"m/a": BASE, "m/b": "b\n", "m/x/f": MINE, "g": "g\n"}
    outcome = threes.update(base, ours, theirs)
    assert outcome.losses == ()
