"""A file cut into nested pieces whose texts, put together, are the file to the last byte.

Every format cuts its own files; the merge of pieces is the same for all. It only ever moves whole
pieces of source text, so what neither side touched is kept as it was written.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from modelyard.update.structured import comment_places
from modelyard.update.structured.lists import align, by_identity
from modelyard.update.structured.sequences import by_position
from modelyard.update.structured.sets import names_in
from modelyard.update.structured.values import Disagreement, Slot, freeze

_TAB = re.compile(r"^\0? *\t", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """One value with the text around it.

    Attributes:
        key: Its name in the mapping that it belongs to.
        value: What it means, as a plain value.
        lead: Comments, blank lines and indentation ahead of it.
        head: What opens it: `key = `, `key: [`, `class A:`.
        tail: What closes it; of a leaf, the value itself.
        after: The comment behind it, with the end of the line where the piece is a line.
        children: None for a leaf.
        named: Whether the children are told apart by key, not by place.
        flow: Whether commas stand between the children.
        comma: Whether one stands behind the last child, too.
        indent: The column at which it begins.
        step: Where in `value` the children's list is.
    """

    key: Hashable
    value: Any
    lead: str = ""
    head: str = ""
    tail: str = ""
    after: str = ""
    children: tuple["Piece", ...] | None = None
    named: bool = False
    flow: bool = False
    comma: bool = False
    indent: int = 0
    step: tuple[str, ...] = ()

    @cached_property
    def body(self) -> str:
        """The text without what is around it."""
        parts = [self.head]
        for child in self.children or ():
            last = child is (self.children or ())[-1]
            comma = "," if self.flow and (self.comma or not last) else ""
            parts += [child.lead, child.body, comma, child.after]
        return "".join([*parts, self.tail])

    @property
    def text(self) -> str:
        """The whole source of this piece."""
        return self.lead + self.body + self.after

    @property
    def items(self) -> Any:
        """The list that the children are."""
        value = self.value
        for name in self.step:
            value = value[name]
        return value

    @cached_property
    def layout(self) -> str:
        """How a flow stands: "flat" in a line, "tall" with a line for each, "wrapped"."""
        breaks = {"\n" in child.lead for child in self.children or ()}
        return "wrapped" if len(breaks) > 1 else "tall" if breaks == {True} else "flat"


def merge(base: Piece, ours: Piece, theirs: Piece, path: tuple[str, ...] = ()) -> Piece:
    """Merge one piece: its surroundings as text, its value by meaning.

    Raises:
        Disagreement: Both sides changed the same thing.
    """
    if ours.text == base.text:
        return shift(theirs, ours.indent)
    if theirs.text in (base.text, ours.text):
        return ours
    merged = _merge_body(base, ours, theirs, path)
    comment_places.check_own(base, ours, theirs)
    lead = _lines(base.lead, ours.lead, theirs.lead)
    return replace(merged, lead=lead, after=_choose(base.after, ours.after, theirs.after))


def _merge_body(base: Piece, ours: Piece, theirs: Piece, path: tuple[str, ...]) -> Piece:
    if ours.body == base.body:
        return shift(theirs, ours.indent)
    if theirs.body in (base.body, ours.body):
        return ours
    sides = (base, ours, theirs)
    shapes = {(side.children is None, side.named, side.flow, side.step) for side in sides}
    if len(shapes) == 1 and ours.children is not None:
        return _merge_children(base, ours, theirs, path + ours.step)
    head = _choose(base.head, ours.head, theirs.head)
    old, mine, yours = (freeze(side.value) for side in sides)
    if yours in (old, mine):
        return replace(ours, head=head) if ours.children is None else ours
    if mine == old:
        fitted = shift(theirs, ours.indent)
        return replace(fitted, head=head) if theirs.children is None else fitted
    raise Disagreement("changed by both sides")


def _merge_children(base: Piece, ours: Piece, theirs: Piece, path: tuple[str, ...]) -> Piece:
    sides = (base, ours, theirs)
    if ours.named:
        names = [[child.key for child in side.children or ()] for side in sides]
        if any(len(set(keys)) < len(keys) for keys in names):
            raise Disagreement("a key stands twice")
        found = by_identity(names[0], names[1], names[2])
    else:
        found = align(path, base.items, ours.items, theirs.items)
    for slot in found.dropped:
        have = [piece for piece in _pick(sides, slot) if piece]
        if any(freeze(piece.value) != freeze(have[0].value) for piece in have):
            raise Disagreement("dropped by one side, changed by the other")
    children = [_merge_slot(_pick(sides, slot), path, ours) for slot in found.slots]
    head = _choose(base.head, ours.head, theirs.head)
    tail = _lines(base.tail, ours.tail, theirs.tail)
    merged = replace(ours, head=head, tail=tail, children=tuple(children))
    comment_places.check(sides, merged, found)
    if not ours.flow:
        return merged
    # An empty list stands in no way: neither of two is rearranged.
    is_full = bool(base.children and theirs.children)
    rearranged = is_full and ours.layout == base.layout != theirs.layout
    style = theirs if rearranged or not ours.children else ours
    if not comment_places.comments("".join(side.tail for side in sides)):
        merged = replace(merged, tail=style.tail)
    return _restyle(merged, style, ours if style is theirs else theirs)


def _pick(sides: tuple[Piece, Piece, Piece], slot: Slot) -> list[Piece | None]:
    return [
        None if at is None else (side.children or ())[at]
        for side, at in zip(sides, slot, strict=True)
    ]


def _merge_slot(found: list[Piece | None], path: tuple[str, ...], into: Piece) -> Piece:
    base, ours, theirs = found
    if theirs is None:
        if ours is None:
            raise Disagreement("nobody has it")
        return ours
    if ours is None:
        if into.flow or not into.children:
            return theirs
        return shift(theirs, into.children[-1].indent)
    if base is None:
        after = ours.after if ours.after.strip() else theirs.after
        if freeze(ours.value) == freeze(theirs.value):
            return replace(ours, after=after)
        names = names_in(ours.value)
        if names is None or not ours.step == theirs.step == (names,):
            raise Disagreement("added by both sides, not equal")
        none = replace(ours, children=(), value={**ours.value, names: []})
        return replace(merge(none, ours, theirs, (*path, "[]")), lead=ours.lead, after=after)
    step = ours.key if isinstance(ours.key, tuple) else (ours.key,)
    return merge(base, ours, theirs, path + (tuple(map(str, step)) if into.named else ("[]",)))


def _restyle(piece: Piece, style: Piece, other: Piece) -> Piece:
    """Give the children of a flow the white space that `style` has between its own."""
    children = piece.children or ()
    model = style.children or other.children or ()
    first = model[0].lead if model else ""
    spaced = [c for side in (style, other) for c in (side.children or ())[1:]]
    fitted = []
    for at, child in enumerate(children):
        lead = child.lead
        if style.layout == "flat":
            if "#" in lead + child.after or "//" in lead + child.after:
                raise Disagreement("a comment has no place in one line")
            lead = first if at == 0 else spaced[0].lead.replace("\n", " ") if spaced else " "
        elif style.layout == "tall":
            ends = first[first.rindex("\n") :]
            lines = [line.strip() for line in lead.split("\n")[1:-1]]
            lead = "".join(ends + line if line else "\n" for line in lines) + ends
        elif not at and not comment_places.comments(first + lead):
            lead = first
        elif at and not lead:
            lead = " "
        fitted.append(replace(child, lead=lead))
    return replace(piece, children=tuple(fitted), comma=style.comma)


def shift(piece: Piece, indent: int) -> Piece:
    """Return a block piece that begins at another column.

    Raises:
        Disagreement: A line of it begins with a tab, which has no number of columns.
    """
    by = indent - piece.indent
    if not by:
        return piece
    inline = not piece.lead and piece.indent and piece.body[:1] != " "
    text = piece.lead + "\0" + piece.body
    if _TAB.search(text):
        raise Disagreement("indented with tabs, or with both")
    start = r"(?<=\n)" if inline else r"(?:^|(?<=\n))"
    found, put = (r"(?=[^\n])", " " * by) if by > 0 else (f" {{{-by}}}", "")
    lead, body = re.sub(start + found, put, text).split("\0")
    return replace(piece, lead=lead, head="", tail=body, children=None, indent=indent)


def _squash(text: str) -> str:
    return re.sub(r"\s|,(?=\s*[)\]}])", "", text)


def _choose(base: str, ours: str, theirs: str) -> str:
    """Take the one change there is; a change of white space alone gives way to any other."""
    for same in (lambda text: text, _squash):
        if same(theirs) in (same(base), same(ours)):
            return ours
        if same(ours) == same(base):
            return theirs
    raise Disagreement("changed by both sides")


def _lines(base: str, ours: str, theirs: str) -> str:
    """Merge lines; where that fails, take the one change that is more than white space."""
    sides = [text.splitlines(keepends=True) for text in (base, ours, theirs)]
    try:
        slots = by_position(*sides).slots
    except Disagreement:
        return _choose(base, ours, theirs)
    return "".join(sides[1][m] if m is not None else sides[2][t or 0] for _, m, t in slots)
