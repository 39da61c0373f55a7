"""Each way to lose something is found, and named for what it is."""

from typing import NamedTuple

import pytest

from modelyard.merged import Stage
from modelyard.reasons import NoticeReason
from tests.tool.ledger.audits import Book, check, link, put, script, stages, submodule, texts
from tests.tool.ledger.test_accepts_valid import BOTH, MARKED, MINE, OTHER, TEXT


class Case(NamedTuple):
    base: Book
    ours: Book
    theirs: Book
    result: Book
    losses: tuple[str, ...]
    conflicts: tuple[str, ...] = ()
    held: tuple[Stage, ...] = ()


def one(base: str, ours: str, theirs: str, result: str, *losses: str, path: str = "a") -> Case:
    told = tuple(f"{path}: {loss}" for loss in losses)
    return Case({path: base}, {path: ours}, {path: theirs}, {path: result}, told)


FIVE = TEXT.replace("line 5", "five")
OTHER_FIVE = TEXT.replace("line 5", "FIVE")
STAGES = stages("a", TEXT, FIVE, OTHER_FIVE)
TWICE = TEXT.replace("line 2\n", "line 2\nmine\nmine\n")
PAIR = TEXT.replace("line 2\n", "line 2\nmine 1\nmine 2\n")
PAIR_BOTH = PAIR.replace("line 8\n", "line 8\ntheirs\n")
SHORTER = TEXT.replace("line 3\n", "")
REMOVED = TEXT.replace("line 7\n", "")

CASES = {
    "a line that I moved and copied, and the template raised": one(
        "a = [\n'x==1',\n'y',\n'z',\n]\n",
        "a = [\n'w',\n'y',\n'x==1',\n'z',\n'x==1',\n]\n",
        "a = [\n'x==2',\n'y',\n'z',\n]\n",
        "a = [\n'w',\n'y',\n'z',\n'x==2',\n]\n",
        "your lines are missing: \"'x==1',\"",
        "lines that both sides keep are out of place: \"'z',\"",
        path="a.toml",
    ),
    "a line that I moved and the template kept": one(
        "a = [\n'x==1',\n'y',\n'z',\n]\n",
        "a = [\n'w',\n'y',\n'z',\n'x==1',\n]\n",
        "a = [\n'x==1',\n'y==2',\n'z',\n]\n",
        "a = [\n'w',\n'y==2',\n'z',\n]\n",
        "your lines are missing: \"'x==1',\"",
        "the template's lines are not applied: \"'x==1',\"",
        path="a.toml",
    ),
    "a key that both added, apart": one(
        "[p]\na = 1\nb = 2\n",
        "[p]\nnew = 1\na = 1\nb = 2\n",
        "[p]\na = 1\nb = 2\nnew = 1\n",
        "[p]\na = 1\nb = 2\n",
        "your lines are missing: 'new = 1'",
        "the template's lines are not applied: 'new = 1'",
        path="a.toml",
    ),
    "my file is dropped": Case(
        {"k": "k\n"}, {"k": "k\n", "a": "mine\n"}, {"k": "k\n"}, {"k": "k\n"},
        ("a: a file that you added is gone",),
    ),
    "my edited file is dropped": Case(
        {"a": TEXT}, {"a": MINE}, {"a": TEXT}, {}, ("a: it is gone, and with it your change",)
    ),
    "my edited file is dropped with the template's": Case(
        {"a": TEXT}, {"a": MINE}, {}, {},
        ("a: the template deleted it, and your change with it",),
    ),
    "my edit is not carried to where the template moved it": Case(
        {"a": TEXT}, {"a": MINE}, {"b": TEXT}, {"b": TEXT}, ("a: your lines are missing: 'mine'",)
    ),
    "my edit stays behind when the template moves": Case(
        {"a": TEXT}, {"a": MINE}, {"b": OTHER}, {"a": MINE, "b": OTHER},
        (
            "a: your lines are missing: 'mine'",
            "a: the template moved or deleted it; it is still there",
        ),
    ),
    "my binary is reverted": Case(
        {"a": b"\0\1"}, {"a": b"\0\2"}, {"a": b"\0\1"}, {"a": b"\0\1"},
        ("a: a binary: your content is lost",),
    ),
    "one of two binaries is taken": Case(
        {"a": b"\0\1"}, {"a": b"\0\2"}, {"a": b"\0\3"}, {"a": b"\0\3"},
        ("a: a binary that both changed, and only one side is kept",),
    ),
    "two binaries, a conflict that the index does not hold": Case(
        {"a": b"\0\1"}, {"a": b"\0\2"}, {"a": b"\0\3"}, {"a": b"\0\3"},
        ("a: a binary that both changed, and only one side is kept",),
        ("a",),
    ),
    "my mode is lost": Case(
        {"a": TEXT}, {"a": script(TEXT)}, {"a": OTHER}, {"a": OTHER},
        ("a: your mode is lost: 100755 became 100644",),
    ),
    "their mode is lost": Case(
        {"a": TEXT}, {"a": MINE}, {"a": script(TEXT)}, {"a": MINE},
        ("a: the template's mode is lost: 100755 became 100644",),
    ),
    "my link is reverted": Case(
        {"a": link("x")}, {"a": link("y")}, {"a": link("x")}, {"a": link("x")},
        ("a: a link or a submodule: your change is lost",),
    ),
    "one of two links is taken": Case(
        {"a": link("x")}, {"a": link("y")}, {"a": link("z")}, {"a": link("z")},
        ("a: a link or a submodule: both changed it, and only one side is kept",),
    ),
    "my lines are put in another file": Case(
        {"a": TEXT, "b": TEXT + "b\n"},
        {"a": MINE, "b": TEXT + "b\n"},
        {"a": OTHER, "b": TEXT + "b\n"},
        {"a": OTHER, "b": MINE + "b\n"},
        (
            "a: your lines are missing: 'mine'",
            "b: lines that no version contains, or too often: 'mine'",
        ),
    ),
    "my line is put elsewhere": one(
        TEXT, MINE, OTHER, OTHER.replace("line 9\n", "line 9\nmine\n"),
        "your lines are out of place: 'mine'",
    ),
    "my lines are reordered": one(
        TEXT, PAIR, OTHER, PAIR_BOTH.replace("mine 1\nmine 2", "mine 2\nmine 1"),
        "your lines are out of place: 'mine 2'",
    ),
    "one of my two equal lines is lost": one(
        TEXT, TWICE, OTHER, BOTH, "your lines are missing: 'mine'"
    ),
    "my line is doubled": one(
        TEXT, MINE, OTHER, BOTH.replace("mine\n", "mine\nmine\n"),
        "lines that no version contains, or too often: 'mine'",
    ),
    "what I removed is back": one(
        TEXT, SHORTER, OTHER, OTHER, "lines that you removed are back: 'line 3'"
    ),
    "a file that I deleted is back": Case(
        {"a": TEXT}, {}, {"a": TEXT}, {"a": TEXT}, ("a: you deleted it; it is back",)
    ),
    "a file that I deleted is back, changed": Case(
        {"a": TEXT}, {}, {"a": OTHER}, {"a": OTHER}, ("a: you deleted it; it is back",)
    ),
    "a file that I deleted is back under another name": Case(
        {"a": TEXT}, {}, {"b": TEXT}, {"b": TEXT}, ("a: you deleted it; it is back as b",)
    ),
    "a file that I moved is back": Case(
        {"a": TEXT}, {"b": TEXT}, {"a": OTHER}, {"a": OTHER, "b": OTHER},
        ("a: you moved or deleted it; it is back",),
    ),
    "my move is undone": Case(
        {"a": TEXT}, {"b": TEXT}, {"a": OTHER}, {"a": OTHER},
        ("a: it is gone, and with it your change", "a: you moved or deleted it; it is back"),
    ),
    "my moved file does not get their change": Case(
        {"a": TEXT}, {"b": TEXT}, {"a": OTHER}, {"b": TEXT},
        ("a: the template's lines are not applied: 'theirs'",),
    ),
    "their change is left out": one(
        TEXT, MINE, OTHER, MINE, "the template's lines are not applied: 'theirs'"
    ),
    "their change is half applied": one(
        TEXT, MINE, OTHER.replace("line 6", "six"), BOTH,
        "the template's lines are not applied: 'six'",
        "lines that the template removed are still there: 'line 6'",
    ),
    "their removal is left out": one(
        TEXT, MINE, REMOVED, MINE, "lines that the template removed are still there: 'line 7'"
    ),
    "their change alone is left out": one(
        TEXT, TEXT, OTHER, TEXT, "the template's lines are not applied: 'theirs'"
    ),
    "their new file is left out": Case(
        {}, {}, {"a": TEXT}, {}, ("a: a file that the template adds is not there",)
    ),
    "their deletion is left out": Case(
        {"a": TEXT}, {"a": TEXT}, {}, {"a": TEXT},
        ("a: the template deleted it; it is still there",),
    ),
    "their move is half done": Case(
        {"a": TEXT}, {"a": TEXT}, {"b": TEXT}, {"a": TEXT, "b": TEXT},
        ("a: the template moved or deleted it; it is still there",),
    ),
    "mine is taken for both": one(
        TEXT, FIVE, OTHER_FIVE, FIVE, "the template's lines are not applied: 'FIVE'"
    ),
    "theirs is taken for both": one(
        TEXT, FIVE, OTHER_FIVE, OTHER_FIVE, "your lines are missing: 'five'"
    ),
    "one of two pins is taken": one(
        "x==1.0\n", "x==1.1\n", "x==2.0\n", "x==2.0\n", "your lines are missing: 'x==1.1'"
    ),
    "a pin is made of two": one(
        "x==1.0\n", "x==1.1\n", "x==2.0\n", "x==2.1\n",
        "your lines are missing: 'x==1.1'",
        "the template's lines are not applied: 'x==2.0'",
        "lines that no version contains, or too often: 'x==2.1'",
    ),
    "my item of a list that both extend is lost": one(
        'd = ["x"]\n', 'd = ["x", "mine"]\n', 'd = ["x", "theirs"]\n', 'd = ["x", "theirs"]\n',
        "your lines are missing: 'd = [\"x\", \"mine\"]'",
        path="p.toml",
    ),
    "both renamed it, and nobody is asked": Case(
        {"a": TEXT}, {"b": MINE}, {"c": OTHER}, {"b": BOTH},
        ("a: you renamed it to b, the template to c",),
    ),
    "of two new files one is taken": Case(
        {}, {"a": "mine\n"}, {"a": "theirs\n"}, {"a": "theirs\n"},
        ("a: your lines are missing: 'mine'",),
    ),
    "of two new files mine is taken": Case(
        {}, {"a": "mine\n"}, {"a": "theirs\n"}, {"a": "mine\n"},
        ("a: the template's lines are not applied: 'theirs'",),
    ),
    "my submodule is dropped": Case(
        {}, {"s": submodule("1")}, {}, {}, ("s: a file that you added is gone",)
    ),
    "my submodule is moved back": Case(
        {"s": submodule("1")}, {"s": submodule("2")}, {"s": submodule("1")}, {"s": submodule("1")},
        ("s: a link or a submodule: your change is lost",),
    ),
    "a line is invented": one(
        TEXT, MINE, OTHER, BOTH + "invented\n",
        "lines that no version contains, or too often: 'invented'",
    ),
    "a file is invented": Case({}, {}, {}, {"a": "x\n"}, ("a: no version explains this file",)),
    "markers without a conflict": one(
        TEXT, FIVE, OTHER_FIVE, MARKED,
        "lines that no version contains, or too often: "
        "'<<<<<<< yours', '||||||| base', '=======' and 1 more",
        "lines that you removed are back: 'line 5'",
    ),
    "a conflict that drops my side": Case(
        {"a": TEXT}, {"a": FIVE}, {"a": OTHER_FIVE}, {"a": MARKED.replace("five\n", "")},
        ("a: your lines are missing: 'five'",), ("a",), STAGES,
    ),
    "a conflict that drops their side": Case(
        {"a": TEXT}, {"a": FIVE}, {"a": OTHER_FIVE}, {"a": MARKED.replace("FIVE\n", "")},
        ("a: the template's lines are not applied: 'FIVE'",), ("a",), STAGES,
    ),
    "a conflict beside which my line is lost": Case(
        {"a": TEXT}, {"a": FIVE + "mine\n"}, {"a": OTHER_FIVE}, {"a": MARKED},
        ("a: your lines are missing: 'mine'",),
        ("a",), stages("a", TEXT, FIVE + "mine\n", OTHER_FIVE),
    ),
    "a conflict beside which a line is invented": Case(
        {"a": TEXT}, {"a": FIVE}, {"a": OTHER_FIVE}, {"a": MARKED + "invented\n"},
        ("a: lines that no version contains, or too often: 'invented'",), ("a",), STAGES,
    ),
    "a conflict whose index holds something else as mine": Case(
        {"a": TEXT}, {"a": FIVE}, {"a": OTHER_FIVE}, {"a": MARKED},
        ("a: the index would not hold your version of a conflict",),
        ("a",), stages("a", TEXT, OTHER_FIVE, OTHER_FIVE),
    ),
    "a conflict without any file, whose index lacks mine": Case(
        {"a": TEXT}, {"a": MINE}, {}, {},
        ("a: the template deleted it, and your change with it",), ("a",), stages("a", TEXT),
    ),
    "a conflict elsewhere excuses nothing": Case(
        {"a": TEXT, "b": "b\n"}, {"a": MINE, "b": "b\n"}, {"a": OTHER, "b": "b\n"},
        {"a": OTHER, "b": "b\n"},
        ("a: your lines are missing: 'mine'",), ("b",), stages("b", "b\n", "b\n", "b\n"),
    ),
    "my line endings are lost": one(
        TEXT, MINE.replace("\n", "\r\n"), OTHER, BOTH, "your line endings are lost"
    ),
    "their line endings are lost": one(
        TEXT, MINE, OTHER.replace("\n", "\r\n"), BOTH, "the template's line endings are lost"
    ),
    "my line endings alone are lost": one(
        TEXT, TEXT.replace("\n", "\r\n"), TEXT, TEXT, "your line endings are lost"
    ),
    "my new file loses its line endings": Case(
        {}, {"a": "mine\r\n"}, {}, {"a": "mine\n"},
        ("a: your content is not kept byte by byte",),
    ),
    "one ending of a line that I alone changed": one(
        TEXT, MINE, TEXT, MINE.replace("mine\n", "mine\r\n"),
        "your content is not kept byte by byte",
    ),
    "a modify/delete conflict whose file lost my line": Case(
        {"a": TEXT}, {"a": MINE}, {}, {"a": TEXT},
        ("a: your change is lost",), ("a",), stages("a", TEXT, MINE),
    ),
    "a file that I moved vanishes in a conflict that holds nothing": Case(
        {"a": TEXT}, {"b": TEXT}, {}, {},
        ("a: the template deleted it, and your change with it",), ("b",), stages("b", TEXT),
    ),
    "a newline is put at my end": one(
        TEXT, MINE[:-1], OTHER, BOTH, "the newline at the end of the file is not as it was chosen"
    ),
    "the newline at my end is lost": one(
        TEXT[:-1], MINE, OTHER[:-1], BOTH[:-1],
        "the newline at the end of the file is not as it was chosen",
    ),
    "my file is in the wrong folder": Case(
        {"d/a": TEXT}, {"d/a": TEXT, "d/mine": "mine\n"}, {"d/a": OTHER},
        {"d/a": OTHER, "e/mine": "mine\n"},
        ("d/mine: a file that you added is gone", "e/mine: no version explains this file"),
    ),
    "their split drops my line": Case(
        {"a": TEXT}, {"a": MINE}, {"b": TEXT[:35], "c": TEXT[35:]},
        {"b": TEXT[:35], "c": TEXT[35:]},
        ("a: your lines are missing: 'mine'",),
    ),
    "a file of mine vanishes under their folder": Case(
        {}, {"a": "mine\n"}, {"a/b": "theirs\n"}, {"a/b": "theirs\n"},
        ("a: a file that you added is gone",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_loss_is_found(name: str) -> None:
    case = CASES[name]
    found = check(*case[:4], case.conflicts, case.held)
    assert texts(found) == case.losses
    assert found.notices == ()


def test_what_is_lost_is_kept_for_the_notice() -> None:
    found = check({"a": TEXT}, {"a": MINE}, {}, {}, named={"a": NoticeReason.KEPT})
    assert [one.lines for one in found.notices] == [("mine",)]


def test_a_loss_of_text_that_is_no_text_is_told_all_the_same() -> None:
    latin = put(b"caf\xe9\n")
    found = check({"a": "x\n"}, {"a": latin}, {"a": "x\n"}, {"a": "x\n"})
    assert texts(found)[0] == "a: your lines are missing: 'caf\ufffd'"
