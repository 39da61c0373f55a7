"""Whatever the files and the key: only what stands at the key is another, or nothing is cut."""

import json
import random
from typing import Any

import pytest
import tomlkit
import yaml

from modelyard.update.keep.at_key import NotCut
from modelyard.update.keep.transplant import transplanted
from tests.tool.in_turns import LONG

FILES = 1000 if LONG else 100
NAMES = ["a", "b", "c d", "on", "1"]
WRITERS = {
    "x.json": lambda value: json.dumps(value, indent=2) + "\n",
    "x.toml": tomlkit.dumps,
    "x.yml": lambda value: yaml.safe_dump(value, sort_keys=False),
}


def some(dice: random.Random, depth: int = 3) -> Any:
    if depth and dice.random() < 0.6:
        names = dice.sample(NAMES, dice.randint(1, 4))
        return {name: some(dice, depth - 1) for name in names}
    return dice.choice([1, "text", [1, 2], ["a", {"k": "v"}], True])


def changed(dice: random.Random, value: Any) -> Any:
    if not isinstance(value, dict):
        return dice.choice([value, value, 2, "other"])
    made = {name: changed(dice, inner) for name, inner in value.items() if dice.random() < 0.9}
    if dice.random() < 0.3:
        made.setdefault(dice.choice(NAMES), some(dice, 1))
    return made


def at(value: Any, key: tuple[str, ...]) -> list[Any]:
    for part in key:
        if not isinstance(value, dict) or part not in value:
            return []
        value = value[part]
    return [value]


def without(value: Any, key: tuple[str, ...]) -> Any:
    if not isinstance(value, dict) or key[0] not in value:
        return value
    inner = without(value[key[0]], key[1:]) if len(key) > 1 else {}
    rest = {name: inner if name == key[0] else other for name, other in value.items()}
    return {n: v for n, v in rest.items() if n != key[0]} if inner == {} else rest


def read(path: str, content: bytes) -> Any:
    text = content.decode()
    if path.endswith(".toml"):
        return tomlkit.parse(text).unwrap()
    return json.loads(text) if path.endswith(".json") else yaml.safe_load(text)


@pytest.mark.parametrize("path", WRITERS)
def test_only_the_key_is_another(path: str) -> None:
    dice = random.Random(path)  # noqa: S311  (the same files each time)
    cut = 0
    for _ in range(FILES):
        old = {"top": some(dice), **{name: some(dice) for name in dice.sample(NAMES, 2)}}
        new = changed(dice, old)
        key = tuple(dice.choice(["top", *NAMES]) for _ in range(dice.randint(1, 3)))
        donor, into = (WRITERS[path](value).encode() for value in (old, new))
        try:
            made = read(path, transplanted(path, into, donor, key))
        except NotCut:
            continue
        cut += 1
        assert at(made, key) == at(old, key)
        assert without(made, key) == without(new, key)
    assert cut > FILES * 2 / 3, f"{cut} of {FILES} were cut"
