"""Merges of pyproject.toml and other TOML."""

import pytest

from modelyard.update.structured.by_meaning import merge
from tests.tool.update.structured.cases import Case, check, named

BASE = '''\
# what this is
[project]
name = "flights"
version = "0.1.0"
requires-python = ">=3.11,<3.14"
dependencies = ["numpy>=1.26", "pandas[parquet]>=2"]
classifiers = [
    "Private :: Do Not Upload",  # nobody does
    "Typing :: Typed",
]

[project.optional-dependencies]
dev = ["pytest>=8"]

# how lines are checked
[tool.ruff]
line-length = 100  # wide
lint.select = ["E", "F"]
lint.per-file-ignores = { "tests/**" = ["S101"] }

[tool.poe]
help = """
a "quoted" # not a comment
"""

[[tool.mypy.overrides]]
module = ["a.*"]
ignore_errors = true

[[tool.mypy.overrides]]
module = ["b.*"]
ignore_errors = true
'''
NUMPY, END = '"numpy>=1.26"', 'module = ["b.*"]\nignore_errors = true\n'

CASES = [
    Case(
        "both add a dependency on one line",
        [('parquet]>=2"]', 'parquet]>=2", "mine"]')],
        [('parquet]>=2"]', 'parquet]>=2", "yours>=1"]')],
        [('parquet]>=2"]', 'parquet]>=2", "mine", "yours>=1"]')],
    ),
    Case(
        "one bumps a pin, the other adds beside it",
        [(NUMPY, NUMPY + ', "mine"')],
        [(NUMPY, '"numpy>=2"')],
        [(NUMPY, '"numpy>=2", "mine"')],
    ),
    Case("both bump one pin apart", [(NUMPY, '"numpy>=2"')], [(NUMPY, '"NumPy>=3"')], None),
    Case(
        "both bump one pin alike, and each does more on that line",
        [(NUMPY, '"numpy>=2"'), ('parquet]>=2"', 'parquet]>=3"')],
        [(NUMPY, '"numpy>=2", "yours"')],
        [(NUMPY, '"numpy>=2", "yours"'), ('parquet]>=2"', 'parquet]>=3"')],
    ),
    Case("bumped and dropped", [(NUMPY + ", ", "")], [(NUMPY, '"numpy>=2"')], None),
    Case(
        "both add one package with two pins",
        [(NUMPY, NUMPY + ', "x>=1"')],
        [('parquet]>=2"]', 'parquet]>=2", "x>=2"]')],
        None,
    ),
    Case(
        "dropped by one, the neighbour changed by the other",
        [(NUMPY + ", ", "")],
        [('parquet]>=2"', 'parquet]>=3"')],
        [(f'{NUMPY}, "pandas[parquet]>=2"', '"pandas[parquet]>=3"')],
    ),
    Case(
        "ours wrote the list over many lines",
        [(f'[{NUMPY}, "pandas[parquet]>=2"]', f'[\n  {NUMPY},  # old\n  "pandas[parquet]>=2",\n]')],
        [('parquet]>=2"]', 'parquet]>=2", "yours"]')],
        [
            (
                f'[{NUMPY}, "pandas[parquet]>=2"]',
                f'[\n  {NUMPY},  # old\n  "pandas[parquet]>=2",\n  "yours",\n]',
            )
        ],
    ),
    Case(
        "theirs wrote the list over many lines",
        [('parquet]>=2"]', 'parquet]>=2", "mine"]')],
        [(f'[{NUMPY}, "pandas[parquet]>=2"]', f'[\n  {NUMPY},\n  "pandas[parquet]>=3",  # new\n]')],
        [
            (
                f'[{NUMPY}, "pandas[parquet]>=2"]',
                f'[\n  {NUMPY},\n  "pandas[parquet]>=3",  # new\n  "mine",\n]',
            )
        ],
    ),
    Case(
        "both add a line to a long list, each with a comment",
        [('Typed",\n', 'Typed",\n    # of mine\n    "Mine",  # mine\n')],
        [('Typed",\n', 'Typed",\n    # of yours\n    "Yours",  # yours\n')],
        [
            (
                'Typed",\n',
                'Typed",\n    # of mine\n    "Mine",  # mine\n'
                '    # of yours\n    "Yours",  # yours\n',
            )
        ],
    ),
    Case(
        "a setting and the one below it",
        [('"0.1.0"', '"0.2.0"  # mine')],
        [(">=3.11,<3.14", ">=3.12")],
        [('"0.1.0"', '"0.2.0"  # mine'), (">=3.11,<3.14", ">=3.12")],
    ),
    Case(
        "a value and the comment behind it",
        [("= 100", "= 120")],
        [("# wide", "# very wide")],
        [("= 100  # wide", "= 120  # very wide")],
    ),
    Case("one value apart", [("= 100", "= 120")], [("= 100", "= 88")], None),
    Case("one comment apart", [("# wide", "# 1"), ('"E"', '"D"')], [("# wide", "# 2")], None),
    Case(
        "a comment of ours above what theirs drops",
        [("line-length", "# why it is so\nline-length"), ('"E", ', "")],
        [("line-length = 100  # wide\n", ""), ('"F"', '"F", "I"')],
        None,
    ),
    Case(
        "both append tables",
        [(END, END + "\n# mine\n[tool.mine]\na = 1\n")],
        [(END, END + "\n# yours\n[tool.yours]\nb = 2\n")],
        [(END, END + "\n# mine\n[tool.mine]\na = 1\n\n# yours\n[tool.yours]\nb = 2\n")],
    ),
    Case(
        "both append one table, not equal",
        [(END, END + "\n[tool.x]\na = 1\n")],
        [(END, END + "\n[tool.x]\na = 2\n")],
        None,
    ),
    Case(
        "a table dropped by one, changed by the other",
        [("# how lines are checked\n[tool.ruff]\nline-length = 100  # wide\n", "[tool.ruff]\n")],
        [("= 100", "= 88")],
        None,
    ),
    Case(
        "entries of an array of tables",
        [('["a.*"]\nignore_errors = true', '["a.*"]\nignore_errors = false')],
        [('["a.*"]\nignore_errors = true', '["a.*"]\nignore_errors = true\nstrict = false')],
        [('["a.*"]\nignore_errors = true', '["a.*"]\nignore_errors = false\nstrict = false')],
    ),
    Case(
        "both append an entry to an array of tables",
        [(END, END + '\n[[tool.mypy.overrides]]\nmodule = ["mine"]\n')],
        [(END, END + '\n[[tool.mypy.overrides]]\nmodule = ["yours"]\n')],
        None,
    ),
    Case(
        "an inline table within dotted keys",
        [('["S101"]', '["S101", "D"]')],
        [('["S101"] }', '["S101"], "tools/**" = ["T"] }')],
        [('["S101"] }', '["S101", "D"], "tools/**" = ["T"] }')],
    ),
    Case(
        "a text of many lines, changed by both",
        [("not a comment", "not a comment, mine")],
        [("not a comment", "not a comment, yours")],
        None,
    ),
    Case(
        "a text of many lines beside another change",
        [('a "quoted"', 'ä "quoted"')],
        [('[tool.poe]\nhelp = """\n', '[tool.poe]\nnew = 1\nhelp = """\n')],
        [('[tool.poe]\nhelp = """\na', '[tool.poe]\nnew = 1\nhelp = """\nä')],
    ),
    Case(
        "a key that ours wrote twice",
        [('name = "flights"\n', 'name = "flights"\nname = "trains"\n')],
        [("= 100", "= 88")],
        None,
    ),
    Case("theirs is no TOML", [("= 100", "= 120")], [("[tool.ruff]", "[tool.ruff")], None),
]


@named(CASES)
def test_merge(case: Case) -> None:
    check("sub/pyproject.toml", BASE, case)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("a = 1\nb = 2\n", "a = 1\nb = 3", "a = 2\nb = 2\n", "a = 2\nb = 3"),
        (
            "[t]\n  a = 1\n",
            "[t]\n  a = 1\n  m = 1\n",
            "[t]\na = 1\ny = 1\n",
            "[t]\n  a = 1\n  m = 1\n  y = 1\n",
        ),
        ('x = ["ä"]\n', 'x = ["ä", "ö"]\n', 'x = ["ä", "ü"]\n', None),
        ('x = ["ä"]\n', 'x = ["ä", "ö"]\n', 'x = ["ü", "ä"]\n', 'x = ["ü", "ä", "ö"]\n'),
        ("x = [1, 2]\n", "x = [1, 2, 3]\n", "x = [0, 1, 2]\n", "x = [0, 1, 2, 3]\n"),
        ("x = [1, 2]\n", "x = [1, 3]\n", "x = [1, 4]\n", None),
        ("x = 1\ny = 1\n", "x = 1.0\ny = 1\n", "x = true\ny = 1\n", None),
        ("x = 1\ny = 1\n", "x = 1\r\ny = 2\n", "x = 2\ny = 1\n", None),
    ],
)
def test_small(base: str, ours: str, theirs: str, merged: str | None) -> None:
    found = merge("x.toml", base.encode(), ours.encode(), theirs.encode())
    assert found == (None if merged is None else merged.encode())


def test_what_is_required_for_a_backend_is_not_for_another() -> None:
    path, base = "pyproject.toml", '[build-system]\nrequires = ["a"]\nbuild-backend = "a"\n'
    ours = base.replace('["a"]', '["a", "a-vcs"]')
    theirs = base.replace('"a"', '"b"')
    assert merge(path, base.encode(), ours.encode(), theirs.encode()) is None
