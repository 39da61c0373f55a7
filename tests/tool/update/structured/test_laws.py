"""Laws of every merge, on values that nobody thought of."""

import json
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import pytest
import tomlkit
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.ledger.files import STRUCTURED, STRUCTURED_NAMES
from modelyard.update.structured import ignore_file, semantic
from modelyard.update.structured.by_meaning import merge
from modelyard.update.structured.formats import FORMATS, find
from modelyard.update.structured.values import Disagreement, freeze

BOUNDED = settings(derandomize=True, max_examples=120, deadline=None, database=None)

WORDS = st.sampled_from(["a", "b", "c", "d>=1", "d>=2", "é", "x y", "#", "on", "1"])
SCALARS = st.one_of(WORDS, st.integers(0, 3), st.booleans(), st.sampled_from([0.5, 1.0]))
STEPS = st.fixed_dictionaries({"name": WORDS}, optional={"run": WORDS, "with": SCALARS})
LISTS = st.one_of(
    st.lists(WORDS, max_size=4, unique=True),
    st.lists(SCALARS, max_size=3),
    st.lists(STEPS, max_size=3),
)
KEYS = st.sampled_from(["a", "b", "steps", "c-d"])
LEAVES = st.one_of(SCALARS, LISTS)
MAPPINGS = st.dictionaries(KEYS, st.one_of(LEAVES, st.dictionaries(KEYS, LEAVES, max_size=3)))


@st.composite
def edited(draw: st.DrawFn, value: Any) -> Any:
    """Change a value here and there, as people do: most of it stays."""
    if not draw(st.integers(0, 2)):
        return value
    if isinstance(value, dict) and "name" not in value:
        kept = {key: draw(edited(item)) for key, item in value.items() if draw(st.integers(0, 5))}
        return kept if draw(st.booleans()) else {**kept, draw(KEYS): draw(LEAVES)}
    if isinstance(value, list):
        rest = [item for item in value if draw(st.integers(0, 4))]
        at = draw(st.integers(0, len(rest)))
        return [*rest[:at], *draw(LISTS)[:1], *rest[at:]]
    return draw(SCALARS) if not isinstance(value, dict) else draw(STEPS)


@st.composite
def versions(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    base = draw(MAPPINGS)
    return base, draw(edited(base)), draw(edited(base))


def _python(value: dict[str, Any]) -> str:
    lines = [f"{key.replace('-', '_')} = {item!r}" for key, item in value.items()]
    names = [key.replace("-", "_") for key, item in value.items() if isinstance(item, dict)]
    body = [f"class {name.title()}:\n    {name} = {value.get(name)!r}\n" for name in names]
    return "\n".join(["import os", *lines, *body]) + "\n"


WRITERS: dict[str, Callable[[Any], str]] = {
    "tall.json": lambda value: json.dumps(value, indent=2, ensure_ascii=False) + "\n",
    "x.jsonc": lambda value: json.dumps(value, indent=4) + "\n",
    "x.code-workspace": lambda value: json.dumps(value, indent="\t") + "\n",
    "flat.json": lambda value: json.dumps(value),
    "x.toml": tomlkit.dumps,
    "block.yaml": lambda value: yaml.safe_dump(value, sort_keys=False, allow_unicode=True),
    "mixed.yaml": lambda value: yaml.safe_dump(value, sort_keys=False, default_flow_style=None),
    "x.py": _python,
}


def test_every_format_is_held_to_these_laws_and_audited_as_one() -> None:
    written = {PurePosixPath(path).suffix for path in WRITERS}
    assert written | {".yml"} == set(FORMATS) == STRUCTURED
    assert ignore_file.NAMES == STRUCTURED_NAMES


@pytest.mark.parametrize("path", WRITERS)
@BOUNDED
@given(sides=versions())
def test_result_means_what_the_values_say(path: str, sides: tuple[Any, Any, Any]) -> None:
    base, ours, theirs = (WRITERS[path](side).encode() for side in sides)
    found, form = merge(path, base, ours, theirs), find(path)
    assert form
    if ours == base or theirs in (base, ours):
        assert found == (theirs if ours == base else ours)
        return
    try:
        values = [form.value(text.decode()) for text in (base, ours, theirs)]
        wanted = semantic.merge(values[0], values[1], values[2], (path, *form.ROOT))
    except Disagreement:
        wanted = None
    if found is not None:
        assert wanted is not None
        assert freeze(form.value(found.decode()), form.ORDERED) == freeze(wanted, form.ORDERED)
    mirrored = merge(path, base, theirs, ours)
    if found is not None and mirrored is not None:
        assert _bag(form.value(found.decode())) == _bag(form.value(mirrored.decode()))


@pytest.mark.parametrize("path", WRITERS)
@BOUNDED
@given(sides=versions())
def test_no_change_gives_way_to_any(path: str, sides: tuple[Any, Any, Any]) -> None:
    base, ours, theirs = (WRITERS[path](side).encode() for side in sides)
    assert merge(path, base, ours, base) == ours
    assert merge(path, base, base, theirs) == theirs
    assert merge(path, base, ours, ours) == ours


@BOUNDED
@given(sides=versions())
def test_values(sides: tuple[Any, Any, Any]) -> None:
    base, ours, theirs = sides
    assert freeze(semantic.merge(base, ours, base)) == freeze(ours)
    assert freeze(semantic.merge(base, base, theirs)) == freeze(theirs)
    assert freeze(semantic.merge(base, ours, ours)) == freeze(ours)


@pytest.mark.parametrize("path", WRITERS)
def test_most_merges_of_far_edits_succeed(path: str) -> None:
    base = {"a": 1, "b": {"a": ["x"], "c": 2}, "c": [{"name": "n", "with": 1}], "d": True}
    ours = {"a": 2, "b": {"a": ["x", "m"], "c": 2}, "c": [{"name": "n", "with": 1}], "d": True}
    theirs = {"a": 1, "b": {"a": ["x"], "c": 2}, "c": [{"name": "n", "with": 2}], "d": False}
    both = {"a": 2, "b": {"a": ["x", "m"], "c": 2}, "c": [{"name": "n", "with": 2}], "d": False}
    write = WRITERS[path]
    found = merge(path, write(base).encode(), write(ours).encode(), write(theirs).encode())
    form = find(path)
    assert found and form
    assert form.value(found.decode()) == form.value(write(both))


@pytest.mark.parametrize("path", [*WRITERS, "README.md", "x"])
@settings(BOUNDED, max_examples=60)
@given(sides=st.lists(st.binary(max_size=40), min_size=3, max_size=3, unique=True))
def test_never_raises(path: str, sides: list[bytes]) -> None:
    found = merge(path, sides[0], sides[1], sides[2])
    assert found is None or find(path)


@pytest.mark.parametrize("path", ["README.md", "Makefile", "toml", ".env", "x.TOML.txt"])
def test_other_formats_are_left_alone(path: str) -> None:
    assert merge(path, b"a = 1\n", b"a = 2\n", b"a = 3\n") is None


def _bag(value: Any) -> Any:
    """Forget all order: the sides that add at one point come ours first."""
    if isinstance(value, dict):
        return frozenset((freeze(key), _bag(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(sorted((_bag(item) for item in value), key=_shown))
    return freeze(value)


def _shown(value: Any) -> str:
    return repr(sorted(map(_shown, value))) if isinstance(value, frozenset | tuple) else repr(value)
