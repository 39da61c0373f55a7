"""What the fleet leaves alone because it is of another template, counted and listed by that."""

from collections.abc import Sequence
from typing import Protocol

from modelyard.fleet.states import RepoState


class Found(Protocol):
    """What was found in a member, or is told of it."""

    @property
    def name(self) -> str:
        """The member."""

    @property
    def state(self) -> RepoState:
        """What it comes to."""

    @property
    def detail(self) -> str:
        """Where that is FOREIGN, the address that it has on record."""


def by_source(results: Sequence[Found]) -> dict[str, list[str]]:
    """Return the members of other templates, by the address that each has on record."""
    found: dict[str, list[str]] = {}
    for one in results:
        if one.state is RepoState.FOREIGN:
            found.setdefault(one.detail, []).append(one.name)
    return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def lines(results: Sequence[Found]) -> list[str]:
    """Say how many there are, and which, from where; nothing where there is none."""
    found = by_source(results)
    count = sum(map(len, found.values()))
    if not count:
        return []
    head = f"foreign: {count} {'repo' if count == 1 else 'repos'}"
    return [head, *(f"  {', '.join(names)} from {source}" for source, names in found.items())]
