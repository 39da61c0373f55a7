"""What is merged of Python must run, and of lists keep each side's order: on what nobody chose."""

import sys
import types
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.update.structured.by_meaning import merge

BOUNDED = settings(
    derandomize=True,
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.filter_too_much],
)

# What the modules below import: its star import overwrites names, its decorator counts calls.
LIBRARY = """
from dataclasses import dataclass
from typing import NamedTuple

ORDER = []
a = b = c = "library"

def register(function):
    ORDER.append(function.__name__)
    return function

class Base:
    def __init_subclass__(cls):
        ORDER.append(cls.__name__)
"""
START = "from library import ORDER, Base, NamedTuple, dataclass, register\n"
STATEMENTS = [
    "import json\n",
    "from json import dumps\n",
    "from library import *\n",
    "a = 'mine'\n",
    "b: str = 'mine'\n",
    "c = a\n",
    "ORDER.append('call')\n",
    "def f():\n    return 1\n",
    "def g(x=1):\n    return x\n",
    "@register\ndef h():\n    return 1\n",
    "@register\ndef i():\n    return 1\n",
    "class K(Base):\n    pass\n",
    "class L(Base):\n    pass\n",
    "class M:\n    x = 1\n",
    "@dataclass\nclass N:\n    x: int\n    y: int = 1\n",
]
FIELDS = ["    p: int\n", "    q: int = 1\n", "    r: str = ''\n", "    s: str\n"]
METHODS = ["    def t(self):\n        pass\n", "    def u(self):\n        pass\n"]


def run(source: str) -> dict[str, Any] | None:
    """Run a module; return what it leaves, or None where it fails."""
    library = types.ModuleType("library")
    exec(LIBRARY, library.__dict__)  # noqa: S102  # the two texts above
    before = sys.modules.get("library")
    sys.modules["library"] = library
    try:
        found: dict[str, Any] = {"__name__": "made"}
        exec(compile(source, "<made>", "exec", dont_inherit=True), found)  # noqa: S102
    except (NameError, TypeError, SyntaxError):
        return None
    finally:
        del sys.modules["library"]
        if before is not None:
            sys.modules["library"] = before
    return {**found, "ORDER": list(library.ORDER)}


def seen(found: dict[str, Any]) -> dict[str, str]:
    """Return what two runs have to agree on: names of text, and what was registered."""
    return {name: repr(found[name]) for name in ("a", "b", "c", "ORDER") if name in found}


def spread(base: list[str], more: list[str], places: list[int]) -> str:
    """Put statements into a module, each at a place."""
    text = list(base)
    for one, place in zip(more, places, strict=False):
        text.insert(place % (len(text) + 1), one)
    return START + "".join(text)


PLACES = st.lists(st.integers(0, 9), min_size=3, max_size=3)


@BOUNDED
@given(st.permutations(STATEMENTS), st.integers(1, 4))
def test_a_module_of_both_runs_as_if_either_had_come_first(
    all_of_them: list[str], cut: int
) -> None:
    base = all_of_them[:cut]
    mine, yours = all_of_them[cut : cut + 2], all_of_them[cut + 2 : cut + 4]
    sides = [
        START + "".join(base),
        START + "".join([*base, *mine]),
        START + "".join([*base, *yours]),
    ]
    found = merge("made.py", *(side.encode() for side in sides))
    if found is None or not all(run(side) for side in sides):
        return
    first = run(found.decode())
    other = run(START + "".join([*base, *yours, *mine]))
    assert first is not None and other is not None
    assert seen(first) == seen(other)


@BOUNDED
@given(st.permutations(STATEMENTS), st.integers(2, 4), PLACES, PLACES)
def test_a_module_of_both_keeps_the_order_of_each(
    all_of_them: list[str], cut: int, at: list[int], where: list[int]
) -> None:
    base = all_of_them[:cut]
    mine, yours = all_of_them[cut : cut + 2], all_of_them[cut + 2 : cut + 4]
    sides = [spread(base, [], []), spread(base, mine, at), spread(base, yours, where)]
    found = merge("made.py", *(side.encode() for side in sides))
    if found is None:
        return
    text = found.decode()
    for side in sides[1:]:
        here = sorted((one for one in STATEMENTS if one in side), key=side.index)
        assert here == sorted(here, key=text.index)


@BOUNDED
@given(
    st.sampled_from(["@dataclass\nclass A:\n", "class A(NamedTuple):\n"]),
    st.permutations([*FIELDS, *METHODS]),
    st.integers(1, 3),
    PLACES,
)
def test_a_class_of_both_can_be_made(head: str, body: list[str], cut: int, at: list[int]) -> None:
    base, mine, yours = body[:cut], body[cut : cut + 1], body[cut + 1 : cut + 2]
    bodies = [list(base), list(base), list(base)]
    bodies[1].insert(at[0] % (cut + 1), mine[0])
    bodies[2].insert(at[1] % (cut + 1), yours[0])
    sides = [START + head + "".join(one) for one in bodies]
    found = merge("made.py", *(side.encode() for side in sides))
    if found is None or not all(run(side) for side in sides):
        return
    assert run(found.decode()) is not None


WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=5, unique=True)


@BOUNDED
@given(WORDS, WORDS, WORDS, st.sampled_from(["runArgs", "steps", "dependencies", "list"]))
def test_an_ordered_list_of_both_has_the_order_of_each(
    base: list[str], ours: list[str], theirs: list[str], name: str
) -> None:
    sides = [f"{name}: [{', '.join(side)}]\n".encode() for side in (base, ours, theirs)]
    found = merge("some.yaml", *sides)
    if found is None or ours == base or theirs in (base, ours):
        return
    items = found.decode().strip().removeprefix(f"{name}: [").removesuffix("]").split(", ")
    items = [item for item in items if item]
    added = [{*side} - {*base} for side in (ours, theirs)]
    assert {*items} == ({*base} & {*ours} & {*theirs}) | added[0] | added[1]
    for side in (ours, theirs):
        kept = [item for item in side if item in items]
        assert kept == [item for item in items if item in side] or {*ours} == {*base} == {*theirs}
