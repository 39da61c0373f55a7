"""Plain values, and the words for what becomes of them in a merge."""

from collections.abc import Hashable
from typing import Any, NamedTuple


class Disagreement(ValueError):
    """Two sides want different things, or nobody can prove that they do not."""


class Slot(NamedTuple):
    """One item of the merged list: its index in each of the versions that have it."""

    base: int | None
    ours: int | None
    theirs: int | None


class Alignment(NamedTuple):
    """The merged list, and the items of the base that a side dropped while the other has them."""

    slots: list[Slot]
    dropped: list[Slot]


def freeze(value: Any, ordered: bool = True) -> Hashable:
    """Return a hashable twin of a plain value that tells `1`, `1.0` and `True` apart.

    Args:
        value: Mappings, lists, scalars.
        ordered: Whether the order of a mapping's keys is part of the value.
    """
    if isinstance(value, dict):
        pairs = [(freeze(key), freeze(item, ordered)) for key, item in value.items()]
        return "map", tuple(pairs) if ordered else frozenset(pairs)
    if isinstance(value, list | tuple):
        return "list", tuple(freeze(item, ordered) for item in value)
    return type(value).__name__, repr(value)
