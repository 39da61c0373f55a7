"""What the fleet leaves alone because it is of another template, counted and listed by that."""

from collections.abc import Sequence

from modelyard.fleet.model import RepoState, Result


def by_source(results: Sequence[Result]) -> dict[str, list[str]]:
    """Return the members of other templates, by the address that each has on record."""
    found: dict[str, list[str]] = {}
    for one in results:
        if one.state is RepoState.FOREIGN:
            found.setdefault(one.detail, []).append(one.name)
    return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def lines(results: Sequence[Result]) -> list[str]:
    """Say how many there are, and which, from where; nothing where there is none."""
    found = by_source(results)
    count = sum(map(len, found.values()))
    if not count:
        return []
    head = f"foreign: {count} {'repo' if count == 1 else 'repos'}"
    return [head, *(f"  {', '.join(names)} from {source}" for source, names in found.items())]
