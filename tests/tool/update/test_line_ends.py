"""Turned line ends, on either side or both, beside a rename: what else changed is merged."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from modelyard.gitrepo.scratch import Scratch
from modelyard.update import update
from tests.tool.update.threes import Book, Threes, crlf
from tests.tool.worlds import World, commit, lines, write

BASE = lines(20)
MINE, THEIRS = lines(20, l3="mine"), lines(20, l15="theirs")
BOTH = lines(20, l3="mine", l15="theirs")


@pytest.fixture(scope="module")
def threes(tmp_path_factory: pytest.TempPathFactory) -> Threes:
    return Threes(Path(tmp_path_factory.mktemp("threes"), "repo"))


@pytest.mark.parametrize(
    ("ours", "theirs", "result"),
    [
        pytest.param(crlf(BASE), crlf(BASE), crlf(BASE), id="both turned, nothing else"),
        pytest.param(crlf(MINE), crlf(THEIRS), crlf(BOTH), id="both turned and edited"),
        pytest.param(crlf(MINE), THEIRS, crlf(BOTH), id="the user turned"),
        pytest.param(MINE, crlf(THEIRS), crlf(BOTH), id="the template turned"),
        pytest.param(MINE, crlf(BASE), crlf(MINE), id="the template turned and edited nothing"),
    ],
)
@pytest.mark.parametrize("places", ["a a", "b a", "a b", "b b"])
def test_turned_line_ends_are_no_conflict_wherever_the_file_went(
    threes: Threes, places: str, ours: str, theirs: str, result: str
) -> None:
    mine, other = places.split()
    outcome = threes.update({"a": BASE}, {mine: ours}, {other: theirs})
    assert (outcome.status, outcome.losses) == ("clean", ())
    assert {path: data.decode() for path, (_, data) in outcome.files.items()} == {
        "b" if "b" in (mine, other) else "a": result
    }


def test_from_windows_back_to_unix(threes: Threes) -> None:
    outcome = threes.update({"a": crlf(BASE)}, {"b": MINE}, {"a": crlf(THEIRS)})
    assert (outcome.status, outcome.text("b")) == ("clean", BOTH)


def test_a_conflict_in_a_turned_file_is_one_place_and_holds_mine_as_committed(
    threes: Threes,
) -> None:
    theirs = crlf(lines(20, l3="theirs"))
    outcome = threes.update({"a": BASE}, {"a": MINE}, {"a": theirs})
    assert outcome.status == "conflict"
    assert outcome.text("a").count("line 15\r\n") == 1
    with threes.opened({"a": MINE}) as (repo, _):
        assert [one.oid for one in outcome.merged.stages if one.stage == 2] == [repo.tree["a"].oid]


def test_a_turned_file_that_the_template_deletes_is_a_conflict(threes: Threes) -> None:
    outcome = threes.update({"a": BASE}, {"a": crlf(BASE)}, {})
    assert (outcome.status, outcome.told) == ("conflict", {("a", "CHANGED_AND_DELETED")})


@pytest.mark.parametrize("mine", ["a", "b"])
def test_mixed_line_ends_are_nobodys_choice(threes: Threes, mine: str) -> None:
    mixed = MINE.replace("line 9\n", "line 9\r\n")
    outcome = threes.update({"a": BASE}, {mine: mixed}, {"a": THEIRS})
    assert outcome.status == "clean"
    assert outcome.text(mine) == BOTH.replace("line 9\n", "line 9\r\n")


def test_a_copy_with_other_line_ends_is_not_taken_for_the_renamed_file(threes: Threes) -> None:
    ours: Book = {"b": MINE, "for-windows": crlf(lines(20, "other"))}
    outcome = threes.update({"a": BASE}, ours, {"a": THEIRS})
    assert (outcome.status, outcome.text("b")) == ("clean", BOTH)
    assert outcome.text("for-windows") == crlf(lines(20, "other"))


def test_only_files_of_about_the_size_of_a_renamed_one_are_read(threes: Threes) -> None:
    large = lines(2000, "row")
    ours: Book = {"b": crlf(MINE), **{f"data/{n}.csv": f"{large}{n}\n" for n in range(5)}}
    outcome = threes.update({"a": BASE}, ours, {"a": THEIRS})
    assert (outcome.status, outcome.text("b")) == ("clean", crlf(BOTH))
    assert outcome.read == {"b"}


def test_files_whose_line_ends_nobody_turned_are_not_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    files = {f"f{number}.txt": lines(9) for number in range(9)}
    world.release("v1", {**files, ".gitattributes": "*.png binary\n"})
    world.release("v2", {"f0.txt": lines(9, l2="new")})
    repo = world.repo()
    write(repo, {path: lines(9, l8="mine") for path in files})
    commit(repo)
    asked: list[str] = []
    real = Scratch.attribute

    def noted(self: Scratch, name: str, paths: Iterable[str]) -> dict[str, str]:
        asked.append(name)
        return real(self, name, paths)

    monkeypatch.setattr(Scratch, "attribute", noted)
    assert update(repo).status == "clean"
    assert len(asked) < len(files)
