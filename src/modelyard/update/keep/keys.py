"""Keys that a repo keeps: at each, the template's side has what its recorded version had there."""

from collections.abc import Sequence

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


def keep_key(
    repo: Repo,
    scratch: Scratch,
    sides: Sides,
    entry: Kept,
    origin: str,
    keys: dict[str, tuple[Kept, ...]],
    can_cut: bool,
) -> Notice | None:
    """Let the template change nothing at a key, and return what is to be told of it."""
    old, new = sides.base.get(origin), sides.theirs.get(origin)
    if old == new or entry.path not in repo.tree or repo.tree[entry.path] == new:
        return None
    apart = Notice(entry.path, NoticeReason.KEPT_KEY_NOT_CUT, entry.key)
    if not (old and new and {old.mode, new.mode} <= _TEXT):
        return apart
    contents = [scratch.read(one.oid) for one in (old, new)]
    try:
        lines = [lines_at(origin, content, entry.parts) for content in contents]
        made = transplanted(origin, contents[1], contents[0], entry.parts)
    except NotCut:
        return apart
    if made == contents[1]:
        return None
    if not can_cut:
        return apart
    sides.theirs[origin] = File(new.mode, scratch.put(made))
    keys[origin] = (*keys.get(origin, ()), entry)
    about = f"{entry.key} ({entry.because})" if entry.because else entry.key
    told = changed_lines.of_lines(lines[0], lines[1])
    return Notice(entry.path, NoticeReason.KEPT_KEY, about, told)


def origin_of(scratch: Scratch, sides: Sides, path: str) -> str:
    """Return what the renders call a file that the user may have moved."""
    if path in sides.base or path not in sides.ours:
        return path
    moves = follow(sides.base, sides.ours, scratch.glance, scratch.sizes)
    return next((old for old, move in moves.to.items() if move.path == path), path)


def unchanged(
    scratch: Scratch, base: File, theirs: File, path: str, entries: Sequence[Kept]
) -> File:
    """Return a file of the new version with what the recorded one has at each key."""
    content, donor = scratch.read(theirs.oid), scratch.read(base.oid)
    for entry in entries:
        content = transplanted(path, content, donor, entry.parts)
    return File(theirs.mode, scratch.put(content))
