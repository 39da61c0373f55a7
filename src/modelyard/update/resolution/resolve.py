"""Runs the resolvers over a file that both sides changed."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from modelyard.update.resolution import comments, deleted, pins, starter_text
from modelyard.update.resolution.decision import Decision, Resolver
from modelyard.update.resolution.elsewhere import Elsewhere
from modelyard.update.structured import text

RESOLVERS: tuple[Resolver, ...] = (
    pins.resolve,
    comments.resolve,
    deleted.resolve,
    starter_text.resolve,
)
"""In the order in which they are tried: each gives up more than the one before it."""


def resolvers(ask_about_pins: bool, elsewhere: Elsewhere) -> tuple[Resolver, ...]:
    """Return what decides in a repo."""
    looking: dict[Resolver, Resolver] = {
        deleted.resolve: partial(deleted.resolve, elsewhere=elsewhere)
    }
    kept = (one for one in RESOLVERS if one is not pins.resolve or not ask_about_pins)
    return tuple(looking.get(one, one) for one in kept)


class Settled(NamedTuple):
    """The contents of the two sides after decisions."""

    ours: bytes
    theirs: bytes
    decisions: tuple[Decision, ...]


def attempts(
    path: str, base: bytes, ours: bytes, theirs: bytes, resolvers: Sequence[Resolver]
) -> Iterator[Settled]:
    """Yield the sides after the first resolver, after the first two, and so on.

    What a resolver has nothing to say about is not yielded again, and no file whose line ends or
    encoding are not one and known.
    """
    try:
        sides = [text.decode(content).splitlines() for content in (base, ours, theirs)]
    except ValueError:
        return
    if any(
        "\n".join(side) + "\n" != text.decode(content)
        for side, content in zip(sides, (base, ours, theirs), strict=True)
    ):
        return  # it has characters that Python, and no editor, takes for line ends
    decisions: tuple[Decision, ...] = ()
    for resolver in resolvers:
        found = resolver(path, *sides)
        if found is None or not found.decisions:
            continue
        decisions += found.decisions
        sides = [sides[0], found.ours, found.theirs]
        mine, other = ("".join(f"{line}\n" for line in side) for side in sides[1:])
        yield Settled(text.encode(mine, ours), text.encode(other, theirs), decisions)
