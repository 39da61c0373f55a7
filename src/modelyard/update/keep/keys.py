"""Keys that a repo keeps: at each, the template's side has what its recorded version had there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File
from modelyard.ledger.renames import follow
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.settings.repo_settings import Kept
from modelyard.update.keep import changed_lines
from modelyard.update.keep.at_key import NotCut, lines_at
from modelyard.update.keep.transplant import transplanted
from modelyard.update.ownership import Sides

_TEXT = {PLAIN, EXECUTABLE}


@dataclass(frozen=True)
class Origin:
    """What the recorded version calls a file, and what the new one calls it."""

    old: str
    new: str


def keep_key(
    repo: Repo,
    scratch: Scratch,
    sides: Sides,
    entry: Kept,
    origin: Origin,
    keys: dict[Origin, tuple[Kept, ...]],
    can_cut: bool,
) -> list[Notice]:
    """Let the template change nothing at a key, and return what is to be told of it."""
    path, place = origin.old, origin.new
    old, new = sides.base.get(path), sides.theirs.get(place)
    if entry.path not in repo.tree or repo.tree[entry.path] == new:
        return []
    moved = _told_of_move(entry, origin)
    if old == new:
        return moved
    apart = Notice(entry.path, NoticeReason.KEPT_KEY_NOT_CUT, entry.key)
    if not (old and new and {old.mode, new.mode} <= _TEXT):
        return [apart, *moved]
    contents = [scratch.read(one.oid) for one in (old, new)]
    try:
        lines = [lines_at(path, content, entry.parts) for content in contents]
        made = transplanted(path, contents[1], contents[0], entry.parts)
    except NotCut:
        return [apart, *moved]
    if made == contents[1]:
        return moved
    if not can_cut:
        return [apart, *moved]
    sides.theirs[place] = File(new.mode, scratch.put(made))
    keys[origin] = (*keys.get(origin, ()), entry)
    about = f"{entry.key} ({entry.because})" if entry.because else entry.key
    told = changed_lines.of_lines(lines[0], lines[1])
    return [Notice(entry.path, NoticeReason.KEPT_KEY, about, told), *moved]


def _told_of_move(entry: Kept, origin: Origin) -> list[Notice]:
    """Tell that the file of an entry has another name from now on."""
    if origin.new == origin.old or entry.path != origin.old:
        return []
    command = f"modelyard keep {replace(entry, path=origin.new).argument}"
    return [Notice(entry.path, NoticeReason.KEPT_KEY_MOVED, origin.new, command=command)]


def origin_of(scratch: Scratch, sides: Sides, path: str) -> Origin:
    """Return what the renders call a file that the user, or the template, may have moved."""
    if path not in sides.base and path in sides.ours:
        moves = follow(sides.base, sides.ours, scratch.glance, scratch.sizes)
        path = next((old for old, move in moves.to.items() if move.path == path), path)
    if path not in sides.base or path in sides.theirs:
        return Origin(path, path)
    moves = follow(sides.base, sides.theirs, scratch.glance, scratch.sizes)
    return Origin(path, moves.options(path)[0].path or path)


def unchanged(
    scratch: Scratch, base: File, theirs: File, path: str, entries: Sequence[Kept]
) -> File:
    """Return a file of the new version with what the recorded one has at each key."""
    content, donor = scratch.read(theirs.oid), scratch.read(base.oid)
    for entry in entries:
        content = transplanted(path, content, donor, entry.parts)
    return File(theirs.mode, scratch.put(content))
