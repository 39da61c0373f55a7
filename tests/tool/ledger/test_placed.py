"""Where a merge by meaning may write lines anew, each word stays below the keys that it has."""

import pytest

from modelyard.ledger.placed import is_placed
from tests.tool.ledger.audits import check

TOML = '[a]\nx = 1\ny = ["p"]\n\n[b]\nx = 1\n'
YAML = "a:\n  x: 1\n  y: [p]\nb:\n  x: 1\n"
JSON = '{\n  "a": {\n    "x": 1,\n    "y": ["p"]\n  },\n  "b": {\n    "x": 1\n  }\n}\n'
PYTHON = "def a():\n    x(1)\n    y('p')\n\n\ndef b():\n    x(1)\n"
FILES = {
    "a.toml": (TOML, '"p"', '"p", "mine"', '"p", "theirs"', "x = 1\n", "new = 2\n"),
    "a.yaml": (YAML, "[p", "[p, mine", "[p, theirs", "  x: 1\n", "  new: 2\n"),
    "a.json": (JSON, '"p"', '"p", "mine"', '"p", "theirs"', '"x": 1', '"new": 2, '),
    "a.py": (PYTHON, "'p'", "'p', 'mine'", "'p', 'theirs'", "    x(1)\n", "    new(2)\n"),
}


def merges(path: str) -> tuple[str, str, str, str, str]:
    """Return three versions, their merge, and one with the template's addition elsewhere."""
    base, both, mine, other, at, new = FILES[path]
    head, middle, tail = base.split(at)
    ours = base.replace(both, mine)
    theirs = f"{head}{new}{at}{middle}{at}{tail}".replace(both, other)
    merged = base.replace(both, f"{mine}, {other.removeprefix(both).lstrip(', ')}")
    head, middle, tail = merged.split(at)
    good, wrong = f"{head}{new}{at}{middle}{at}{tail}", f"{head}{at}{middle}{new}{at}{tail}"
    return base, ours, theirs, good, wrong


@pytest.mark.parametrize("path", FILES)
def test_what_a_side_adds_is_below_its_own_key(path: str) -> None:
    *sides, good, wrong = (text.encode() for text in merges(path))
    assert is_placed(path, sides, good)
    assert not is_placed(path, sides, wrong)


@pytest.mark.parametrize("path", FILES)
def test_the_ledger_refuses_it_elsewhere(path: str) -> None:
    base, ours, theirs, good, wrong = ({path: text} for text in merges(path))
    assert not check(base, ours, theirs, good).losses
    assert check(base, ours, theirs, wrong).losses


@pytest.mark.parametrize("path", FILES)
def test_what_cannot_be_read_any_more_is_no_merge(path: str) -> None:
    *sides, good, _ = (text.encode() for text in merges(path))
    assert not is_placed(path, sides, b"{[(" + good)
    assert is_placed(path, [b"{[(", *sides[1:]], good)


def test_an_alias_is_its_name_and_a_key_may_be_anything() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\n? [k, 1]\n: &c {*b : *b}\n? {m: 1}\n"
    sides = [bomb, f"{bomb}mine: *a\n", f"theirs: *b\n{bomb}"]
    merged = f"theirs: *b\n{bomb}mine: *a\n"
    versions = [side.encode() for side in sides]
    assert is_placed("a.yml", versions, merged.encode())
    assert not is_placed("a.yml", versions, merged.replace("mine: *a", "mine: *b").encode())
    assert not is_placed("a.yml", versions, merged.replace("mine", "other").encode())


def test_both_may_change_the_text_of_one_value() -> None:
    sides = [f"a:\n  run: |\n    {one}\n".encode() for one in ("x y z", "x mine z", "x y theirs")]
    assert is_placed("a.yml", sides, b"a:\n  run: |\n    x mine theirs\n")
    assert not is_placed("a.yml", sides, b"a:\n  run: |\n    x y z\n")
