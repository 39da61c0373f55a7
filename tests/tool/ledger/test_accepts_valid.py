"""Honest merges balance, and the ledger names what they left out."""

from typing import NamedTuple

import pytest

from modelyard.merged import Notice, Stage
from modelyard.reasons import NoticeReason
from tests.tool.ledger.audits import Book, check, link, put, script, stages, submodule, texts

TEXT = "".join(f"line {n}\n" for n in range(1, 11))
MINE = TEXT.replace("line 2\n", "line 2\nmine\n")
OTHER = TEXT.replace("line 8\n", "line 8\ntheirs\n")
BOTH = MINE.replace("line 8\n", "line 8\ntheirs\n")
MOVED = TEXT.replace("line 3\n", "") + "line 3\n"
MARKED = TEXT.replace(
    "line 5\n",
    "<<<<<<< yours\nfive\n||||||| base\nline 5\n=======\nFIVE\n>>>>>>> template\n",
)


class Case(NamedTuple):
    base: Book
    ours: Book
    theirs: Book
    result: Book
    conflicts: tuple[str, ...] = ()
    held: tuple[Stage, ...] = ()
    notices: tuple[str, ...] = ()


def one(base: str, ours: str, theirs: str, result: str, path: str = "a") -> Case:
    return Case({path: base}, {path: ours}, {path: theirs}, {path: result})


CASES = {
    "nothing": one(TEXT, TEXT, TEXT, TEXT),
    "mine alone": one(TEXT, MINE, TEXT, MINE),
    "theirs alone": one(TEXT, TEXT, OTHER, OTHER),
    "both, apart": one(TEXT, MINE, OTHER, BOTH),
    "both alike": one(TEXT, MINE, MINE, MINE),
    "both add one line alike, and more": one(
        TEXT,
        MINE.replace("line 5", "five"),
        MINE.replace("line 8\n", "line 8\ntheirs\n"),
        BOTH.replace("line 5", "five"),
    ),
    "a line that the user moved and the template raised": one(
        "a = [\n'x==1',\n'y',\n'z',\n]\n",
        "a = [\n'w',\n'y',\n'z',\n'x==1',\n]\n",
        "a = [\n'x==2',\n'y',\n'z',\n]\n",
        "a = [\n'w',\n'y',\n'z',\n'x==2',\n]\n",
        "a.toml",
    ),
    "a key that both added, apart": one(
        "[p]\na = 1\nb = 2\n",
        "[p]\nnew = 1\na = 1\nb = 2\n",
        "[p]\na = 1\nb = 2\nnew = 1\n",
        "[p]\nnew = 1\na = 1\nb = 2\n",
        "a.toml",
    ),
    "one list extended by both": one(
        'a = 1\nd = ["x"]\nb = 2\n',
        'a = 1\nd = ["x", "mine"]\nb = 2\n',
        'a = 1\nd = ["x", "theirs"]\nb = 2\n',
        'a = 1\nd = ["x", "mine", "theirs"]\nb = 2\n',
        "p.toml",
    ),
    "a list that the template writes out": one(
        "x: [a, b]\ny: 1\n",
        "x: [a, b, mine]\ny: 1\n",
        "x:\n  - a\n  - b\n  - theirs\ny: 1\n",
        "x:\n  - a\n  - b\n  - mine\n  - theirs\ny: 1\n",
        "p.yaml",
    ),
    "a last element of JSON": one(
        '{\n  "a": 1\n}\n',
        '{\n  "a": 1,\n  "mine": 2\n}\n',
        '{\n  "a": 1,\n  "theirs": 3\n}\n',
        '{\n  "a": 1,\n  "mine": 2,\n  "theirs": 3\n}\n',
        "p.json",
    ),
    "a last element of JSON that moved": one(
        '{\n  "b": true,\n  "a": "a",\n  "steps": []\n}\n',
        '{\n  "b": 0.5,\n  "a": [],\n  "steps": []\n}\n',
        '{\n  "b": true,\n  "steps": [],\n  "a": []\n}\n',
        '{\n  "b": 0.5,\n  "steps": [],\n  "a": []\n}\n',
        "p.json",
    ),
    "a table that a merge by meaning puts last": one(
        'd = ["x"]\n\n[a]\nk = 1\n\n[b]\nl = 1\n',
        'd = ["x", "mine"]\n\n[a]\nk = 1\n\n[b]\nl = 1\n',
        'd = ["x", "theirs"]\n\n[a]\nk = 1\n\n[new]\nm = 1\n\n[b]\nl = 1\n',
        'd = ["x", "mine", "theirs"]\n\n[a]\nk = 1\n\n[b]\nl = 1\n[new]\nm = 1\n\n',
        "p.toml",
    ),
    "my line endings": one(TEXT, MINE.replace("\n", "\r\n"), OTHER, BOTH.replace("\n", "\r\n")),
    "their line endings": one(TEXT, MINE, OTHER.replace("\n", "\r\n"), BOTH.replace("\n", "\r\n")),
    "no newline at my end": one(TEXT, MINE[:-1], OTHER, BOTH[:-1]),
    "my mode, their text": Case(
        {"a": TEXT}, {"a": script(TEXT)}, {"a": OTHER}, {"a": script(OTHER)}
    ),
    "their mode, my text": Case({"a": TEXT}, {"a": MINE}, {"a": script(TEXT)}, {"a": script(MINE)}),
    "markers": Case(
        {"a": TEXT},
        {"a": TEXT.replace("line 5", "five")},
        {"a": TEXT.replace("line 5", "FIVE")},
        {"a": MARKED},
        ("a",),
        stages("a", TEXT, TEXT.replace("line 5", "five"), TEXT.replace("line 5", "FIVE")),
    ),
    "I moved, they changed": Case({"a": TEXT}, {"b": TEXT}, {"a": OTHER}, {"b": OTHER}),
    "I moved and changed, they changed": Case({"a": TEXT}, {"b": MINE}, {"a": OTHER}, {"b": BOTH}),
    "they moved, I changed": Case({"a": TEXT}, {"a": MINE}, {"b": TEXT}, {"b": MINE}),
    "they moved and changed, I changed": Case({"a": TEXT}, {"a": MINE}, {"b": OTHER}, {"b": BOTH}),
    "both moved, alike": Case({"a": TEXT}, {"b": MINE}, {"b": OTHER}, {"b": BOTH}),
    "both moved, apart": Case(
        {"a": TEXT},
        {"b": MINE},
        {"c": OTHER},
        {"b": BOTH, "c": BOTH},
        ("a", "b", "c"),
        (*stages("a", TEXT), *stages("b", None, MINE), *stages("c", None, None, OTHER)),
    ),
    "they moved the folder of my new file": Case(
        {"d/a": TEXT, "d/b": OTHER},
        {"d/a": TEXT, "d/b": OTHER, "d/mine": "mine\n"},
        {"e/a": TEXT, "e/b": OTHER},
        {"e/a": TEXT, "e/b": OTHER, "e/mine": "mine\n"},
        notices=("e/mine: directory rename followed: d/mine moved along with its directory",),
    ),
    "I moved the folder of their new file": Case(
        {"d/a": TEXT, "d/b": OTHER},
        {"e/a": TEXT, "e/b": OTHER},
        {"d/a": TEXT, "d/b": OTHER, "d/new": "new\n"},
        {"e/a": TEXT, "e/b": OTHER, "e/new": "new\n"},
        notices=("e/new: directory rename followed: d/new moved along with its directory",),
    ),
    "I deleted, they did not touch": Case({"a": TEXT}, {}, {"a": TEXT}, {}),
    "I deleted, they changed": Case(
        {"a": TEXT},
        {},
        {"a": OTHER},
        {},
        notices=("a: you deleted it; the template changed it in this version: not applied",),
    ),
    "I deleted, they changed: a conflict": Case(
        {"a": TEXT}, {}, {"a": OTHER}, {"a": OTHER}, ("a",), stages("a", TEXT, None, OTHER)
    ),
    "they deleted, I did not touch": Case({"a": TEXT}, {"a": TEXT}, {}, {}),
    "they deleted, I changed: a conflict": Case(
        {"a": TEXT}, {"a": MINE}, {}, {"a": MINE}, ("a",), stages("a", TEXT, MINE)
    ),
    "they deleted, I changed: kept": Case(
        {"a": TEXT},
        {"a": MINE},
        {},
        {"a": MINE},
        notices=("a: the template deleted it; you changed it: kept",),
    ),
    "both deleted": Case({"a": TEXT}, {}, {}, {}),
    "I removed a line, they moved it": Case(
        {"a": TEXT},
        {"a": TEXT.replace("line 3\n", "")},
        {"a": MOVED},
        {"a": MOVED},
        notices=("a: you removed lines that the template moved: they are there again",),
    ),
    "they removed a line, I moved it": Case(
        {"a": TEXT},
        {"a": MOVED},
        {"a": TEXT.replace("line 3\n", "")},
        {"a": MOVED},
        notices=("a: the template removed lines that you moved: they are kept",),
    ),
    "they split my file": Case(
        {"a": TEXT},
        {"a": MINE},
        {"b": TEXT[:35], "c": TEXT[35:]},
        {"b": MINE[:40], "c": TEXT[35:]},
    ),
    "their new file in my line endings": Case({}, {}, {"a": "x\n"}, {"a": "x\r\n"}),
    "both add, equal": Case({}, {"a": TEXT}, {"a": TEXT}, {"a": TEXT}),
    "both add, merged": Case({}, {"a": MINE}, {"a": OTHER}, {"a": BOTH}),
    "both add: a conflict": Case(
        {},
        {"a": "mine\n"},
        {"a": "theirs\n"},
        {"a": "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> template\n"},
        ("a",),
        stages("a", None, "mine\n", "theirs\n"),
    ),
    "a file of mine where they want a folder": Case(
        {},
        {"a": "mine\n"},
        {"a/b": "theirs\n"},
        {"a~yours": "mine\n", "a/b": "theirs\n"},
        ("a~yours",),
        stages("a~yours", None, "mine\n"),
    ),
    "a folder of mine where they want a file": Case(
        {},
        {"a/b": "mine\n"},
        {"a": "theirs\n"},
        {"a/b": "mine\n", "a~template": "theirs\n"},
        ("a~template",),
        stages("a~template", None, None, "theirs\n"),
    ),
    "my binary": Case({"a": b"\0\1"}, {"a": b"\0\2"}, {"a": b"\0\1"}, {"a": b"\0\2"}),
    "two binaries: a conflict": Case(
        {"a": b"\0\1"},
        {"a": b"\0\2"},
        {"a": b"\0\3"},
        {"a": b"\0\2"},
        ("a",),
        stages("a", b"\0\1", b"\0\2", b"\0\3"),
    ),
    "my link": Case({"a": link("x")}, {"a": link("y")}, {"a": link("x")}, {"a": link("y")}),
    "my submodule": Case({}, {"s": submodule("1")}, {}, {"s": submodule("1")}),
    "empty files": Case({"a": "", "b": ""}, {"a": ""}, {"b": "", "c": ""}, {"c": ""}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_valid_merge_balances(name: str) -> None:
    case = CASES[name]
    found = check(*case[:6])
    assert found.losses == ()
    assert tuple(f"{one.path}: {one.text}" for one in found.notices) == case.notices


def test_a_file_that_i_deleted_is_named_where_a_conflict_does_not_hold_theirs() -> None:
    found = check({"a": TEXT}, {}, {"a": OTHER}, {}, ("a",), stages("a", TEXT))
    assert [one.path for one in found.notices] == ["a"]


def test_lines_that_came_back_are_quoted() -> None:
    found = check(*CASES["I removed a line, they moved it"][:4])
    assert [one.lines for one in found.notices] == [("line 3",)]


def test_what_is_plain_is_not_read() -> None:
    # These blobs exist nowhere: reading one would be a KeyError.
    old, mine, other = (put(f"{n}\n")._replace(oid=n * 40) for n in "789")
    base = {"a": old, "b": old, "c": old, "d": old}
    ours = {"a": mine, "b": old, "d": mine, "e": mine}
    theirs = {"a": old, "b": other, "c": old, "d": mine, "f": other}
    result = {"a": mine, "b": other, "d": mine, "e": mine, "f": other}
    assert check(base, ours, theirs, result).losses == ()


def test_a_reason_given_makes_a_notice_of_a_loss() -> None:
    found = check(
        {"a": TEXT}, {"a": MINE}, {"a": OTHER}, {"a": OTHER}, named={"a": NoticeReason.KEPT}
    )
    assert found.losses == ()
    assert found.notices == (Notice("a", NoticeReason.KEPT, lines=("mine",)),)


def test_a_reason_for_another_path_excuses_nothing() -> None:
    found = check(
        {"a": TEXT}, {"a": MINE}, {"a": OTHER}, {"a": OTHER}, named={"b": NoticeReason.KEPT}
    )
    assert texts(found) == ("a: your lines are missing: 'mine'",)


def test_a_reason_is_silent_where_nothing_is_lost() -> None:
    found = check(
        {"a": TEXT}, {"a": MINE}, {"a": OTHER}, {"a": BOTH}, named={"a": NoticeReason.KEPT}
    )
    assert (found.losses, found.notices) == ((), ())


def test_their_new_file_that_was_not_written_is_named() -> None:
    reason = NoticeReason.IGNORED
    found = check({}, {}, {"a": TEXT}, {}, named={"a": reason})
    assert (found.losses, found.notices) == ((), (Notice("a", reason),))
