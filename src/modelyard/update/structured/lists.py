"""Which items of three lists are the same item, and in which order the merged list has them."""

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from modelyard.update.structured import renamed_steps, sets
from modelyard.update.structured.commute import commute
from modelyard.update.structured.order import Order
from modelyard.update.structured.sequences import by_position
from modelyard.update.structured.values import Alignment, Disagreement, Slot, freeze

DOCUMENTS = "<documents>"
"""The last part of the path of the list of documents in one YAML stream."""
BODY = "<body>"
"""The last part of the path of the statements of a Python module or class: told apart by name."""
BLOCK = "<block>"
"""The last part of the path of the statements of a Python function: told apart by place."""
Independent = Callable[[Sequence[Hashable], Sequence[Hashable]], bool]
_IDENTITY = ("key", "id", "name", "repo", "module", "uses", "run")


def align(path: Sequence[str], base: list[Any], ours: list[Any], theirs: list[Any]) -> Alignment:
    """Match the items of three lists that stand at `path`, which begins with the file.

    Raises:
        Disagreement: Both sides changed the same stretch, or their order.
    """
    sides = (base, ours, theirs)
    last = path[-1] if path else ""
    if last == DOCUMENTS and (len(base) != len(ours) or len(base) != len(theirs)):
        raise Disagreement("documents were added or removed")
    found = identities(path, sides)
    if found is None:
        return by_position(*([freeze(item) for item in side] for side in sides))
    names, is_free = found
    if is_free:
        is_one_a_line = sets.find(path) is sets.Items.PATTERNS
        _check_set(names[0], names[1], names[2], may_move=not is_one_a_line)
        return by_identity(names[0], names[1], names[2], is_set=True)
    return _ordered(last == BODY, names, sides)


def identities(
    path: Sequence[str], sides: Sequence[list[Any]]
) -> tuple[list[list[Hashable]], bool] | None:
    """Name the items of three lists that stand at `path`; None where they are told apart by place.

    Returns:
        The names in each of the versions, and whether their order is free.
    """
    last = path[-1] if path else ""
    if last == DOCUMENTS:
        return [list(range(len(side))) for side in sides], True
    items = sets.find(path)
    has_names = any(isinstance(item, dict) for side in sides for item in side)
    if items is None and (last == BLOCK or not has_names):
        return None
    named = [_identities(side) if items is None else sets.identities(items, side) for side in sides]
    known = [names for names in named if names is not None]
    if len(known) < 3:
        return None
    if items is None:
        known[1:] = [
            renamed_steps.as_before(known[0], sides[0], known[at], sides[at]) for at in (1, 2)
        ]
    return known, items is not None


def _check_set(
    base: Sequence[Hashable],
    ours: Sequence[Hashable],
    theirs: Sequence[Hashable],
    may_move: bool,
) -> None:
    """Refuse where an item would be one side's in one place, and the other's in another."""
    for one, other in ((ours, theirs), (theirs, ours)):
        if not may_move and _moved(base, one) and set(base) - set(other):
            raise Disagreement("one side moved items, the other dropped some")
    anchors = set(base) & set(ours) & set(theirs)
    twice = (set(ours) & set(theirs)) - set(base)
    if _gaps(ours, anchors, twice) != _gaps(theirs, anchors, twice):
        raise Disagreement("both sides add one thing, at two places")


def _ordered(
    statements: bool, names: list[list[Hashable]], sides: tuple[list[Any], list[Any], list[Any]]
) -> Alignment:
    if not statements:
        return by_identity(names[0], names[1], names[2], ordered=True)
    mine, yours = (dict(zip(names[at], sides[at], strict=True)) for at in (1, 2))

    def independent(left: Sequence[Hashable], right: Sequence[Hashable]) -> bool:
        shared = set(left) & set(right)
        return commute(
            [mine[name] for name in left if name not in shared],
            [yours[name] for name in right if name not in shared],
        )

    return by_identity(names[0], names[1], names[2], ordered=True, independent=independent)


def _identities(items: list[Any]) -> list[Hashable] | None:
    found = [_identity(item) for item in items]
    return None if None in found or len(set(found)) < len(found) else found


def name_of(key: Hashable, value: Any) -> str:
    """Return by what a reader knows an item: the last part of its key, or its name; or ""."""
    if key is not None:
        return str(key[-1] if isinstance(key, tuple) else key)
    if isinstance(value, str):
        return sets.package(value)
    found = _identity(value)
    found = found[-1] if isinstance(found, tuple) else found
    return found if isinstance(found, str) else ""


def _identity(item: Any) -> Hashable | None:
    """Return the name of an item: plugins and extensions are a name, or a name with settings."""
    if isinstance(item, dict):
        only = next(iter(item)) if len(item) == 1 else None
        return _mapping_identity(item) or (only if isinstance(only, str) else None)
    return item if isinstance(item, str) else None


def _mapping_identity(item: dict[Any, Any]) -> Hashable | None:
    for name in _IDENTITY:
        value = item.get(name)
        if isinstance(value, str):
            return name, value.split("@")[0] if name == "uses" else value
        if name in ("key", "module") and value:
            return name, freeze(value)
    return None


def by_identity(
    base: Sequence[Hashable],
    ours: Sequence[Hashable],
    theirs: Sequence[Hashable],
    *,
    ordered: bool = False,
    is_set: bool = False,
    independent: Independent = lambda mine, yours: False,
) -> Alignment:
    """Match unique names; additions stand behind the neighbour that they have on their own side.

    Args:
        base: Names in the base.
        ours: Names in ours; first where both sides add at one point.
        theirs: Names in theirs.
        ordered: Whether the place of a name among its neighbours means something.
        is_set: Whether the place of a name means nothing at all: what one side puts where both
            drop something is not what became of that.
        independent: Whether what the sides add at one point means the same in either order,
            although the names are ordered.

    Raises:
        Disagreement: Both sides moved items, or added at a point where order matters.
    """
    where = [{name: at for at, name in enumerate(side)} for side in (base, ours, theirs)]
    in_base, in_ours, in_theirs = where
    moved_ours, moved_theirs = _moved(base, ours), _moved(base, theirs)
    if moved_ours and moved_theirs and _moved(ours, theirs):
        raise Disagreement("both sides moved items")
    _check_gaps(base, ours, theirs, independent if ordered else None, is_set)
    spine, other = (theirs, ours) if moved_theirs and not moved_ours else (ours, theirs)
    stays = {n for s in where for n in s if n not in in_base or (n in in_ours and n in in_theirs)}
    order = Order(name for name in spine if name in stays)
    last: Hashable = Order.START
    in_spine = set(spine)
    for name in (name for name in other if name in stays):
        if name not in in_spine:
            while other is theirs and _only(order.behind(last), in_ours, where):
                last = order.behind(last)
            order.insert(name, last)
        last = name
    merged = list(order)
    if ordered and ((moved_ours or moved_theirs) and set(merged) != set(base)):
        raise Disagreement("one side moved items, the other added or dropped some")
    if ordered and not (moved_ours or moved_theirs) and _moved(merged, other):
        raise Disagreement("the order of additions")
    slots = [Slot(*(side.get(name) for side in where)) for name in merged]
    gone = [name for name in base if name not in stays]
    return Alignment(slots, [Slot(*(side.get(name) for side in where)) for name in gone])


def _only(name: Hashable, side: dict[Hashable, int], where: list[dict[Hashable, int]]) -> bool:
    return name in side and sum(name in other for other in where) == 1


def _moved(first: Sequence[Hashable], second: Sequence[Hashable]) -> bool:
    in_first, in_second = set(first), set(second)
    return [n for n in first if n in in_second] != [n for n in second if n in in_first]


def _check_gaps(
    base: Sequence[Hashable],
    ours: Sequence[Hashable],
    theirs: Sequence[Hashable],
    independent: Independent | None,
    is_set: bool,
) -> None:
    """Refuse where both sides put something into the same place and order, or a choice, matters."""
    anchors = set(base) & set(ours) & set(theirs)
    gone = set(base) - set(ours) - set(theirs)
    added_ours, added_theirs = (
        _gaps(side, anchors, set(side) - set(base)) for side in (ours, theirs)
    )
    lost = _gaps(base, anchors, gone)
    less_ours, less_theirs = (_gaps(base, anchors, set(base) - set(s)) for s in (ours, theirs))
    twice = (set(ours) & set(theirs)) - set(base)
    if is_set and {*map(_core, gone)} & {*map(_core, set(ours) ^ set(theirs))}:
        raise Disagreement("written in another way by one side, dropped by the other")
    for anchor in added_ours.keys() | added_theirs.keys():
        mine, yours = added_ours.get(anchor, []), added_theirs.get(anchor, [])
        if mine == yours:
            continue
        if independent:
            if (set(mine) ^ set(yours)) & twice:
                raise Disagreement("both sides add one thing, at two places")
            if mine and yours and not independent(mine, yours):
                raise Disagreement("both sides add at the same place")
            if (mine and anchor in less_theirs) or (yours and anchor in less_ours):
                raise Disagreement("one side adds where the other drops")
        # The addition may be what became of the item that the other dropped.
        if anchor in lost and ((mine and yours) or not is_set):
            raise Disagreement("replaced by one side, replaced or dropped by the other")


def _core(name: Hashable) -> Hashable:
    """Return what an item of a set is about: `.venv/` is `.venv`, `slow: one` is `slow: other`."""
    if not isinstance(name, str):
        return name
    return re.sub(r"[\W_]+", "", re.split(r"(?<!:):\s", name)[0]).casefold() or name


def _gaps(
    side: Sequence[Hashable], anchors: set[Hashable], wanted: set[Hashable]
) -> dict[Hashable, list[Hashable]]:
    """Return the wanted names of `side` by the anchor that they follow."""
    found: dict[Hashable, list[Hashable]] = {}
    anchor: Hashable = ("start",)
    for name in side:
        if name in anchors:
            anchor = (name,)
        elif name in wanted:
            found.setdefault(anchor, []).append(name)
    return found
