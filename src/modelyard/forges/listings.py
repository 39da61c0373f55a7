"""Makes repositories out of a forge's listing: one that nobody can read is no problem of others."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from modelyard.forges.forge import Repository


def repositories(
    nodes: Iterable[dict[str, Any]], make: Callable[[dict[str, Any]], Repository], name: str
) -> Iterator[Repository]:
    """Return the repositories of a listing.

    Args:
        nodes: What the forge answers, one each.
        make: Makes a repository of one.
        name: The field with its name.

    Raises:
        TypeError: One has no name, so nobody could be told which it is.
    """
    for node in nodes:
        try:
            yield make(node)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            named = node.get(name) if isinstance(node, dict) else None
            if not isinstance(named, str) or not named:
                raise TypeError("a repository without a name") from None
            words = f"the forge tells of it what no repository is: {type(error).__name__}: {error}"
            yield Repository(name=named, branch="", problem=words[:300], unreadable=True)
