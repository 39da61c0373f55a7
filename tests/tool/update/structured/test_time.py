"""A merge by meaning ends soon, whatever somebody wrote."""

import time

import pytest

from modelyard.update.structured.alike import shared_base
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


@pytest.mark.parametrize(
    ("path", "item"), [("x.yaml", "- name: {}\n  value: true\n"), ("x.txt", "- {}\n  same\n")]
)
def test_a_line_that_comes_again_between_lines_that_all_change(path: str, item: str) -> None:
    base, ours = (
        "".join(item.format(name) for name in names)
        for names in (ITEMS[:900], [f"'{name}'" for name in ITEMS[:900]])
    )
    theirs = base.replace("item-00450", "yours")
    began = time.process_time()
    assert merge(path, *(side.encode() for side in (base, ours, theirs))) is None
    assert shared_base(*(side.encode() for side in (base, ours, theirs))) is None
    assert time.process_time() - began < 5


def test_a_line_of_white_space_takes_no_time() -> None:
    sides = [f"a{' ' * 20_000}{new}\nb\n".encode() for new in ("x", "y", "x")]
    sides[2] += b"c\n"
    began = time.process_time()
    assert merge("requirements.txt", *sides)
    assert time.process_time() - began < 2


def test_a_module_beyond_the_limit_is_for_a_person() -> None:
    many = "".join(f"def f{number}():\n    return {number}\n" for number in range(6000))
    sides = [f"import os\n{new}{many}".encode() for new in ("", "import mine\n", "import yours\n")]
    began = time.process_time()
    assert merge("x.py", *sides) is None
    assert time.process_time() - began < 5
