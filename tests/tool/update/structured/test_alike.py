"""What both sides changed alike is no conflict beside what one of them changed more."""

import random
from collections import Counter
from pathlib import Path

import pytest

from modelyard.update.structured.alike import shared_base
from modelyard.update.structured.contained import contained
from tests.tool.update.threes import Threes

TARGET = ".PHONY: all\n\nRUN = $(shell find-tool || echo poetry run) tool\n\nall:\n\t$(RUN) all\n"
OLD, NEW = "RUN = $(shell find-tool || echo poetry run) tool\n", "RUN := $(if $(VENV),,pdm) tool\n"
EXPORT = "export VERSIONS ?= 3.11 3.12\n"
BADGES = "# Name\n\nci at dls/name/ci\ncoverage at dls/name/coverage\n\nAbout it.\n"
MOVED = BADGES.replace("dls", "blue")
LOGO = MOVED.replace("# Name\n", "# Name\n\nlogo of the team\n")
RUN = "a\n$ docker run registry.io/old/name:main --version\nb\n"
WORKFLOW = "on:\n  push:\nenv:\n  LANG: 'en'\n  KEEP: 'true'\njobs: {}\n"
CACHED = WORKFLOW.replace("'en'", "en").replace("KEEP: 'true'", "CACHE: here")
SAID = CACHED.replace("  CACHE", "  # Where it is easy to remove.\n  CACHE")

CASES = {
    "the template writes more": (
        "Makefile",
        (TARGET, TARGET.replace(OLD, NEW), TARGET.replace(OLD, NEW + EXPORT)),
        TARGET.replace(OLD, NEW + EXPORT),
    ),
    "the user writes more": ("README.md", (BADGES, LOGO, MOVED), LOGO),
    "more words of a line": (
        "docs/run.md",
        (RUN, RUN.replace("old", "new"), RUN.replace("old", "new").replace("main", "latest")),
        RUN.replace("old", "new").replace("main", "latest"),
    ),
    "comments": (".github/workflows/ci.yml", (WORKFLOW, CACHED, SAID), SAID),
    "a value in a mapping": (
        "mkdocs.yml",
        ("p:\n- tool\n", "p:\n- tool:\n    a: 1\n    mine: 2\n", "p:\n- tool:\n    a: 1\n"),
        "p:\n- tool:\n    a: 1\n    mine: 2\n",
    ),
    "both write more, at two places by meaning": (
        "mkdocs.yml",
        (
            "nav:\n- Overview: index.md\nx: 1\n",
            "nav:\n- Home:\n  - Overview: index.md\n  - Credits: c.md\n- Usage: u.md\nx: 1\n",
            "nav:\n- Home:\n  - Overview: index.md\n  - Credits: c.md\n  - Licence: l.md\nx: 1\n",
        ),
        "nav:\n- Home:\n  - Overview: index.md\n  - Credits: c.md\n  - Licence: l.md\n"
        "- Usage: u.md\nx: 1\n",
    ),
    "an end without a newline": (
        "docs/index.rst",
        (
            "Title\n\n   home\n   api\n",
            "Title\n\n   guide\n   api",
            "Title\n\n   home\n   api\n  x\n",
        ),
        "Title\n\n   guide\n   api\n  x",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_is_merged(tmp_path: Path, name: str) -> None:
    path, (base, ours, theirs), expected = CASES[name]
    found = Threes(tmp_path).update({path: base}, {path: ours}, {path: theirs})
    assert (found.status, found.text(path)) == ("clean", expected)


DISPUTES = {
    "one deletes what the other changed": ("x\na = 1\nz\n", "x\nnew\na = 2\nz\n", "x\nnew\nz\n"),
    "one keeps what the other deleted": ("x\na = 1\nb\nz\n", "x\na = 1\nlong\nz\n", "x\nlong\nz\n"),
    "what is more has become of what is gone": (
        "x\nalpha = 1\nbeta = 1\nz\n",
        "x\nalpha = 2\ngamma = 9\nbeta = 2\nz\n",
        "x\nalpha = 2\ngamma = 9\nz\n",
    ),
    "a line of both is repeated": ("x\nz\n", "x\nrun it\nz\n", "x\nrun it\nrun it\nz\n"),
    "both write more": ("x\nz\n", "x\nmine\nboth\nz\n", "x\nboth\nyours\nz\n"),
    "another word of a line": ("run old main\n", "run new main2\n", "run new latest\n"),
    "part of a version": ('"a==1.5"\n', '"a==2.5"\n', '"a==2.1"\n'),
    "part of a text": ("s = 'old main'\n", "s = 'new main'\n", "s = 'new latest'\n"),
    "nothing but signs are alike": ("x\n{\nz\n", "x\n}\nmore\nz\n", "x\n}\nz\n"),
    "a line of both, below another head": ("[a]\n", "[a]\nlong = 5\n", "[a]\n[b]\nlong = 5\n"),
    "a line of both in place of another one, below another head": (
        "[a]\ngone = no\n",
        "[a]\nlong = 5\n",
        "[a]\n[b]\nlong = 5\n",
    ),
    "a line of both, below a comment": ("x\n", "x\nlong = 5\n", "x\n# About it\nlong = 5\n"),
    "blank lines": ("x\n\ny\n", "x\ny\n", "x\n\n\ny\n"),
}


@pytest.mark.parametrize("name", DISPUTES)
@pytest.mark.parametrize("turned", [False, True])
def test_is_for_a_person(name: str, turned: bool) -> None:
    base, ours, theirs = (side.encode() for side in DISPUTES[name])
    if turned:
        ours, theirs = theirs, ours
    assert shared_base(base, ours, theirs) is None


BOTH = {
    "one key, two values": (
        "a.yaml",
        "a: 1\n",
        "b:\n  long: 1\n  c: 1\n",
        "b:\n  long: 1\n  c: 2\n",
    ),
    "one place of a list": ("a.yaml", "a: [1]\n", "s:\n- one\n- mine\n", "s:\n- one\n- yours\n"),
    "no meaning": ("a.txt", "x\n", "x\nmine\nboth of them\n", "x\nboth of them\nyours\n"),
    "no meaning in common": (
        "a.toml",
        "a = 1\n",
        "a = [\n  1,\n  2,\n]\n",
        "a = [\n  1,\n  3,\n]\n",
    ),
}


@pytest.mark.parametrize("name", BOTH)
def test_what_both_wrote_more_at_one_place_is_for_a_person(tmp_path: Path, name: str) -> None:
    path, base, ours, theirs = BOTH[name]
    found = Threes(tmp_path).update({path: base}, {path: ours}, {path: theirs})
    assert found.status == "conflict"


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("a\nb\nc\n", "a\nb\nc\nx\n", "a\nb\nc\nx\n"),
        ("a\nb\nc\n", "a\nb\nx\nc\n", None),
        ("a\nb\nx\nc\n", "a\nb\nc\n", "a\nb\nx\nc\n"),
        ("a\nb\n", "a\n\nb\n", "a\nb\n"),
        ("a\nb\n", "a\nb", "a\nb\n"),
        ("a\nb", "a\nb\n", "a\nb\n"),
        ("a\n", "", "a\n"),
        ("a\nb\nc\n", "a\nx\nc\n", None),
        ("a\nb\n", "b\na\n", None),
        ("a\n", "a\nb\nc\n", None),
        ("a\nb\n", "a\nb\nb\n", None),
        ("", "a\n", None),
    ],
)
def test_of_two_added_files_the_one_that_contains_the_other_stands(
    ours: str, theirs: str, expected: str | None
) -> None:
    found = contained("a.txt", ours.encode(), theirs.encode())
    assert found == (None if expected is None else expected.encode())


SECTIONS = {
    ".editorconfig": ("[a]\nx = 1\ny = 2\n", "[a]\nx = 1\n[b]\ny = 2\n"),
    "a.py": ("def f():\n    a()\n    b()\n", "def f():\n    a()\ndef g():\n    b()\n"),
    "a.toml": ("[a]\nx = 1\ny = 2\n", "[a]\nx = 1\n[b]\ny = 2\n"),
    "a.yaml": ("a:\n  x: 1\n  y: 2\n", "a:\n  x: 1\nb:\n  y: 2\n"),
}


@pytest.mark.parametrize("path", SECTIONS)
def test_an_added_file_does_not_give_way_to_one_that_says_something_else(path: str) -> None:
    ours, theirs = (side.encode() for side in SECTIONS[path])
    assert contained(path, ours, theirs) is None
    assert contained(path, theirs, ours) == theirs


def test_an_added_file_gives_way_to_one_that_says_more() -> None:
    ours, theirs = b"a:\n- 1\n- 3\nc: 5\n", b"a:\n- 1\n- 2\n- 3\nb: 4\nc: 5\n"
    assert contained("a.yaml", ours, theirs) == theirs


@pytest.mark.parametrize(
    ("ours", "theirs", "status"),
    [("a\nb\nc\n", "a\nb\nc\nx\n", "clean"), ("a\nb\nc\n", "a\nx\nc\n", "conflict")],
)
def test_an_added_file_is_audited(tmp_path: Path, ours: str, theirs: str, status: str) -> None:
    book = {"other": "x\n"}
    found = Threes(tmp_path).update(book, {**book, "new": ours}, {**book, "new": theirs})
    assert found.status == status
    assert status == "conflict" or found.text("new") == theirs


@pytest.mark.parametrize(
    "content", ["a\r\nb\n", "\0\n", "a\n" * 200_000], ids=["ends", "nul", "long"]
)
def test_odd_texts_are_left_alone(content: str) -> None:
    sides = content.encode(), content.encode() + b"x\ny\n", content.encode() + b"x\n"
    assert shared_base(*sides) is None


def test_nothing_is_in_it_that_not_both_sides_have() -> None:
    dice, seen = random.Random(11), 0  # noqa: S311  (the same each time)
    for _ in range(3000):
        base = [f"line {dice.randrange(9)} {word}" for word in "abcdefgh"[: dice.randrange(1, 8)]]
        both = _edited(base, dice)
        sides = [_edited(both, dice) if dice.random() < 0.7 else list(both) for _ in range(2)]
        before, ours, theirs = ("".join(f"{x}\n" for x in s).encode() for s in (base, *sides))
        made = shared_base(before, ours, theirs)
        if made is None:
            continue
        seen += 1
        new = Counter(made.decode().splitlines()) - Counter(base)
        assert all(not new - Counter(side) for side in sides)
    assert seen > 100


def _edited(lines: list[str], dice: random.Random) -> list[str]:
    found = list(lines)
    for _ in range(dice.randrange(1, 3)):
        at = dice.randrange(len(found) + 1)
        kind = dice.choice(["put", "put", "drop", "change"])
        if kind == "put":
            found.insert(at, f"new {dice.choice('pqrstuvw')} {dice.randrange(99)}")
        elif at < len(found):
            found[at : at + 1] = [] if kind == "drop" else [f"{found[at]} changed"]
    return found
