"""Which items of three lists are the same item, and in which order the merged list has them."""

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from modelyard.update.structured.sequences import by_position
from modelyard.update.structured.values import Alignment, Disagreement, Slot, freeze

DOCUMENTS = "<documents>"
"""The last part of the path of the list of documents in one YAML stream."""
BODY = "<body>"
"""The last part of the path of the statements of a Python module or class: told apart by name."""
BLOCK = "<block>"
"""The last part of the path of the statements of a Python function: told apart by place."""

_EXECUTED = frozenset(
    [
        *("addopts", "after_script", "args", "before_script", "cmd", "cmds", "command", "commands"),
        *("entry", "entrypoint", "hooks", "layers", "run", "script", "stages", "steps"),
    ]
)
_UNORDERED = frozenset(["authors", "index", "maintainers", "overrides", "repos", "source"])
_IDENTITY = ("key", "id", "name", "repo", "module", "uses", "run")
_PINNED = re.compile(
    r"@?[\w./-]+(?=\s*(\[[^\]]*\]\s*)?(=|@|[<>!~]=?))|@?[\w./-]+$|[\w.-]+(?=\[|\s*;)"
)


def align(path: Sequence[str], base: list[Any], ours: list[Any], theirs: list[Any]) -> Alignment:
    """Match the items of three lists that stand at `path`.

    Raises:
        Disagreement: Both sides changed the same stretch, or their order.
    """
    sides = (base, ours, theirs)
    if path and path[-1] == DOCUMENTS:
        if len(base) != len(ours) or len(base) != len(theirs):
            raise Disagreement("documents were added or removed")
        return by_identity(range(len(base)), range(len(base)), range(len(base)))
    named = [_identities(path, side) for side in sides]
    known = [ids for ids in named if ids is not None and len(set(ids)) == len(ids)]
    kinds = {type(item) for side in sides for item in side}
    if len(known) < 3 or len(kinds) != 1:
        return by_position(*([freeze(item) for item in side] for side in sides))
    last = path[-1] if path else ""
    if last == BODY:
        return by_identity(*known, loose=lambda name: name[1][:4] != "stmt")  # type: ignore[index]
    loose = last in _UNORDERED or (kinds == {str} and last not in _EXECUTED)
    return by_identity(*known, loose=lambda _: loose)


def _identities(path: Sequence[str], items: list[Any]) -> list[Hashable] | None:
    if all(isinstance(item, str) for item in items):
        if path and path[-1] in _EXECUTED:
            return list(items)
        names: list[Hashable] = [package(item) for item in items]
        plain = all(re.fullmatch(r"[^=<>~@;]*", item) for item in items)
        return list(items) if plain and len(set(names)) < len(names) else names
    if all(isinstance(item, dict) for item in items) and (not path or path[-1] != BLOCK):
        found = [_mapping_identity(item) for item in items]
        return None if None in found else found
    return None


def _mapping_identity(item: dict[Any, Any]) -> Hashable | None:
    for name in _IDENTITY:
        value = item.get(name)
        if isinstance(value, str):
            return name, value.split("@")[0] if name == "uses" else value
        if name in ("key", "module") and value:
            return name, freeze(value)
    return None


def package(text: str) -> str:
    """Return what a requirement or a `name=version` is about, or the text itself.

    Names are normalised as PEP 503 has it.
    """
    found = _PINNED.match(text.strip())
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else text


def by_identity(
    base: Sequence[Hashable],
    ours: Sequence[Hashable],
    theirs: Sequence[Hashable],
    *,
    loose: Callable[[Hashable], bool] = lambda _: True,
) -> Alignment:
    """Match unique names; additions stand behind the neighbour that they have on their own side.

    Args:
        base: Names in the base.
        ours: Names in ours; first where both sides add at one point.
        theirs: Names in theirs.
        loose: Whether the place of this name among its neighbours means little.

    Raises:
        Disagreement: Both sides moved items, or added at a point where order matters.
    """
    where = [{name: at for at, name in enumerate(side)} for side in (base, ours, theirs)]
    in_base, in_ours, in_theirs = where
    moved_ours, moved_theirs = _moved(base, ours), _moved(base, theirs)
    if moved_ours and moved_theirs and _moved(ours, theirs):
        raise Disagreement("both sides moved items")
    _check_gaps(base, ours, theirs, loose)
    spine, other = (theirs, ours) if moved_theirs and not moved_ours else (ours, theirs)
    stays = {n for s in where for n in s if n not in in_base or (n in in_ours and n in in_theirs)}
    merged = [name for name in spine if name in stays]
    last = None
    in_spine = set(spine)
    for name in (name for name in other if name in stays):
        if name not in in_spine:
            at = merged.index(last) + 1 if last is not None else 0
            while other is theirs and at < len(merged) and _only(merged[at], in_ours, where):
                at += 1
            merged.insert(at, name)
        last = name
    tight = any(not loose(name) for name in merged)
    if tight and ((moved_ours or moved_theirs) and set(merged) != set(base)):
        raise Disagreement("one side moved items, the other added or dropped some")
    if tight and not (moved_ours or moved_theirs) and (_moved(merged, other)):
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
    loose: Callable[[Hashable], bool],
) -> None:
    """Refuse where both sides put something into the same place and order, or a choice, matters."""
    anchors = set(base) & set(ours) & set(theirs)
    gone = set(base) - set(ours) - set(theirs)
    added_ours, added_theirs = (
        _gaps(side, anchors, set(side) - set(base)) for side in (ours, theirs)
    )
    lost = _gaps(base, anchors, gone)
    for anchor in added_ours.keys() | added_theirs.keys():
        mine, yours = added_ours.get(anchor, []), added_theirs.get(anchor, [])
        if mine == yours:
            continue
        if mine and yours and not all(loose(name) for name in [*mine, *yours]):
            raise Disagreement("both sides add at the same place")
        if anchor in lost:  # the addition may be what became of the item that the other dropped
            raise Disagreement("replaced by one side, replaced or dropped by the other")


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
