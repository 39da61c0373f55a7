"""What a formatter may change in a file that means the same afterwards, and what it may not."""

import pytest

from modelyard.ledger.rewritten import is_readable, means_the_same

SAME = {
    "quotes and lines": ("a.py", 'x = f("a", {"b": 1})\n', "x = f(\n    'a',\n    {'b': 1},\n)\n"),
    "a docstring's indentation": (
        "a.py",
        'def f():\n    """Say.\n\n      More.  \n    """\n',
        'def f():\n  """Say.\n\n    More.\n  """\n',
    ),
    "an old prefix, and brackets": ("a.py", "x = u'a'\ndel (a, b)\n", 'x = "a"\ndel a, b\n'),
    "imports in a row": (
        "a.py",
        "import sys, os\nfrom b import y\nfrom b import x\nz = 1\n",
        "import os\nimport sys\n\nfrom b import x, y\n\nz = 1\n",
    ),
    "keys of JSON": ("a.json", '{"b": 1.50, "a": [1, 2]}', '{\n  "a": [1, 2],\n  "b": 1.50\n}\n'),
    "blanks at line ends": ("a.md", "a  \nb\n\n\n", "a\nb\n"),
    "blanks in TOML": ("a.toml", "a = 1  # why \n", "a = 1  # why\n"),
    "blanks in YAML": ("a.yaml", "a: [1, 2]  \n", "a: [1, 2]\n"),
}

OTHER = {
    "a string's text": ("a.py", 'x = "a "\n', 'x = "a"\n'),
    "blanks in a string": ("a.py", 'x = """a  \n"""\n', 'x = """a\n"""\n'),
    "a comment": ("a.py", "x = 1  # why\n", "x = 1\n"),
    "an import": ("a.py", "import os\n", "import os\nimport sys\n"),
    "imports of which one hides another": (
        "a.py",
        "from a import x\nfrom b import x\n",
        "from b import x\nfrom a import x\n",
    ),
    "a star import": (
        "a.py",
        "from b import *\nfrom a import x\n",
        "from a import x\nfrom b import *\n",
    ),
    "imports around a statement": (
        "a.py",
        "import os\nos.x = 1\nimport numpy\n",
        "import numpy\nimport os\nos.x = 1\n",
    ),
    "the order of statements": ("a.py", "f()\ng()\n", "g()\nf()\n"),
    "what cannot be read": ("a.py", "def\n", "def \n"),
    "a number's form": ("a.json", '{"a": 1.0}', '{"a": 1}'),
    "a number for true": ("a.json", '{"a": 1}', '{"a": true}'),
    "a key that stands twice": ("a.json", '{"a": 1, "a": 2}', '{"a": 2}'),
    "items of a list": ("a.json", "[1, 2]", "[2, 1]"),
    "a value of TOML": ("a.toml", "a = 1\n", "a = 1.0\n"),
    "a comment in TOML": ("a.toml", "a = 1  # why\n", "a = 1\n"),
    "blanks in a block of YAML": ("a.yaml", "a: |\n  b  \n  c\n", "a: |\n  b\n  c\n"),
    "blanks at the start of lines": ("Makefile", "a:\n\tb\n", "a:\nb\n"),
    "what is no text": ("a.bin", "a\0 \n", "a\0\n"),
    "very deep brackets": ("a.py", "(" * 5000 + ")" * 5000, "( " * 5000 + ")" * 5000),
}


@pytest.mark.parametrize("name", SAME)
def test_form_is_no_meaning(name: str) -> None:
    path, before, after = SAME[name]
    assert means_the_same(path, before.encode(), after.encode())


@pytest.mark.parametrize("name", OTHER)
def test_a_change_of_meaning_is_seen(name: str) -> None:
    path, before, after = OTHER[name]
    assert not means_the_same(path, before.encode(), after.encode())


def test_what_is_as_it_was_means_the_same_and_need_not_be_readable() -> None:
    assert means_the_same("a.py", b"def\n", b"def\n")
    assert not is_readable("a.py", b"def\n") and is_readable("a.py", b"def f(): pass\n")
    assert not is_readable("a.json", b'{"a": 1, "a": 1}') and not is_readable("a.txt", b"\0")
