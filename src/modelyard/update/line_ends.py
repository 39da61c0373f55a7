"""Gives a file one line end on all three sides, so that a merge sees only what else changed.

The user's choice goes first, then the template's. A file that one side renamed is compared with
what it was. Which file that is, git decides by itself: where several are alike all of them are
turned, and those that it did not take get their own line ends back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File, Tree
from modelyard.merged import Merged
from modelyard.reasons import NoticeReason
from modelyard.update.attributes import is_text
from modelyard.update.line_end import line_end
from modelyard.update.turned_moves import TEXT, Moved, follow, lines_of


class _Triple(NamedTuple):
    """Where a file is on each side, and the files that git may take for it."""

    base: str
    ours: str
    theirs: str
    more_ours: Sequence[str] = ()
    more_theirs: Sequence[str] = ()

    @property
    def is_moved(self) -> bool:
        """Tell whether a side has it elsewhere."""
        return not self.base == self.ours == self.theirs


class _Ends(NamedTuple):
    """The line end of a file on each side."""

    base: bytes
    ours: bytes
    theirs: bytes

    @property
    def chosen(self) -> bytes:
        """The line end of a merge; nothing where there is nothing to choose."""
        if not self.ours or (not self.base and not self.theirs):
            return b""
        if not self.base or self.base != self.ours:
            return self.ours
        return self.theirs or self.ours


class _Change(NamedTuple):
    """What the template made of a file, and where it has it."""

    old: File
    new: File
    place: str


@dataclass(frozen=True)
class Unsure:
    """A file with other line ends, of which only git knows whether it is the one that was moved.

    Attributes:
        path: Where its side has it.
        own: What its side has.
        merged: What is merged instead.
        change: What the template made of it, for the likeliest file that the user moved.
        stays: Whether it is at no other place if it is not the one that was moved.
    """

    path: str
    own: File
    merged: File
    change: _Change | None = None
    stays: bool = False

    def is_followed(self, merged: Merged, scratch: Scratch) -> bool:
        """Say whether the template's change is in the file, though the merge changed nothing."""
        if self.change is None:
            return False
        old, new, place = self.change
        # The user has no such file any more, as far as git sees.
        gone = {one.path for one in merged.notices if one.reason is NoticeReason.STAYS_DELETED}
        if place in gone or old.mode != new.mode != self.merged.mode:
            return False
        files = (old, new, self.merged)
        before, after, now = (lines_of(scratch.read(file.oid)) for file in files)
        return all(now[line] >= after[line] for line in after - before) and all(
            now[line] <= after[line] for line in before - after
        )


@dataclass
class LineEnds:
    """What was turned so that the sides of a merge are alike.

    Attributes:
        committed: The user's blobs, by those that are merged in their place.
        unsure: Files that may have been turned for nothing.
    """

    committed: dict[str, str] = field(default_factory=dict)
    unsure: list[Unsure] = field(default_factory=list)

    def given_back(self, merged: Merged, scratch: Scratch) -> Merged:
        """Return a merge with their own line ends in files that were turned for nothing.

        The sides of a conflict are the user's files exactly as they are committed.
        """
        if not (self.committed or self.unsure):
            return merged
        tree = dict(merged.tree)
        for one in self.unsure:
            # A renamed folder may have carried it along.
            places = [one.path] if one.path in tree or one.stays else list(tree)
            there = [path for path in places if tree.get(path) == one.merged]
            if there and not one.is_followed(merged, scratch):
                tree.update((path, one.own) for path in there)
        committed = self.committed
        stages = (
            replace(one, oid=committed.get(one.oid, one.oid)) if one.stage == 2 else one
            for one in merged.stages
        )
        return replace(merged, tree=tree, stages=tuple(stages))


def make_alike(
    base: dict[str, File], ours: dict[str, File], theirs: dict[str, File], scratch: Scratch
) -> LineEnds:
    """Turn line ends in place; those of the user's files where the template alone turned them."""
    made = LineEnds()
    for triple in _triples(base, ours, theirs, scratch):
        files = (base.get(triple.base), ours[triple.ours], theirs[triple.theirs])
        if len({file.oid for file in files if file}) < 2 or files[1] == files[0]:
            continue
        if any(file.mode not in TEXT for file in files if file):
            continue
        ends = _Ends(*(_end(file, scratch) for file in files))
        differs = any(end not in {b"", ends.chosen} for end in ends)
        if not ends.chosen or not differs or not is_text(scratch, triple.ours):
            continue
        for side, place in zip((base, ours, theirs), triple[:3], strict=True):
            if place in side:
                side[place] = _turned(side[place], ends.chosen, scratch)
        if (mine := ours[triple.ours]) != files[1]:
            made.committed[mine.oid] = files[1].oid
            if triple.is_moved:
                change = _Change(base[triple.base], theirs[triple.theirs], triple.theirs)
                stays = triple.ours == triple.base
                unsure = Unsure(triple.ours, files[1], mine, None if stays else change, stays)
                made.unsure.append(unsure)
        _turn_others(triple, ends, ours, theirs, made, scratch)
    return made


def _turn_others(
    triple: _Triple,
    ends: _Ends,
    ours: dict[str, File],
    theirs: dict[str, File],
    made: LineEnds,
    scratch: Scratch,
) -> None:
    """Turn what git may take for the moved file too, where its line end would be the same one."""
    for side, places in ((ours, triple.more_ours), (theirs, triple.more_theirs)):
        for place in places:
            own = side[place]
            end = _end(own, scratch)
            others = ends._replace(ours=end) if side is ours else ends._replace(theirs=end)
            if not end or end == ends.chosen or others.chosen != ends.chosen:
                continue
            side[place] = _turned(own, ends.chosen, scratch)
            made.unsure.append(Unsure(place, own, side[place]))
            if side is ours:
                made.committed[side[place].oid] = own.oid


def _end(file: File | None, scratch: Scratch) -> bytes:
    return line_end(scratch.read(file.oid)) if file else b""


def _turned(file: File, chosen: bytes, scratch: Scratch) -> File:
    content = scratch.read(file.oid)
    end = line_end(content)
    if not end or end == chosen:
        return file
    return File(file.mode, scratch.put(content.replace(end, chosen)))


def _triples(base: Tree, ours: Tree, theirs: Tree, scratch: Scratch) -> Iterator[_Triple]:
    """Yield where a file is on each side; files that one side does not have are left out."""
    # What one side moved and the other did not change needs no comparison.
    by_user = [p for p in base if p in theirs and p not in ours and theirs[p] != base[p]]
    by_template = [p for p in base if p in ours and p not in theirs and ours[p] != base[p]]
    by_both = [p for p in base if p not in ours and p not in theirs]
    mine = follow([*by_user, *by_both], base, ours, theirs, scratch)
    others = follow([*by_template, *by_both], base, theirs, ours, scratch)
    moved = [_triple(p, mine.to[p], p, mine, others) for p in by_user if p in mine.to]
    moved += [_triple(p, p, others.to[p], mine, others) for p in by_template if p in others.to]
    moved += [
        _triple(p, mine.to[p], others.to[p], mine, others)
        for p in by_both
        if p in mine.to and p in others.to
    ]
    done = {place for one in moved for place in (one.ours, one.theirs)}
    same = [p for p in ours if p in theirs and (p in base or p not in done)]
    yield from moved
    yield from (_Triple(p, p, p) for p in same)


def _triple(base: str, ours: str, theirs: str, mine: Moved, others: Moved) -> _Triple:
    return _Triple(base, ours, theirs, mine.others.get(base, ()), others.others.get(base, ()))
