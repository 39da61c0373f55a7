"""Edits at different places that git merges, and that together bind, key or anchor wrongly."""

import pytest

from modelyard.update.structured import faults, sets
from modelyard.update.structured.by_meaning import merge
from modelyard.update.structured.faults import FaultKind

LINES = "a = 1\nb = 2\n"
KEYS = "m: &x 1\na: 1\n"
WRONG = {
    "a constant with two values": (
        "a.py", ("", "T = 3\n" + LINES, LINES + "T = 5\n"), "T = 3\n" + LINES + "T = 5\n",
        "T is defined twice",
    ),
    "a constant and a function": (
        "a.py", ("", "t = 3\n", "def t(): ...\n"), "t = 3\ndef t(): ...\n", "t is defined twice",
    ),
    "one name from two modules": (
        "a.py", ("", "from a import X\n", "from b import X\n"),
        "from a import X\nfrom b import X\n", "X is defined twice",
    ),
    "a member of an enum": (
        "a.py",
        ("", "class E(Enum):\n    N = 1\n", "class E(Enum):\n    N = 2\n"),
        "class E(Enum):\n    N = 1\n    N = 2\n",
        "E.N is defined twice",
    ),
    "a key of a dictionary": (
        "a.py", ("", "D = {'n': 1}\n", "D = {'n': 2}\n"), "D = {'n': 1, 'n': 2}\n",
        "'n' stands twice",
    ),
    "an import that one removes and the other uses": (
        "a.py",
        ("import os\n" + LINES, LINES, "import os\n" + LINES + "d = os.sep\n"),
        LINES + "d = os.sep\n",
        "os is used, and nothing defines it",
    ),
    "a function that one renames and the other calls": (
        "a.py",
        ("def f(): ...\n", "def g(): ...\n", "def f(): ...\ndef h():\n    return f()\n"),
        "def g(): ...\ndef h():\n    return f()\n",
        "f is used, and nothing defines it",
    ),
    "a constant that one moves and the other makes from the next": (
        "a.py",
        ("y = 2\nx = 1\n", "x = 1\ny = 2\n", "y = 2\nx = y + 1\n"),
        "x = y + 1\ny = 2\n",
        "y is used above the place that defines it, when the module is imported",
    ),
    "a function that one moves and the other decorates": (
        "a.py",
        ("def d(f): ...\ndef a(): ...\n", "def a(): ...\ndef d(f): ...\n",
         "def d(f): ...\n@d\ndef a(): ...\n"),
        "@d\ndef a(): ...\ndef d(f): ...\n",
        "d is used above the place that defines it, when the module is imported",
    ),
    "a class that one moves and the other bases on another": (
        "a.py",
        ("class B: ...\nclass C: ...\n", "class C: ...\nclass B: ...\n",
         "class B: ...\nclass C(B): ...\n"),
        "class C(B): ...\nclass B: ...\n",
        "B is used above the place that defines it, when the module is imported",
    ),
    "an anchor between another and its alias": (
        "a.yaml",
        (KEYS, KEYS + "f: *x\n", "m: &x 1\nz: 9\na: 1\n"),
        "m: &x 1\nz: &x 9\na: 1\nf: *x\n",
        "the anchor x stands twice",
    ),
    "an anchor that one removes and the other uses": (
        "a.yaml",
        (KEYS, KEYS + "f: *x\n", "m: 1\na: 1\n"),
        "m: 1\na: 1\nf: *x\n",
        "the anchor x is used, and does not stand before",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_together_is_found(name: str) -> None:
    path, sides, result, said = WRONG[name]
    found = faults.new(path, result.encode(), [side.encode() for side in sides])
    assert [fault.text for fault in found] == [said]


FINE = {
    "a value made from the one before": "x = 1\nx = x + 1\n",
    "one import twice": "import a.b\nimport a.c\nfrom a import X\nfrom a import X\n",
    "a property with a setter": (
        "class A:\n    @property\n    def x(self): ...\n    @x.setter\n    def x(self, v): ...\n"
    ),
    "names of comprehensions, handlers, patterns and arguments": (
        "def f(a, *b, **c):\n    try:\n        d = [e for e in a]\n"
        "    except ValueError as g:\n        print(g, b, c, d)\n"
        "    match a:\n        case [h, *i] if (j := h):\n            return i, j\n"
    ),
    "a global that a function binds": (
        "def f():\n    global x\n    x = 1\n\n\ndef g():\n    return x\n"
    ),
    "a star import": "from a import *\nprint(b)\n",
    "names of a class and of a module": (
        "class A:\n    y = 1\n    z = y\n    def f(self) -> int:\n"
        "        return __class__, __file__\n"
    ),
    "a type that is checked only": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import C\nx: 'C' = C\n"
    ),
    "a try that binds one of two": (
        "try:\n    import a\nexcept ImportError:\n    a = None\nprint(a)\n"
    ),
    "what is read when it is called": (
        "def f():\n    return x, g()\n\n\nclass A:\n    def h(self):\n        return B\n\n\n"
        "k = lambda: x\nx = 1\ndef g(): ...\nclass B: ...\n"
    ),
    "annotations that are read later": (
        "from __future__ import annotations\n\n\ndef f(a: B) -> B: ...\nx: B\nclass B: ...\n"
    ),
    "names of a class that the module binds later": (
        "class A:\n    x = 1\n    def g(self): ...\n    y = [g, x]\nx = 2\ndef g(): ...\n"
    ),
    "a dictionary with a key twice and alike": "D = {'a': 1, 'a': 1, **{'a': 2}}\n",
}


@pytest.mark.parametrize("name", FINE)
def test_ordinary_python_has_no_fault(name: str) -> None:
    assert faults.find("a.py", FINE[name].encode()) == frozenset()


def test_a_fault_that_one_side_wrote_is_its_own() -> None:
    both = b"x = 1\nx = 2\nprint(spark)\n"
    assert faults.new("a.py", both + b"y = 1\n", (both, b"", b"")) == []


def test_anchors_count_for_their_document_alone() -> None:
    source = b"a: &x 1\nb: *x\n---\na: &x 1\nb: *x\n"
    assert faults.find("a.yaml", source) == frozenset()


def test_a_version_in_parentheses_belongs_to_no_name() -> None:
    assert sets.package("m (>1)") == sets.package("m[x] (>2)") == "m"
    text = '[project]\ndependencies = ["a"%s]\n'
    sides = (text % more for more in ("", ', "m (>1)"', ', "m (>2)"'))
    assert merge("pyproject.toml", *(side.encode() for side in sides)) is None
    assert {fault.kind for fault in faults.find("requirements.txt", b"m (>1)\nm (>2)\n")} == {
        FaultKind.REQUIRED_TWICE
    }
