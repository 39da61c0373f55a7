"""One version of a file with what another has at a key; what cannot be proved is not cut."""

import json
import tomllib

import pytest

from modelyard.update.keep import transplant
from modelyard.update.keep.at_key import NotCut, lines_at
from modelyard.update.keep.transplant import transplanted
from modelyard.update.structured.pieces import Piece

NEW = b"""\
# top
[project]
name = "x"
dependencies = ["a", "b"]  # of new

# ruff of new
[tool.ruff]
line-length = 120

[tool.ruff.lint]
select = ["E", "F"]

[tool.mypy]
strict = true
"""
OLD = b"""\
# top
[project]
name = "y"

[tool.ruff]
line-length = 100

[tool.mypy]
strict = false
"""


def test_a_table_with_those_below_it() -> None:
    made = transplanted("pyproject.toml", NEW, OLD, ("tool", "ruff"))
    assert tomllib.loads(made.decode()) == {
        **tomllib.loads(NEW.decode()),
        "tool": {"ruff": {"line-length": 100}, "mypy": {"strict": True}},
    }
    assert b"# ruff of new" not in made and b"# of new" in made


def test_what_the_other_lacks_goes_and_comes_back_to_its_place() -> None:
    key = ("project", "dependencies")
    assert transplanted("pyproject.toml", NEW, OLD, key) == NEW.replace(
        b'dependencies = ["a", "b"]  # of new\n', b""
    )
    made = transplanted("pyproject.toml", OLD, NEW, key)
    assert made == OLD.replace(b'"y"\n', b'"y"\ndependencies = ["a", "b"]  # of new\n')


def test_a_table_is_put_behind_the_one_that_it_follows() -> None:
    made = transplanted("pyproject.toml", OLD, NEW, ("tool", "ruff", "lint"))
    wanted = b'line-length = 100\n\n[tool.ruff.lint]\nselect = ["E", "F"]\n\n[tool.mypy]'
    assert wanted in made


def test_yaml_with_a_key_that_is_a_word_for_true() -> None:
    new = b"on:\n  push:\n    branches: [main]\njobs:\n  1:\n    # s\n    steps:\n      - run: a\n"
    old = b"on: [push]\njobs:\n  1:\n    runs-on: x\n    steps:\n      - run: z\n"
    assert transplanted("a.yml", new, old, ("on",)) == new.replace(
        b"on:\n  push:\n    branches: [main]\n", b"on: [push]\n"
    )
    made = transplanted("a.yml", new, old, ("jobs", "1", "steps"))
    assert made == new.replace(b"    # s\n", b"").replace(b"run: a", b"run: z")


def test_json_of_one_line_and_line_ends() -> None:
    new, old = b'{"a": 1,\r\n "b": {"c": 2, "d": 3}}\r\n', b'{"a": 2, "b": {"d": 4}}\n'
    made = transplanted("a.json", new, old, ("b",))
    assert made.count(b"\r\n") == made.count(b"\n") == 2
    assert json.loads(made) == {"a": 1, "b": {"d": 4}}
    assert json.loads(transplanted("a.json", old, new, ("b", "c"))) == {
        "a": 2,
        "b": {"c": 2, "d": 4},
    }


@pytest.mark.parametrize(
    ("path", "into", "donor", "key"),
    [
        ("a.txt", b"a", b"b", ("a",)),
        ("a.toml", b"a = [", b"a = 1\n", ("a",)),
        ("a.yml", b"x: &x 1\na: *x\n", b"a: 2\n", ("a",)),
        ("a.yml", b"a: 1\n---\na: 2\n", b"a: 2\n", ("a",)),
        ("a.yml", b"a: 1\nb:\n  c: 1\n", b"b: {c: 2}\n", ("b", "c")),
        ("a.yml", b"b:\n    c: 1\n    d: 1\n", b"b:\n  c: 2\n", ("b", "c")),
        ("a.toml", b"b = 1\n", b"[t]\na = 1\n", ("t", "a")),
        ("a.toml", b"x = '" + b"x" * 200_000 + b"'\n", b"a = 1\n", ("a",)),
        ("a.toml", b"a = '\xff'\n", b"a = 1\n", ("a",)),
        ("a.json", b"[" * 2000 + b"]" * 2000, b"{}", ("a",)),
    ],
)
def test_what_cannot_be_told_apart_is_not_cut(
    path: str, into: bytes, donor: bytes, key: tuple[str, ...]
) -> None:
    with pytest.raises(NotCut):
        transplanted(path, into, donor, key)


def test_a_careless_cut_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof does not believe the hand that cuts."""
    for careless in (lambda target, source, *_: source, lambda target, *_: Piece(None, {})):
        monkeypatch.setattr(transplant, "_give", careless)
        transplanted.cache_clear()
        with pytest.raises(NotCut):
            transplanted("pyproject.toml", NEW, OLD, ("tool", "ruff"))

    def without_a_comment(target: Piece, *_: object) -> Piece:
        text = NEW.replace(b"# top", b"").replace(b"120", b"100").decode()
        return Piece(None, None, tail=text)

    monkeypatch.setattr(transplant, "_give", without_a_comment)
    with pytest.raises(NotCut, match="more than the key"):
        transplanted("pyproject.toml", NEW, OLD, ("tool", "ruff", "line-length"))


def test_lines_at_a_key() -> None:
    assert lines_at("pyproject.toml", OLD, ("tool", "mypy", "strict")) == ("strict = false",)
    assert lines_at("pyproject.toml", OLD, ("tool", "nobody")) == ()
