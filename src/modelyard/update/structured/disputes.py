"""Finds the pieces about which two sides disagree, and puts the same mark in their place.

With the marks in all three versions there is nothing left to disagree about: a strict merge of them
is the merged file, and each mark in it stands for what a person has to decide.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from modelyard.update.structured import pieces
from modelyard.update.structured.lists import identities
from modelyard.update.structured.order import Order
from modelyard.update.structured.pieces import Piece
from modelyard.update.structured.sequences import matches
from modelyard.update.structured.values import Disagreement, freeze

MARK = "\x01"
"""What a mark begins and ends with; a file that has it itself is not merged by pieces."""
Three = tuple[Piece, Piece, Piece]
Run = tuple[Piece, ...]
Runs = tuple[Run, Run, Run]


@dataclass(frozen=True)
class Dispute:
    """One place that a person decides about.

    Attributes:
        mark: What stands for it in a text.
        runs: The pieces that stand there in the base, in ours and in theirs.
        in_line: Whether it stands between commas, and not on lines of its own.
    """

    mark: str
    runs: Runs
    in_line: bool

    @property
    def is_inline(self) -> bool:
        """Whether it begins behind something else on its line, as the first key of an item."""
        return any(_is_inline(run[0]) for run in self.runs if run)

    def text(self, version: int, column: int) -> str:
        """Return what one version has there, moved to a column where it is lines."""
        run = self.runs[version]
        if not self.in_line:
            return "".join(pieces.shift(piece, column).text for piece in run)
        later = "".join(f",{piece.lead}{piece.body}" for piece in run[1:])
        return run[0].body + later if run else ""


@dataclass
class Finder:
    """Finds the disputes of one file.

    Attributes:
        fine: Whether single items between commas may be disputes; otherwise what is around them is.
        settles_ours: Whether ours is filled again, so that no comma may be left behind what it
            has not.
        found: The disputes so far.
    """

    fine: bool
    settles_ours: bool = True
    found: list[Dispute] = field(default_factory=list)

    def marked(self, base: Piece, ours: Piece, theirs: Piece, path: tuple[str, ...]) -> Three:
        """Return three versions of one piece with a mark for each dispute within it.

        Raises:
            Disagreement: It is about the piece as a whole.
        """
        if _agree(base, ours, theirs, path):
            return base, ours, theirs
        sides = (base, ours, theirs)
        shapes = {(s.children is None, s.named, s.flow, s.step) for s in sides}
        if len(shapes) > 1 or ours.children is None or (ours.flow and not self.fine):
            raise Disagreement("changed by both sides")
        before = len(self.found)
        inside = path + ours.step
        try:
            if ours.named:
                made = self._keyed(sides, [[c.key for c in _children(s)] for s in sides], inside)
            elif (names := _names(inside, sides)) is not None and names.free:
                made = self._keyed(sides, names.of, inside)
            else:
                made = self._in_order(sides, names.of if names else None, inside)
            if self.settles_ours and ours.flow and self._ends_in_a_gap(made[1]):
                raise Disagreement("without the last item a comma is too many")
            if not _agree(*made, path):
                raise Disagreement("not about the pieces of it")
        except Disagreement:
            del self.found[before:]
            raise
        return made

    def _slot(self, three: tuple[Piece | None, ...], path: tuple[str, ...], flow: bool) -> Three:
        """Return a mark for one item that not all three have, or for what is disputed in it."""
        base, ours, theirs = three
        if base and ours and theirs:
            try:
                return self.marked(base, ours, theirs, path)
            except Disagreement:
                pass
        runs: Any = tuple(() if one is None else (one,) for one in three)
        return self.mark(runs, flow)

    def mark(self, runs: Runs, flow: bool) -> Three:
        """Put one mark where three runs of pieces stand."""
        first = [run[0] for run in runs if run]
        model = runs[1][0] if runs[1] else first[-1]
        if flow:
            afters = {piece.after for run in runs for piece in run}
            has_place = len(first) == len(runs) or "\n" in model.lead
            fits = (
                has_place and len(afters) == 1 and all(not run[1:] or "" in afters for run in runs)
            )
        else:
            inline = {_is_inline(piece) for piece in first}
            fits = inline == {False} or (inline == {True} and len(first) == len(runs))
        if not fits:
            raise Disagreement("has no place of its own")
        found = Dispute(f"{MARK}{len(self.found)}{MARK}", runs, flow)
        self.found.append(found)
        made = [_stand_in(found, run[0] if run else model) for run in runs]
        return made[0], made[1], made[2]

    def _ends_in_a_gap(self, piece: Piece) -> bool:
        """Tell whether one side has nothing where all others have the last item."""
        last = _children(piece)[-1:]
        return not piece.comma and any(
            piece.tail == one.mark and not all(one.runs) for piece in last for one in self.found
        )

    def _keyed(self, sides: Three, names: Sequence[Sequence[Any]], path: tuple[str, ...]) -> Three:
        """Mark items that are told apart by name and whose order is free."""
        if any(len(set(side)) < len(side) for side in names):
            raise Disagreement("a key stands twice")
        tables = [
            dict(zip(of, _children(s), strict=True)) for of, s in zip(names, sides, strict=True)
        ]
        orders = [Order(of) for of in names]
        of_base = set(tables[0])
        gone = [of_base - table.keys() for table in tables]
        for name in dict.fromkeys([*names[1], *names[2], *names[0]]):
            three = tuple(table.get(name) for table in tables)
            if _slot_agrees(three, sides, path):
                continue
            if any(name in lost and _has_kin(name, lost) for lost in gone):
                raise Disagreement("a part of something that one side took away as a whole")
            step = name if isinstance(name, tuple) else (name,)
            below = path + (tuple(map(str, step)) if sides[1].named else ("[]",))
            made = self._slot(three, below, sides[1].flow)
            for table, order, piece in zip(tables, orders, made, strict=True):
                if name not in table:
                    model = next(o for o in (orders[1], orders[2], orders[0]) if name in o)
                    order.insert_as(name, model)
                table[name] = piece
        runs = [[table[n] for n in order] for table, order in zip(tables, orders, strict=True)]
        return _with_children(sides, runs)

    def _in_order(
        self, sides: Three, names: Sequence[Sequence[Any]] | None, path: tuple[str, ...]
    ) -> Three:
        """Mark stretches between items that all three have, and disputes within such items."""
        children = [_children(side) for side in sides]
        keys = names or [[freeze(c.value) for c in run] for run in children]
        runs: list[list[Piece]] = [[], [], []]
        for gap, anchor in _gaps(keys):
            stretch: Any = tuple(tuple(c[a:b]) for c, (a, b) in zip(children, gap, strict=True))
            made: Sequence[Run] = stretch
            if any(stretch) and not _run_agrees(stretch, sides, path):
                made = [(piece,) for piece in self.mark(stretch, sides[1].flow)]
            for run, new in zip(runs, made, strict=True):
                run += new
            if anchor:
                base, ours, theirs = (c[at] for c, at in zip(children, anchor, strict=True))
                here = self._slot((base, ours, theirs), (*path, "[]"), sides[1].flow)
                for run, piece in zip(runs, here, strict=True):
                    run.append(piece)
        return _with_children(sides, runs)


@dataclass(frozen=True)
class _Names:
    of: list[list[Any]]
    free: bool


def _names(path: tuple[str, ...], sides: Three) -> _Names | None:
    found = identities(path, [side.items for side in sides])
    return None if found is None else _Names(*found)


def _stand_in(dispute: Dispute, like: Piece) -> Piece:
    """Return a mark that is shaped as the piece in whose place it stands."""
    value: Any = {"key": dispute.mark} if isinstance(like.value, dict) else dispute.mark
    if dispute.in_line:
        return Piece(like.key, value, like.lead, tail=dispute.mark, after=like.after)
    indent = "" if _is_inline(like) else " " * like.indent
    return Piece(like.key, value, tail=f"{indent}{dispute.mark}\n", indent=like.indent)


def _is_inline(piece: Piece) -> bool:
    return bool(not piece.lead and piece.indent and piece.body[:1] != " ")


def _children(piece: Piece) -> Run:
    return piece.children or ()


def _agree(base: Piece, ours: Piece, theirs: Piece, path: tuple[str, ...]) -> bool:
    try:
        pieces.merge(base, ours, theirs, path)
    except Disagreement:
        return False
    return True


def _slot_agrees(three: Sequence[Piece | None], sides: Three, path: tuple[str, ...]) -> bool:
    return _run_agrees(tuple(() if p is None else (p,) for p in three), sides, path)


def _run_agrees(runs: Any, sides: Three, path: tuple[str, ...]) -> bool:
    """Tell whether a stretch of the children can be merged, as if there were nothing else."""
    alone = [
        replace(
            s,
            key=None,
            lead="",
            head="",
            tail="",
            after="",
            step=(),
            children=tuple(run),
            value=[piece.value for piece in run],
        )
        for s, run in zip(sides, runs, strict=True)
    ]
    return _agree(alone[0], alone[1], alone[2], path)


def _with_children(sides: Three, runs: Sequence[Sequence[Piece]]) -> Three:
    made = []
    for side, run in zip(sides, runs, strict=True):
        value: Any = [piece.value for piece in run]
        if side.named:
            value = {piece.key: piece.value for piece in run}
        for step in side.step:
            value = {**side.value, step: value}
        made.append(replace(side, children=tuple(run), value=value))
    return made[0], made[1], made[2]


def _has_kin(name: Any, lost: Iterable[Any]) -> bool:
    """Tell whether a table of TOML, or the one that it is in, is lost beside one that is lost."""
    if not isinstance(name, tuple):
        return False
    return any(
        isinstance(other, tuple)
        and other != name
        and (other[: len(name)] == name or name[: len(other)] == other)
        for other in lost
    )


def _gaps(
    keys: Sequence[Sequence[Any]],
) -> Iterator[tuple[list[tuple[int, int]], tuple[int, int, int] | None]]:
    """Yield the stretches between the items that all three have, each with the item behind it."""
    base, ours, theirs = keys
    to_ours, to_theirs = matches(base, ours), matches(base, theirs)
    anchors = [(at, to_ours[at], to_theirs[at]) for at in sorted(to_ours.keys() & to_theirs.keys())]
    last = (0, 0, 0)
    for anchor in [*anchors, None]:
        ends = anchor or (len(base), len(ours), len(theirs))
        yield [(low, high) for low, high in zip(last, ends, strict=True)], anchor
        last = tuple(end + 1 for end in ends)  # type: ignore[assignment]  # three as before
