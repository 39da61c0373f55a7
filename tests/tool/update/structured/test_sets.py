"""Each set of the list merges at one place; docs/explanation/updates.md has the same list."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import tomlkit
import yaml

from modelyard.update.structured.by_meaning import merge
from modelyard.update.structured.commute import Movable
from modelyard.update.structured.formats import find
from modelyard.update.structured.sets import EXPORTS, LINES, NAMES, PATTERNS, SETS, Items, SetRule

DOCS = (Path(__file__).parents[4] / "docs/explanation/updates.md").read_text("utf-8")
SHOWN = {
    EXPORTS: "`__all__`",
    LINES: "its lines",
    NAMES: "the names of one `from … import`",
    PATTERNS: "its patterns",
}
LISTS = [
    pytest.param(rule, file, keys, id=f"{file} {keys}")
    for rule in SETS
    for file, keys in itertools.product(rule.files, rule.keys)
    if file != "*.py"
]
ELSEWHERE = [one for one in LISTS if not {PATTERNS, LINES} & set(str(one.id).split())]


def written(file: str, keys: str, items: list[Any]) -> bytes:
    """Write a file that has a list at a place."""
    if keys in (PATTERNS, LINES):
        return "".join(f"{item}\n" for item in items).encode()
    value: Any = items
    for key in reversed(keys.replace("*", "some").split(".")):
        value = {key: value}
    if file.endswith(".json"):
        return json.dumps(value, indent=2).encode()
    if file.endswith(".toml"):
        return tomlkit.dumps(value).encode()
    return yaml.safe_dump(value, sort_keys=False).encode()


@pytest.mark.parametrize(("rule", "file", "keys"), LISTS)
def test_both_sides_add_to_a_set_at_one_place(rule: SetRule, file: str, keys: str) -> None:
    path = f"some/{file}".replace("*", "some")
    sides = [written(path, keys, items) for items in (["a"], ["a", "mine"], ["a", "yours"])]
    found = merge(path, *sides)
    assert found is not None
    text = re.sub(r"\s|[\"',\[\]{}-]", " ", found.decode()).split()
    assert text[-3:] == ["a", "mine", "yours"]


@pytest.mark.parametrize(("rule", "file", "keys"), ELSEWHERE)
def test_the_same_list_elsewhere_is_no_set(rule: SetRule, file: str, keys: str) -> None:
    path, elsewhere = f"some/{file}".replace("*", "some"), f"other.{keys}"
    sides = [written(path, elsewhere, items) for items in (["a"], ["a", "mine"], ["a", "yours"])]
    assert merge(path, *sides) is None


@pytest.mark.parametrize(("rule", "file", "keys"), LISTS)
def test_what_has_an_order_after_all_is_for_a_person(rule: SetRule, file: str, keys: str) -> None:
    more = {
        Items.PATTERNS: ("mine", "!yours"),
        Items.REQUIREMENTS: ("mine>=1", "Mine>=2"),
    }.get(rule.items)
    if more is None:
        return
    path = f"some/{file}".replace("*", "some")
    sides = [written(path, keys, items) for items in (["a"], *(["a", one] for one in more))]
    assert merge(path, *sides) is None


WORKFLOW = "jobs:\n  a:\n    strategy:\n      matrix:\n        x: [{}]\n        include: [{}]\n"
HOOKS = "repos:\n- repo: a\n  hooks:\n  - id: b\n    {}: [{}]\n"


@pytest.mark.parametrize(
    ("path", "text", "items"),
    [
        (".github/workflows/x.yml", WORKFLOW, ("'3.9', '3.10'", "'3.8', ", ", '3.11'")),
        (".github/workflows/x.yml", WORKFLOW, ("3.9, 3.10", "3.8, ", ", 3.11")),
        (".github/workflows/x.yml", WORKFLOW, ("3.9, 3.10", "", ", 3.11")),
        (".github/workflows/x.yml", WORKFLOW, ("a, true", "", ", false")),
    ],
)
def test_both_add_to_an_axis_of_a_matrix(path: str, text: str, items: tuple[str, str, str]) -> None:
    old, first, last = items
    lists = (old, f"{old}, mine", f"{first}{old}{last}")
    sides = [text.format(found, "{x: 1}").encode() for found in lists]
    assert merge(path, *sides) == text.format(f"{first}{old}, mine{last}", "{x: 1}").encode()


def test_entries_of_a_matrix_have_an_order() -> None:
    lists = ("{x: 1}", "{x: 1}, {x: 2}", "{x: 1}, {x: 3}")
    sides = [WORKFLOW.format("a", found).encode() for found in lists]
    assert merge(".github/workflows/x.yml", *sides) is None


@pytest.mark.parametrize("key", ["types", "types_or", "stages", "additional_dependencies"])
def test_both_add_to_a_list_of_a_hook(key: str) -> None:
    sides = [HOOKS.format(key, items).encode() for items in ("a", "a, mine", "a, yours")]
    wanted = HOOKS.format(key, "a, mine, yours").encode()
    assert merge(".pre-commit-config.yaml", *sides) == wanted
    sides = [HOOKS.format("args", items).encode() for items in ("a", "a, mine", "a, yours")]
    assert merge(".pre-commit-config.yaml", *sides) is None


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("from a import x", ", mine", ", yours"),
        ('__all__ = ["x"', ', "mine"]', ', "yours"]'),
        ("import a", "\nimport mine", "\nimport yours"),
        ("import a", "\nfrom mine import b", "\nfrom yours import c as d"),
        ("import a", "\nimport google.cloud", "\nimport google.auth"),
        (
            "import a",
            "\n\n\ndef mine(x: int = 1) -> str:\n    pass",
            "\n\n\ndef yours():\n    pass",
        ),
        ("import a", "\n\n\nclass Mine(ValueError):\n    pass", "\n\n\nclass Yours:\n    x = 1"),
        (
            "import pytest",
            "\n\n\n@pytest.mark.slow\ndef test_mine():\n    pass",
            '\n\n\n@pytest.mark.parametrize("x", [1])\ndef test_yours(x):\n    pass',
        ),
        ("import a", "\nMINE = 1", '\nYOURS: str = "y"'),
        (
            "class A:\n    x: int",
            "\n\n    def mine(self):\n        pass",
            "\n\n    @property\n    def yours(self):\n        pass",
        ),
    ],
)
def test_statements_that_only_bind_names(base: str, ours: str, theirs: str) -> None:
    end = "]\n" if base.endswith('"x"') else "\n"
    sides = [(base + more.removesuffix("]") + end).encode() for more in ("", ours, theirs)]
    merged = base + ours.removesuffix("]") + theirs.removesuffix("]") + end
    assert merge("src/x.py", *sides) == merged.encode()


def rows() -> list[str]:
    """Return what the docs must say, from the code."""
    found = []
    for rule in SETS:
        files = "Python" if rule.files == ("*.py",) else _marked(rule.files)
        found.append(f"| {files} | {_keys(rule.keys)} | {rule.reason} |")
    return [*found, *(f"| Python | {kind.value} |" for kind in Movable)]


def _keys(keys: tuple[str, ...]) -> str:
    groups: dict[str, list[str]] = {}
    for key in keys:
        before, _, last = key.rpartition(".")
        groups.setdefault(before, []).append(last)
    shown = [SHOWN.get(key) or f"`{key}`" for key in keys]
    if len(keys) > 6 or len(groups) < len(keys):
        shown = [
            _marked(f"{before}.{last}" for last in lasts)
            if len(lasts) == 1 and before
            else _marked(lasts)
            if not before
            else f"`{before}.` " + _marked(lasts)
            for before, lasts in groups.items()
        ]
    return ", ".join(shown)


def _marked(texts: Any) -> str:
    return ", ".join(f"`{text}`" for text in texts)


@pytest.mark.parametrize("row", rows())
def test_docs_have_each_set_and_why_it_is_one(row: str) -> None:
    assert row in DOCS


def test_docs_name_no_other_set() -> None:
    section = DOCS[DOCS.index("## By meaning") : DOCS.index("## Files that somebody reformatted")]
    tables = [line for line in section.splitlines() if line.startswith(("| `", "| Python"))]
    assert sorted(tables) == sorted(rows())


def test_files_of_the_list_can_be_merged() -> None:
    for rule in SETS:
        for file in rule.files:
            assert find(file.replace("*", "x"))
