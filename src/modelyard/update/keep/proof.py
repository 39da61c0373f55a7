"""Proves that a file was changed at a key alone, with other parsers than those that cut it."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from modelyard.update.keep.at_key import Key, NotCut
from modelyard.update.structured.formats import Format
from modelyard.update.structured.values import freeze

# How YAML 1.1 reads a plain key of these names.
_BOOLEANS = {True: {"on", "yes", "true", "y"}, False: {"off", "no", "false", "n"}}


def check_meaning(found: Format, before: str, donor: str, result: str, key: Key) -> None:
    """Refuse a result that is not `before`, with what the donor has at the key.

    Raises:
        NotCut: It means anything else.
    """
    values = [found.value(one) for one in (before, donor, result)]
    if found.ROOT:
        values = [documents[0] if documents else None for documents in values]
    old, _, new = (freeze(_without(one, key), found.ORDERED) for one in values)
    _, wanted, there = (freeze(_value_at(one, key), found.ORDERED) for one in values)
    if old != new or wanted != there:
        raise NotCut("the text does not say what was meant")


def check_words(before: str, result: str, taken: Iterable[str], given: Iterable[str]) -> None:
    """Refuse a result with other words than `before` has, but for those taken and given.

    Words and signs are counted, those of comments too; commas and white space come and go.

    Raises:
        NotCut: It has.
    """
    less, more = (_words("\n".join(texts)) for texts in (taken, given))
    if _words(result) != _words(before) - less + more:
        raise NotCut("more than the key would change")


def _words(source: str) -> Counter[str]:
    return Counter(re.findall(r"\w+|[^\w\s,]", source))


def _value_at(value: Any, key: Key) -> Any:
    """Return what stands at a key, in a list; an empty one where nothing does."""
    for part in key:
        name = _name(value, part)
        if name is None:
            return []
        value = value[name[0]]
    return [value]


def _without(value: Any, key: Key) -> Any:
    """Return a value without what stands at a key, nor tables that are empty for that reason."""
    name = _name(value, key[0])
    if name is None:
        return value
    inner = _without(value[name[0]], key[1:]) if len(key) > 1 else {}
    if inner == {}:
        return {one: other for one, other in value.items() if one != name[0]}
    return {one: inner if one == name[0] else other for one, other in value.items()}


def _name(value: Any, part: str) -> list[Any] | None:
    """Return the key of a mapping that a part names, in a list; None where there is none."""
    if not isinstance(value, dict):
        return None
    for one in value:
        same = part.lower() in _BOOLEANS[one] if isinstance(one, bool) else str(one) == part
        if same:
            return [one]
    return None
