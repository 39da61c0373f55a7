"""Dotted keys are read and written as TOML does it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.settings import keys


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("tool.ruff", ("tool", "ruff")),
        (" a . \"b c\" . 'd.e' ", ("a", "b c", "d.e")),
        ('"\\u00e9"', ("é",)),
        ('""', ("",)),
    ],
)
def test_keys(text: str, parts: tuple[str, ...]) -> None:
    assert keys.parse(text) == parts
    assert keys.parse(keys.written(parts)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.",
        ".a",
        "a b",
        "a = 1",
        "a\nb",
        '"a',
        '"\\u0000"',
        "a[0]",
        "x" * 2000,
        ".".join("a" * 40),
    ],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|illegal|Unescaped|part"):
        keys.parse(text)


_PART = st.text(st.characters(codec="utf-8"), max_size=9).filter(str.isprintable)


@given(st.lists(_PART, min_size=1, max_size=4))
def test_what_is_written_is_what_toml_reads(parts: list[str]) -> None:
    text = keys.written(tuple(parts))
    assert keys.parse(text) == tuple(parts)
    found = tomllib.loads(f"{text} = 0")
    for part in parts:
        found = found[part]
    assert found == 0
