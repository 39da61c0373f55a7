"""Merges of JSON."""

import pytest

from modelyard.update.structured.by_meaning import merge
from tests.tool.update.structured.cases import Case, check, named

BASE = """\
{
  "name": "demo",
  "seed": 1,
  "tags": ["a", "b"],
  "deep": {
    "x": [
      1,
      2
    ],
    "é": null
  }
}
"""

CASES = [
    Case(
        "neighbours",
        [('"demo"', '"mine"')],
        [('"seed": 1', '"seed": 2')],
        [('"demo"', '"mine"'), ('"seed": 1', '"seed": 2')],
    ),
    Case(
        "both extend a mapping, one a list",
        [('"b"]', '"b", "m"]'), ("null", 'null,\n    "m": {}')],
        [("null", 'null,\n    "y": {"z": 1}')],
        [
            ('"b"]', '"b", "m"]'),
            ("null", 'null,\n    "m": {},\n    "y": {"z": 1}'),
        ],
    ),
    Case("both extend a list", [('"b"]', '"b", "m"]')], [('"b"]', '"b", "y"]')], None),
    Case(
        "ours wrote it in one line",
        [(BASE, '{"name":"demo","seed":1,"tags":["a","b"],"deep":{"x":[1,2],"é":null}}\n')],
        [('"b"]', '"b", "y"]'), ("é", "e")],
        [(BASE, '{"name":"demo","seed":1,"tags":["a","b","y"],"deep":{"x":[1,2],"e": null}}\n')],
    ),
    Case("one value apart", [('"seed": 1', '"seed": 2')], [('"seed": 1', '"seed": 3')], None),
    Case("int and float", [('"seed": 1', '"seed": 1.0')], [('"seed": 1', '"seed": 2')], None),
    Case("a key twice", [('"seed": 1', '"seed": 1, "seed": 2')], [('"demo"', '"x"')], None),
    Case("numbers have no names", [("      2\n", "      3\n")], [("      2\n", "      4\n")], None),
    Case("delete and change", [('  "seed": 1,\n', "")], [('"seed": 1', '"seed": 2')], None),
    Case(
        "the last one dropped, and the first changed",
        [(',\n    "é": null', "")],
        [("      1,\n", "      0,\n")],
        [("      1,\n", "      0,\n"), (',\n    "é": null', "")],
    ),
]


@named(CASES)
def test_merge(case: Case) -> None:
    check("a/b.json", BASE, case)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("[]", '["m"]', '["y"]', None),
        ("{}", '{"m":1}', '{"y":2}', b'{"m":1, "y":2}'),
        ('{"a":1,"b":2}', '{"a":3,"b":2}', '{"a":1,"b":4}', b'{"a":3,"b":4}'),
        ('{"a":1,"b":2,"c":3}', '{"c":3,"b":2,"a":1}', '{"b":2,"a":1,"c":3}', None),
        ('{"a":1}', '{"a":1,"m":2}', '{"a":1,"m":3}', None),
        ('{"a":1}', '{"a":2} x', '{"a":1,"m":3}', None),
        ("[" * 9000 + "]" * 9000, "[1]", "[2]", None),
        ("\ufeff[1]", "[1, 2]", "[3]", None),
    ],
)
def test_small(base: str, ours: str, theirs: str, merged: bytes | None) -> None:
    assert merge("x.json", base.encode(), ours.encode(), theirs.encode()) == merged
