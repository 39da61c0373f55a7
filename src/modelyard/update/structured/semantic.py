"""The three-way merge of plain values: what a merged file has to mean, however it was written."""

from typing import Any

from modelyard.update.structured.lists import align, by_identity
from modelyard.update.structured.sets import names_in
from modelyard.update.structured.values import Alignment, Disagreement, freeze

_SUBJECTS = ("uses", "build-backend", "_target_", "type", "class")
"""Keys that say what the others are for: inputs of one action say nothing to another one."""


def merge(base: Any, ours: Any, theirs: Any, path: tuple[str, ...] = ()) -> Any:
    """Merge mappings by key, lists by item, scalars as a whole.

    Args:
        base: What both sides began with.
        ours: The value of the owner.
        theirs: The value of the template.
        path: Where the value stands; the name of a list tells whether its order is executed.

    Raises:
        Disagreement: Both sides changed the same thing.
    """
    old, mine, yours = freeze(base), freeze(ours), freeze(theirs)
    if mine == old:
        return theirs
    if yours in (old, mine):
        return ours
    sides = (base, ours, theirs)
    if all(isinstance(side, dict) for side in sides):
        known = [key for key in _SUBJECTS if key in base]
        if _subject(ours, known) != _subject(theirs, known):
            raise Disagreement("one side changed what it is, the other how it is set")
        pairs = [list(side.items()) for side in sides]
        return dict(_items(by_identity(list(base), list(ours), list(theirs)), path, *pairs))
    if all(isinstance(side, list) for side in sides):
        numbered = [[("[]", item) for item in side] for side in sides]
        return [item for _, item in _items(align(path, *sides), path, *numbered)]
    raise Disagreement("changed by both sides")


def _items(
    found: Alignment,
    path: tuple[str, ...],
    base: list[tuple[Any, Any]],
    ours: list[tuple[Any, Any]],
    theirs: list[tuple[Any, Any]],
) -> list[tuple[Any, Any]]:
    for old, mine, yours in found.dropped:
        kept = ours[mine] if mine is not None else theirs[yours] if yours is not None else None
        if old is not None and kept is not None and freeze(kept) != freeze(base[old]):
            raise Disagreement("dropped by one side, changed by the other")
    merged = []
    for old, mine, yours in found.slots:
        if mine is None or yours is None:
            merged.append(ours[mine] if mine is not None else theirs[yours or 0])
            continue
        (key, left), (_, right) = ours[mine], theirs[yours]
        if old is not None:
            left = merge(base[old][1], left, right, (*path, str(key)))
        elif freeze(left) != freeze(right):
            if names_in(left) is None or names_in(left) != names_in(right):
                raise Disagreement("added by both sides, not equal")
            left = merge({**left, names_in(left): []}, left, right, (*path, str(key)))
        merged.append((key, left))
    return merged


def _subject(value: dict[Any, Any], keys: list[str]) -> list[str]:
    """Return what the other keys of a mapping are for, without a version."""
    return [str(value.get(key)).partition("@")[0] for key in keys]
