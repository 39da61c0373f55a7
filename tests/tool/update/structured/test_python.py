"""Merges of Python."""

import pytest

from modelyard.update.structured.by_meaning import merge
from tests.tool.update.structured.cases import Case, check, named

BASE = '''\
# licence

"""What this is."""

import os
import sys
from package import (
    a,
    b,  # for c
)
from other import x

__all__ = ["one", "two"]
LIMIT = 1
RATE: float = 0.5


# what one does
@cached
def one(q):
    """Do it."""
    first = q
    # why
    second = first + 1
    return second  # so


class Two(Base):
    """It."""

    field: int = 1
    other: str = "ä"

    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        pass


if __name__ == "__main__":
    one(1)
'''
PASS, MAIN = "    def size(self, value):\n        pass\n", 'if __name__ == "__main__":'

CASES = [
    Case(
        "both import",
        [("import sys\n", "import sys\nimport mine\n"), ("import x\n", "import x, mine\n")],
        [("import sys\n", "import sys\nimport yours\n"), ("import x\n", "import x, yours\n")],
        [
            ("import sys\n", "import sys\nimport mine\nimport yours\n"),
            ("import x\n", "import x, mine, yours\n"),
        ],
    ),
    Case(
        "names of one import over many lines",
        [("    a,\n", "    a,\n    aa,\n")],
        [("    a,\n    b,  # for c\n", "    b,  # for d\n    c as d,\n")],
        [("    a,\n    b,  # for c\n", "    aa,\n    b,  # for d\n    c as d,\n")],
    ),
    Case(
        "an import dropped, the neighbour changed",
        [("import os\n", "")],
        [("import sys\n", "import sys\nimport re\n")],
        [("import os\nimport sys\n", "import sys\nimport re\n")],
    ),
    Case(
        "both export",
        [('"two"]', '"two", "mine"]')],
        [('"two"]', '"two", "yours"]')],
        [('"two"]', '"two", "mine", "yours"]')],
    ),
    Case(
        "neighbouring constants",
        [("LIMIT = 1", "LIMIT = 2  # mine")],
        [("= 0.5", "= 0.7")],
        [("LIMIT = 1", "LIMIT = 2  # mine"), ("= 0.5", "= 0.7")],
    ),
    Case("one constant apart", [("LIMIT = 1", "LIMIT = 2")], [("LIMIT = 1", "LIMIT = 3")], None),
    Case(
        "both add a function at one place",
        [(MAIN, f"def mine():\n    pass  # mine\n\n\n{MAIN}")],
        [(MAIN, f"# yours\ndef yours():\n    pass\n\n\n{MAIN}")],
        [
            (
                MAIN,
                "def mine():\n    pass  # mine\n\n\n# yours\ndef yours():\n    pass\n\n\n" + MAIN,
            )
        ],
    ),
    Case(
        "both add a method",
        [(PASS, PASS + "\n    def mine(self):\n        return 1\n")],
        [(PASS, PASS + "\n    def yours(self):\n        return 2\n")],
        [
            (
                PASS,
                PASS
                + "\n    def mine(self):\n        return 1\n"
                + "\n    def yours(self):\n        return 2\n",
            )
        ],
    ),
    Case(
        "both add one function, not equal",
        [(MAIN, f"def new():\n    return 1\n\n\n{MAIN}")],
        [(MAIN, f"def new():\n    return 2\n\n\n{MAIN}")],
        None,
    ),
    Case(
        "both add a call at one place",
        [(MAIN, f"call(1)\n\n\n{MAIN}")],
        [(MAIN, f"call(2)\n\n\n{MAIN}")],
        None,
    ),
    Case(
        "a function and a field of the class below",
        [("first = q", "first = q * 2")],
        [("field: int = 1", "field: int = 2"), ("import os\n", "import os\nimport re\n")],
        [
            ("first = q", "first = q * 2"),
            ("field: int = 1", "field: int = 2"),
            ("import os\n", "import os\nimport re\n"),
        ],
    ),
    Case(
        "two ends of one function",
        [("first = q", "first = q * 2")],
        [("return second", "return -second"), ("LIMIT = 1", "LIMIT = 2")],
        [
            ("first = q", "first = q * 2"),
            ("return second", "return -second"),
            ("LIMIT = 1", "LIMIT = 2"),
        ],
    ),
    Case(
        "touching statements of one function",
        [("first = q", "first = q * 2")],
        [("second = first + 1", "second = first + 2")],
        None,
    ),
    Case("decorators apart", [("@cached", "@mine")], [("@cached", "@yours")], None),
    Case(
        "a decorator and the body",
        [("@cached\n", "@cached\n@mine\n")],
        [("return second", "return -second")],
        [("@cached\n", "@cached\n@mine\n"), ("return second", "return -second")],
    ),
    Case("bases apart", [("(Base)", "(Base, Mine)")], [("(Base)", "(Yours)")], None),
    Case(
        "ours only formats, theirs changes",
        [
            ('["one", "two"]', "[\n    'one',\n    'two',\n]"),
            ("LIMIT = 1", "LIMIT  =  1"),
            ("def one(q):", "def one(\n    q\n):"),
            ("first + 1", "(first + 1)"),
        ],
        [
            ("LIMIT = 1", "LIMIT = 2"),
            ("return second", "return -second"),
            ('"two"]', '"two", "y"]'),
        ],
        [
            ('["one", "two"]', "[\n    'one',\n    'two',\n    \"y\",\n]"),
            ("LIMIT = 1", "LIMIT = 2"),
            ("def one(q):", "def one(\n    q\n):"),
            ("first + 1", "(first + 1)"),
            ("return second", "return -second"),
        ],
    ),
    Case(
        "a function dropped by one, changed by the other",
        [(BASE[BASE.index("# what one") : BASE.index("class Two")], "")],
        [("first = q", "first = q * 2")],
        None,
    ),
    Case(
        "a class renamed by theirs, taken apart by ours",
        [("class Two(Base):\n", "class Mine:\n"), ("LIMIT = 1", "LIMIT = 2")],
        [("class Two(Base):\n", "class Yours(Base):\n")],
        None,
    ),
    Case(
        "a function renamed by theirs, dropped by ours",
        [(BASE[BASE.index("# what one") : BASE.index("class Two")], "")],
        [("def one(q)", "def won(q)")],
        None,
    ),
    Case(
        "a comment of ours in what theirs replaces",
        [("LIMIT = 1", "LIMIT = 1  # mine"), ("= 0.5", "= 0.6")],
        [("LIMIT = 1", "LIMIT = 2")],
        None,
    ),
    Case(
        "setters have names of their own",
        [("        return 1\n", "        return 2\n")],
        [("        pass\n", "        self.x = value\n"), ("LIMIT = 1", "LIMIT = 2")],
        [
            ("        return 1\n", "        return 2\n"),
            ("        pass\n", "        self.x = value\n"),
            ("LIMIT = 1", "LIMIT = 2"),
        ],
    ),
    Case("ours is no Python", [("LIMIT = 1", "LIMIT =")], [("= 0.5", "= 0.7")], None),
]


@named(CASES)
def test_merge(case: Case) -> None:
    check("src/x.py", BASE, case)


def test_formatting_of_ours_is_not_overwritten() -> None:
    base = "D = {\n    'a': 1,\n    'b': 2,\n    'c': 3,\n}\n"
    ours, theirs = base.replace("'c': 3", "'c' : 3"), base.replace("1", "9")
    assert merge("x.py", base.encode(), ours.encode(), theirs.encode()) is None


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("x = 1\ny = 1\n", "x = 2\ny = 1", "x = 1\ny = 2\n", "x = 2\ny = 2"),
        ("x = 1; y = 1\n", "x = 2; y = 1\n", "x = 1; y = 2\n", None),
        ("", "x = 1\n", "y = 1\n", None),
        ("f(1)\n", "f(1)\ng(1)\n", "h(1)\nf(1)\n", "h(1)\nf(1)\ng(1)\n"),
        ("a = 1\nreturn 1\n", "a = 2\nreturn 1\n", "a = 1\nreturn 2\n", None),
        ("x = 1\n" + "-" * 3000 + "1\n", "x = 2\n", "x = 3\n", None),
        (
            's = """\n a\n"""\nt = 1\n',
            's = """\n b\n"""\nt = 1\n',
            's = """\n a\n"""\nt = 2\n',
            's = """\n b\n"""\nt = 2\n',
        ),
        (
            "def f():\n\tx()\n",
            "def f():\n    x()\n\n\ndef g():\n    x()\n",
            "def f():\n\tx(1)\n",
            None,
        ),
    ],
)
def test_small(base: str, ours: str, theirs: str, merged: str | None) -> None:
    found = merge("x.py", base.encode(), ours.encode(), theirs.encode())
    assert found == (None if merged is None else merged.encode())


@pytest.mark.parametrize(
    ("mine", "yours", "merged"),
    [
        ("from m import a, b\n", "from m import c\n", None),
        ("import x\nfrom m import a, b\n", "from m import a\n", "import x\nfrom m import a, b\n"),
        (
            "from m import (\n    a,\n    b,\n)\n",
            "from m import (\n    b,\n    c,\n)\n",
            "from m import (\n    a,\n    b,\n    c,\n)\n",
        ),
        (
            '__all__ = [\n    "a",\n    "b",\n]\n',
            '__all__ = [\n    "c",\n]\n',
            '__all__ = [\n    "a",\n    "b",\n    "c",\n]\n',
        ),
        ("from m import a\n", "from m import *\n", None),
        ("from m import a as x\n", "from n import b as x\n", None),
        ('items = ["a"]\n', 'items = ["b"]\n', None),
        ("from m import a  # mine\n", "from m import b  # yours\n", None),
    ],
)
def test_names_of_one_import_that_both_added(mine: str, yours: str, merged: str | None) -> None:
    base = "import os\n"
    found = merge("a.py", *(f"{base}{more}".encode() for more in ("", mine, yours)))
    assert found == (None if merged is None else f"{base}{merged}".encode())
