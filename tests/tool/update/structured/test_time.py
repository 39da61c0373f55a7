"""A merge by meaning ends soon, whatever somebody wrote."""

import time

import pytest

from modelyard.update.structured.by_meaning import merge

DEPTH, MANY = 50_000, 5000
ITEMS = [f"item-{number:05}" for number in range(MANY)]


def between(before: str, after: str) -> list[bytes]:
    return [f"{before}{new}{after}".encode() for new in ("", "1", "2")]


@pytest.mark.parametrize("suffix", ["json", "yaml", "toml", "py"])
def test_brackets_beyond_any_depth_are_for_a_person_at_once(suffix: str) -> None:
    start = {"json": "", "yaml": "a: ", "toml": "a = ", "py": "a = "}[suffix]
    began = time.process_time()
    assert merge(f"x.{suffix}", *between(f"{start}{'[' * DEPTH}", f"{']' * DEPTH}\n")) is None
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("x.yaml", "a: ", "0\nb:\n" + "".join(f"  - {item}\n" for item in ITEMS)),
        ("x.json", '{"a": ', "0,\n" + ",\n".join(f'"{item}": 1' for item in ITEMS) + "}\n"),
    ],
)
def test_many_items_take_seconds(path: str, before: str, after: str) -> None:
    base, _, _ = between(before, after)
    ours = base.replace(b"item-00000", b"mine-00000")
    theirs = between(before, after)[2]
    began = time.process_time()
    assert merge(path, base, ours, theirs) is not None
    assert time.process_time() - began < 30


def test_a_module_beyond_the_limit_is_for_a_person() -> None:
    many = "".join(f"def f{number}():\n    return {number}\n" for number in range(6000))
    sides = [f"import os\n{new}{many}".encode() for new in ("", "import mine\n", "import yours\n")]
    began = time.process_time()
    assert merge("x.py", *sides) is None
    assert time.process_time() - began < 5
