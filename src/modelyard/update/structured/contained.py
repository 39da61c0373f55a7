"""Tells which of two files that both sides added has all that is in the other one."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from modelyard.update.structured import formats, text
from modelyard.update.structured.sequences import matches


def contained(path: str, ours: bytes, theirs: bytes) -> bytes | None:
    """Return which of two files that both sides added has all lines of the other, in their order.

    The template's stands only where it says all that the user's says: what it has more may be the
    head of a section in which the user's lines mean something else.

    Returns:
        None where neither has, or where what is added to the user's is more than that was.
    """
    try:
        mine, yours = (
            [line for line in text.decode(content).split("\n") if line.strip()]
            for content in (ours, theirs)
        )
        shared = len(matches(mine, yours))
    except ValueError:
        return None
    if shared == len(yours):
        is_cut = len(mine) == shared and not ours.endswith(b"\n")
        return theirs if is_cut else ours
    extras = Counter(yours) - Counter(mine)
    if shared == len(mine) and 2 * shared > len(yours) and not extras.keys() & {*mine}:
        return theirs if yours[:shared] == mine or _says_all(path, ours, theirs) else None
    return None


def _says_all(path: str, ours: bytes, theirs: bytes) -> bool:
    """Tell whether the values of a file have all values of another one, each in its place."""
    found = formats.find(path)
    if found is None:
        return False
    try:
        return _has(found.value(text.decode(theirs)), found.value(text.decode(ours)))
    except Exception:  # parsers raise what they like; whatever it is, a person has to look
        return False


def _has(more: Any, less: Any) -> bool:
    if isinstance(less, dict):
        return isinstance(more, dict) and all(
            key in more and _has(more[key], value) for key, value in less.items()
        )
    if isinstance(less, list):
        items: Iterator[Any] = iter(more if isinstance(more, list) else ())
        return all(any(_has(item, value) for item in items) for value in less)
    return bool(more == less)
