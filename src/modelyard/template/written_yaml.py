"""Reads a YAML file with what its value does not tell: keys that stand twice, texts as written."""

from typing import Any

import yaml

Pair = tuple[yaml.Node, yaml.Node]
"""A key and its value, as they are written."""


def loaded(content: bytes) -> tuple[list[Pair], Any]:
    """Return the keys and values at the top of a YAML file as they are written, and its value."""
    loader = yaml.SafeLoader(content)
    try:
        top = loader.get_single_node()
        # To build the value changes the nodes: what `<<` names is put among the keys.
        pairs = list(top.value) if isinstance(top, yaml.MappingNode) else []
        return pairs, None if top is None else loader.construct_document(top)
    finally:
        loader.dispose()


def twice(top: list[Pair]) -> tuple[str, int] | None:
    """Return a key that stands twice, and in which line it does again; None without one."""
    seen = set()
    for name, _ in top:
        if isinstance(name, yaml.ScalarNode):
            if name.value in seen:
                return str(name.value), name.start_mark.line + 1
            seen.add(name.value)
    return None


def as_written(top: list[Pair], key: str) -> str:
    """Return the text of a value at the top of a YAML file; "" where it is none."""
    found = next((value for name, value in top if name.value == key), None)
    return str(found.value) if isinstance(found, yaml.ScalarNode) else ""
