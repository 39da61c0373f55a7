"""Holds the trees of an update and finds a file in them: moved, split or in a conflict."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from modelyard.gitrepo.trees import SUBMODULE, File, Read, Sizes, Tree
from modelyard.ledger import decisions
from modelyard.ledger.conflicts import Disputes, opens, views
from modelyard.ledger.files import Versions, compare
from modelyard.ledger.lines import follows
from modelyard.ledger.loss import Loss
from modelyard.ledger.renames import Moves, follow
from modelyard.ledger.texts import is_binary, lines_of, text_faults
from modelyard.merged import Merged, Stage


@dataclass(frozen=True)
class AuditContext:
    """The four trees of an update, and how each side moved files."""

    base: Tree
    ours: Tree
    theirs: Tree
    merged: Merged
    read: Read
    open: frozenset[str]
    sizes: Sizes | None = None

    @cached_property
    def mine(self) -> Moves:
        """Where the user moved files."""
        return follow(self.base, self.ours, self.read, self.sizes)

    @cached_property
    def templates(self) -> Moves:
        """Where the template moved files."""
        return follow(self.base, self.theirs, self.read, self.sizes)

    @cached_property
    def disputes(self) -> Disputes:
        """What the merge leaves to a person."""
        return Disputes.of(self.merged)

    def carried(self, paths: Iterable[str | None]) -> list[str]:
        """List where the directory renames of either side take these paths."""
        sides = (self.mine, self.templates)
        return [place for p in paths if p for side in sides for place in side.carry(p)]

    def decided(self, file: Versions, places: Iterable[str]) -> tuple[Versions, list[Loss]]:
        """Return a file as it was merged after decisions, and what of these is not told.

        Files of equal content may be decided each in its own way: what is told names a path.
        """
        oids = tuple(one.oid if one else "" for one in file)
        keys = ((place, oids[0], oids[1], oids[2]) for place in places)
        made = next(filter(None, map(self.merged.resolutions.get, keys)), None)
        if made is None:
            return file, []
        return decisions.resolved(file, made), decisions.untold(file, made, self.read)

    def is_of_file(self, path: str, oids: Iterable[str]) -> bool:
        """Say whether something of these three versions is in the result, at a path."""
        sides = zip((self.base, self.ours, self.theirs), oids, strict=True)
        return path in self.merged.tree and all(
            any(one.oid == oid for one in side.values()) for side, oid in sides
        )

    def held(self, file: Versions, side: int, paths: Iterable[str]) -> bool:
        """Say whether the index will hold one side's version of a file, at one of these paths.

        Where both renamed a file, git puts its own merge of the contents there.
        """
        wanted = file[side - 1]
        return wanted is None or any(
            one.oid == wanted.oid
            or not compare(file, File(one.mode, one.oid), one.path, self.read, True)
            or self._contains(one, wanted)
            for one in self.disputes.at(paths, side)
        )

    def _contains(self, one: Stage, wanted: File) -> bool:
        if SUBMODULE in (one.mode, wanted.mode):
            return False
        content = self.read(one.oid)
        lines = lines_of(self.read(wanted.oid))
        seen = views(lines_of(content), lines, frozenset(lines))
        return not is_binary(content) and follows(
            lines, seen.ours if one.stage == 2 else seen.theirs
        )

    def left_to_a_person(self, file: Versions, paths: set[str]) -> bool:
        """Say whether a conflict holds each side that changed the file, in full."""
        if not self.disputes.about(paths):
            return False
        mine = file.ours == file.base or self.held(file, 2, paths)
        return mine and (file.theirs == file.base or self.held(file, 3, paths))

    def both_stand(self, file: Versions, mine: str, other: str) -> set[str]:
        """Find both sides in full, each in the place that it has or aside from it.

        Where one side made a link of a file that the other one renamed, there is nothing to merge.
        """
        ours = self.moved_aside({mine}, [file.ours])
        theirs = self.moved_aside({other}, [file.theirs])
        return ours | theirs if mine != other and ours and theirs else set()

    def has_collision(self, paths: Iterable[str]) -> bool:
        """Say whether a renamed file and another one collide at one of these paths."""
        held: dict[str, set[int]] = {}
        for number in (1, 2, 3):
            for one in self.disputes.at(paths, number):
                held.setdefault(one.path, set()).add(number)
        moved = self.mine.all_targets | self.templates.all_targets
        return any(sides == {2, 3} and path in moved for path, sides in held.items())

    def merged_in_a_stage(self, file: Versions, paths: Iterable[str]) -> bool:
        """Say whether one side of a collision is the merge of this file."""
        return any(
            not compare(file, File(one.mode, one.oid), one.path, self.read, True)
            for number in (2, 3)
            for one in self.disputes.at(paths, number)
        )

    def is_merge_of_renamed(self, result: File, place: str) -> bool:
        """Say whether a file is the merge of one that a side has renamed to its place."""

        def now(side: Tree, moves: Moves, old: str) -> File | None:
            move = moves.to.get(old)
            return side.get(old) or (side.get(move.path) if move and move.path else None)

        sides = ((self.ours, self.mine), (self.theirs, self.templates))
        renamed = (old for _, moves in sides for old, one in moves.to.items() if one.path == place)
        return any(
            not compare(
                Versions(self.base[old], *(now(*side, old) for side in sides)),
                result,
                place,
                self.read,
                True,
            )
            for old in renamed
        )

    def collision(self, place: str) -> Versions:
        """Return the two new files that collide in a place, as the index will hold them."""
        sides = (self.disputes.at([place], number) for number in (1, 2, 3))
        return Versions(*(File(side[0].mode, side[0].oid) if side else None for side in sides))

    def moved_aside(self, paths: set[str], files: Iterable[File | None]) -> set[str]:
        """Find what a conflict put at these paths, or aside from them, of these files."""
        wanted = {file.oid for file in files if file}
        aside = tuple(f"{path}~" for path in paths)
        return {
            path
            for path, file in self.merged.tree.items()
            if file.oid in wanted and (path in paths or path.startswith(aside))
        }

    def is_new(self, path: str) -> bool:
        """Tell whether a merge has put something at a path: somebody's file may be called so."""
        now = self.merged.tree[path]
        return now not in (self.ours.get(path), self.theirs.get(path))

    def aside(self) -> set[str]:
        """List the files that a conflict put beside their place, and that the index holds."""
        known = self.ours.keys() | self.theirs.keys()
        held = {one.path for one in self.merged.stages if one.stage in (2, 3)}
        return {path for path in held - known if "~" in path}

    def has_markers(self, file: Versions, places: Iterable[str]) -> bool:
        """Say whether the result at one of these places has markers that no version has."""
        there = [self.merged.tree[place] for place in places]
        own = {line for one in file for line in self._lines(one)}
        return any(opens(line, own) for one in there for line in self._lines(one))

    def _lines(self, file: File | None) -> list[bytes]:
        return lines_of(self.read(file.oid)) if file and file.mode != SUBMODULE else []

    def pieces(self, path: str, file: Versions, other: str | None) -> set[str]:
        """Find the files into which the template split one, if they hold the user's lines."""
        if any(one.mode == SUBMODULE for one in file if one) or not (file.base and file.ours):
            return set()
        if file.ours == file.base:
            return set()
        base = lines_of(self.read(file.base.oid))
        rest = set(base) - set(lines_of(self.read(file.theirs.oid)) if file.theirs else ())
        distinctive = {line for line in rest if len(line.strip()) > 3}
        first: dict[str, int] = {other: -1} if other else {}
        for piece, one in self.theirs.items():
            if piece not in self.base and piece != other and one.mode != SUBMODULE:
                shared = distinctive.intersection(lines_of(self.read(one.oid)))
                if shared:
                    first[piece] = min(map(base.index, shared))
        pieces = [p for p in sorted(first, key=lambda p: first[p]) if p in self.merged.tree]
        if len(pieces) < len(first) or not set(pieces) - {other}:
            return set()
        if any(
            self.merged.tree[p].mode not in (self.theirs[p].mode, file.ours.mode) for p in pieces
        ):
            return set()
        before = [line for p in pieces for line in lines_of(self.read(self.theirs[p].oid))]
        after = [line for p in pieces for line in lines_of(self.read(self.merged.tree[p].oid))]
        ours = lines_of(self.read(file.ours.oid))
        return set() if text_faults(base, ours, before, after, False) else set(pieces)
