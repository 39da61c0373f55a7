"""Makes the two renders comparable with what a user has, before anything is merged.

Each rule moves base and theirs together, so that the merge sees only what the template really
changed. What a rule decides on purpose is named, with its reason.
"""

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File, Tree
from modelyard.ledger.loss import Loss, LossKind
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.request import Rendered
from modelyard.update import taken_over, untracked
from modelyard.update.line_ends import LineEnds, make_alike

_TO_BE_KEPT = {
    NoticeReason.KEPT,
    NoticeReason.NOT_SHIPPED,
    NoticeReason.OTHER_TEMPLATE,
    NoticeReason.OTHER_RECORD,
}


@dataclass
class Sides:
    """The three sides of a merge while they are made comparable.

    Attributes:
        named: Paths at which something is left out on purpose, with the reason.
        obstructed: What is left out because something untracked stands in its place.
        line_ends: What is merged with other line ends than it has.
        left: Paths that somebody asked to leave as they are.
        kept_in_part: Files of which the repo keeps a part as its own.
        never_tracked: Paths that the recorded version renders and the repo ignores.
    """

    base: dict[str, File]
    ours: Tree
    theirs: dict[str, File]
    named: dict[str, NoticeReason] = field(default_factory=dict)
    obstructed: list[Notice] = field(default_factory=list)
    line_ends: LineEnds = field(default_factory=LineEnds)
    left: frozenset[str] = frozenset()
    kept_in_part: frozenset[str] = frozenset()
    never_tracked: frozenset[str] = frozenset()

    @property
    def all_named(self) -> tuple[Notice, ...]:
        """What is named, as notices."""
        return (*(Notice(path, reason) for path, reason in self.named.items()), *self.obstructed)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is to be told; of the answers file the ledger names the lines that go."""
        told = (one for one in self.all_named if one.reason is not NoticeReason.ANSWERS_FILE)
        return tuple(told)

    def without(self, paths: Collection[str]) -> "Sides":
        """Return the sides with nothing named at paths that something else decides about."""
        named = {path: reason for path, reason in self.named.items() if path not in paths}
        return replace(self, named=named)

    def dropped(self, result: Tree) -> tuple[Loss, ...]:
        """Return what was to be kept and is nowhere in a result: a name must not excuse that."""
        there = {file.oid for file in result.values()}
        kept = {
            path
            for path, reason in self.named.items()
            if reason in _TO_BE_KEPT and path in self.ours and self.ours[path].oid not in there
        }
        touched = {path for path in self.left if result.get(path) != self.ours.get(path)}
        return tuple(Loss(LossKind.USER_KEPT_GONE, path=path) for path in sorted(kept | touched))


def comparable_sides(repo: Repo, scratch: Scratch, base: Rendered, theirs: Rendered) -> Sides:
    """Return the three trees to merge."""
    sides = Sides(scratch.tree(base.files), repo.tree, scratch.tree(theirs.files))
    _answers_file(sides, base.answers_path)
    taken_over.without_false_base(repo, sides.base, sides.ours, base, theirs)
    _yours(sides, scratch, lambda path: _is_yours(path, base, theirs))
    mine = dict(sides.ours)
    sides.line_ends = make_alike(sides.base, mine, sides.theirs, scratch)
    sides.ours = mine
    trees = sides.base, sides.ours, sides.theirs
    sides.never_tracked = untracked.leave_alone(
        repo, scratch, *trees, sides.named, theirs.answers_path
    )
    return sides


def _is_yours(path: str, base: Rendered, theirs: Rendered) -> bool:
    """Return whose a path is by the wanted version; by the recorded one where it is not shipped.

    A path that a version has taken over into the standard is merged like any other, where there is
    a base for it.
    """
    return theirs.is_yours(path) or (path not in theirs.files and base.is_yours(path))


def _answers_file(sides: Sides, path: str) -> None:
    """Make the answers file the template's, where it stays and where it moves."""
    if path in sides.ours:
        if sides.base.get(path) != sides.ours[path]:
            sides.named[path] = NoticeReason.ANSWERS_FILE
        sides.base[path] = sides.ours[path]


def _yours(sides: Sides, scratch: Scratch, is_yours: Callable[[str], bool]) -> None:
    """Yours: the user's, following the renames of both sides, staying deleted."""
    base, ours, theirs = sides.base, sides.ours, sides.theirs
    paths = sorted(path for path in base.keys() | theirs.keys() if is_yours(path))
    added = [path for path in paths if path not in base]
    for path in paths:
        if path in base and path in theirs:
            if theirs[path] != base[path]:
                sides.named[path] = NoticeReason.KEPT
            theirs[path] = base[path]
        elif path in base and ours.get(path) != base[path]:
            new = _moved_to(path, added, sides, scratch)
            if new is None or path not in ours or new in ours:
                theirs[path] = base[path]
                sides.named[path] = NoticeReason.NOT_SHIPPED
                if new:
                    theirs.pop(new, None)
                    sides.named[new] = NoticeReason.KEPT
            else:
                added.remove(new)
                theirs[new] = base[path]
                sides.named[new] = NoticeReason.MOVED_ALONG
    for path in added:
        if path in ours and path in theirs and theirs.pop(path) != ours[path]:
            sides.named[path] = NoticeReason.KEPT


def _moved_to(path: str, added: list[str], sides: Sides, scratch: Scratch) -> str | None:
    """Return where the template moved a file: the most similar one, of at least half its lines."""

    def lines(file: File) -> list[bytes]:
        return scratch.read(file.oid).splitlines()

    best, most = None, 0.5
    for candidate in added:
        if candidate not in sides.theirs:
            continue
        old, new = lines(sides.base[path]), lines(sides.theirs[candidate])
        alike = difflib.SequenceMatcher(None, old, new, autojunk=False).ratio()
        same_name = PurePosixPath(candidate).name == PurePosixPath(path).name
        if alike + same_name * 0.1 >= most:
            best, most = candidate, alike + same_name * 0.1
    return best
