"""Gives one version of a file what another version has at a key, and nothing else.

The result is proved: outside of the key it means what it meant, at the key what the other version
means, and all its other words are those that it had, those of comments too.
"""

import functools
from collections.abc import Sequence
from dataclasses import replace

from modelyard.update.keep import proof
from modelyard.update.keep.at_key import (
    Key,
    NotCut,
    cut,
    find_format,
    is_below,
    leads,
    names,
    pieces_at,
)
from modelyard.update.structured import text
from modelyard.update.structured.formats import Format
from modelyard.update.structured.pieces import Piece


# Whoever merges, audits and checks asks for the same, key after key.
@functools.lru_cache(maxsize=256)
def transplanted(path: str, into: bytes, donor: bytes, key: Key) -> bytes:
    """Return a file with what the donor has at a key, or with nothing there if that has nothing.

    Args:
        path: Its name, which tells the format.
        into: The file.
        donor: Another version of it.
        key: The parts of the key.

    Raises:
        NotCut: One of them cannot be cut, or it cannot be proved that only the key has changed.
    """
    found = find_format(path)
    if into == donor:
        return into
    try:
        return _transplanted(found, into, donor, key)
    except Exception as error:  # parsers raise what they like; whatever it is, it is not cut
        raise NotCut(str(error)) from None


def _transplanted(found: Format, into: bytes, donor: bytes, key: Key) -> bytes:
    (before, target), (other, source) = cut(found, into), cut(found, donor)
    result = _give(target, source, key, found).text
    if result == before:
        return into
    proof.check_meaning(found, before, other, result, key)
    taken, given = ([p.text for p in pieces_at(root, key, found)] for root in (target, source))
    proof.check_words(before, result, taken, given)
    return text.encode(result, into)


def _give(target: Piece, source: Piece | None, key: Key, found: Format, at: Key = ()) -> Piece:
    """Return a container with what the source, the same container, has at the key."""
    if source is not None and (target.named, target.flow) != (source.named, source.flow):
        raise NotCut("it is written in two ways")
    theirs = {names(one, found): one for one in (source.children or () if source else ())}
    given = [one for name, one in theirs.items() if is_below(at + name, key)]
    missing = theirs.keys() - {names(one, found) for one in target.children or ()}
    for name in missing:
        one = theirs[name]
        if leads(at + name, key, one) and any(pieces_at(one, key, found, at + name)):
            raise NotCut("what it stands in is not there")
    children: list[Piece] = []
    left = given
    for one in target.children or ():
        name = names(one, found)
        if is_below(at + name, key):
            children += _fitted(left, one, target.flow)
            left = []
        elif leads(at + name, key, one):
            children.append(_give(one, theirs.get(name), key, found, at + name))
        else:
            children.append(one)
    if left:
        place = _place(list(theirs), names(left[0], found), [names(c, found) for c in children])
        beside = children[place - 1 : place] or children[:1]
        children[place:place] = _fitted(left, beside[0], target.flow) if beside else left
    return replace(target, children=tuple(children))


def _place(order: Sequence[Key], name: Key, there: Sequence[Key]) -> int:
    """Return where a piece belongs: behind the nearest one that it follows in the source."""
    earlier = [one for one in order[: order.index(name)] if one in there]
    return there.index(earlier[-1]) + 1 if earlier else 0


def _fitted(given: Sequence[Piece], beside: Piece, flow: bool) -> Sequence[Piece]:
    """Return pieces as they stand where another one stands, or beside it."""
    if any(one.indent != beside.indent for one in given):
        raise NotCut("it is indented in two ways")
    return [replace(one, lead=beside.lead) for one in given] if flow else given
