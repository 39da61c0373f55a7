"""Lists in one line or with a line for each item: the owner's way to write it stays."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from modelyard.update.structured.by_meaning import merge
from tests.tool.update.threes import Threes

LAYOUTS = ("flat", "tall", "wrapped")
FORMATS = {
    "TOML": ("pyproject.toml", '[project]\nname = "x"\ndependencies = ', "\n"),
    "TOML in a table": ("pyproject.toml", "[dependency-groups]\nx = ", '\ny = ["y"]\n'),
    "YAML": ("environment.yml", "name: x\ndependencies: ", "\nz: 1\n"),
    "JSON": (".vscode/extensions.json", '{\n"recommendations": ', "\n}\n"),
    "Python": ("a.py", "import os\n\n__all__ = ", "\n"),
}
THREE = [*product(LAYOUTS, repeat=3)]


def written(name: str, items: str, layout: str) -> str:
    """Return a file with a list of words."""
    _, before, after = FORMATS[name]
    words = [f'"{word}"' for word in items.split()]
    comma = "," if layout == "tall" and name != "JSON" else ""
    inside = ", ".join(words)
    if layout != "flat" and words:
        ends = ["," if layout == "tall" or at % 2 else ", " for at in range(1, len(words))]
        parts = [word + end for word, end in zip(words, [*ends, comma], strict=True)]
        inside = "\n    " + "".join(f"{p}\n    " if p[-1] == "," else p for p in parts).rstrip()
        inside += "\n  "
    return f"{before}[{inside}]{after}"


def merged(name: str, sides: tuple[str, str, str], layouts: Sequence[str]) -> str | None:
    base, ours, theirs = (
        written(name, items, layout).encode() for items, layout in zip(sides, layouts, strict=True)
    )
    found = merge(FORMATS[name][0], base, ours, theirs)
    return None if found is None else found.decode()


@pytest.mark.parametrize("name", FORMATS)
def test_a_list_that_theirs_empties_is_that_of_ours_as_it_stands(name: str) -> None:
    for layouts in THREE:
        found = merged(name, ("a", "n p q", ""), layouts)
        # In Python an empty list has no items to be cut into.
        assert found == (None if name == "Python" else written(name, "n p q", layouts[1]))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("base", "ours", "theirs", "items"),
    [
        ("a b", "a b n", "a t", "a n t"),
        ("a b", "n", "b t", "n t"),
        ("a", "", "a t", "t"),
        ("a b c", "n a b c", "b c", "n b c"),
        ("", "n p", "t", "n p t"),
    ],
)
def test_items_are_in_one_line_or_each_in_its_own(
    name: str, base: str, ours: str, theirs: str, items: str
) -> None:
    for of_base, of_ours, of_theirs in product(LAYOUTS, LAYOUTS[:2], LAYOUTS[:2]):
        found = merged(name, (base, ours, theirs), (of_base, of_ours, of_theirs))
        if found is not None:
            assert found in {written(name, items, layout) for layout in (of_ours, of_theirs)}


def test_an_object_that_theirs_empties_keeps_the_form_of_ours() -> None:
    three = ('\n    "x": 1\n  ', '\n    "x": 1,\n    "n": 1\n  ', "")
    base, ours, theirs = (f'{{\n  "a": {{{inside}}}\n}}\n' for inside in three)
    found = merge("a.json", base.encode(), ours.encode(), theirs.encode())
    assert found == ours.replace('    "x": 1,\n', "").encode()


def test_of_a_list_that_stays_as_it_stands_nothing_is_told(tmp_path: Path) -> None:
    three = (("a", "tall"), ("n p", "tall"), ("", "flat"))
    base, ours, theirs = ({"pyproject.toml": written("TOML", *one)} for one in three)
    outcome = Threes(tmp_path / "repo").update(base, ours, theirs)
    assert (outcome.status, outcome.text("pyproject.toml")) == ("clean", ours["pyproject.toml"])
    assert not outcome.told
