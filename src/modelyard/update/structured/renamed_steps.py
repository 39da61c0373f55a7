"""Finds the step of a workflow that one side renamed: the one that does what it did."""

from collections.abc import Hashable
from typing import Any

from modelyard.update.structured.values import freeze


def as_before(
    base: list[Hashable], old: list[Any], names: list[Hashable], items: list[Any]
) -> list[Hashable]:
    """Name a step that one side renamed as in the base: the one that uses an action, then and now.

    That is so only where no other step uses it, and it does what it did.
    """
    before, now = _by_action(base, old), _by_action(names, items)
    had, has = dict(zip(base, old, strict=True)), dict(zip(names, items, strict=True))
    renamed = {
        now[action]: before[action]
        for action in before.keys() & now.keys()
        if now[action] not in base
        and before[action] not in names
        and _is_kept(had[before[action]], has[now[action]])
    }
    return [renamed.get(name, name) for name in names]


def _is_kept(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Tell whether a step has all that it had, save its name and version: else it may be another.

    An upload of logs is no upload of wheels, although both use one action.
    """
    return all(
        key in ("name", "uses") or freeze(new.get(key)) == freeze(value)
        for key, value in old.items()
    )


def _by_action(names: list[Hashable], items: list[Any]) -> dict[str, Hashable]:
    """Return the names of the steps that use an action, by the action, which only they use."""
    found: dict[str, list[Hashable]] = {}
    for name, item in zip(names, items, strict=True):
        used = item.get("uses") if isinstance(item, dict) else None
        if isinstance(used, str):
            found.setdefault(used.partition("@")[0], []).append(name)
    return {action: steps[0] for action, steps in found.items() if len(steps) == 1}
