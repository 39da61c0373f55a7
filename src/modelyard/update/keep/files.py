"""Files that a repo keeps as a whole: all three sides are what the user has."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.ledger.renames import follow
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.settings.repo_settings import Kept, by_path
from modelyard.update.keep import changed_lines
from modelyard.update.leave import locks_beside
from modelyard.update.ownership import Sides

_TEXT = {PLAIN, EXECUTABLE}


def kept_files(
    repo: Repo, sides: Sides, entries: Sequence[Kept], records: Collection[str]
) -> dict[str, Kept]:
    """Return the files that entries are about, each with its entry."""
    found: dict[str, Kept] = {}
    find = by_path(entries)
    for path in dict.fromkeys([*repo.tree, *sides.base, *sides.theirs]) if entries else ():
        entry = find(path)
        if entry and path not in records and path not in sides.left:
            found[path] = entry
    for lock, project in locks_beside(found, repo.tree).items():
        found.setdefault(lock, found[project])
    return found


def told_of_files(
    repo: Repo, scratch: Scratch, sides: Sides, files: Mapping[str, Kept]
) -> list[Notice]:
    """Return what is to be told: of each file in which the template changed something, what."""
    notices = []
    moves = None
    for path, entry in files.items():
        old, new, why = sides.base.get(path), sides.theirs.get(path), entry.because or "no reason"
        if old == new or repo.tree.get(path) == new or path in sides.named:
            continue
        if new is None:
            moves = moves or follow(sides.base, sides.theirs, scratch.glance, scratch.sizes)
            place = moves.options(path)[0].path
            reason = NoticeReason.KEPT_AND_MOVED if place else NoticeReason.KEPT_AND_DELETED
            notices.append(Notice(path, reason, place or why))
            continue
        sizes = scratch.sizes([one.oid for one in (old, new) if one and one.mode in _TEXT])
        contents = [_read(scratch, one, sizes) for one in (old, new)]
        lines = changed_lines.of_texts(contents[0], contents[1])
        notices.append(Notice(path, NoticeReason.KEPT_FILE, why, lines))
    return notices


def _read(scratch: Scratch, file: File | None, sizes: Mapping[str, int]) -> bytes:
    """Return the content of a file; nothing of what is large, absent, a link or a repository."""
    if file is None or sizes.get(file.oid, changed_lines.LARGEST + 1) > changed_lines.LARGEST:
        return b""
    return scratch.read(file.oid)


def in_the_way(files: Collection[str], theirs: Tree) -> set[str]:
    """Return what the template has where one of these files would be a folder, or is in one."""
    if not files:
        return set()
    find = by_path(Kept(path) for path in files)
    folders = {str(above) for path in files for above in PurePosixPath(path).parents}
    return {p for p in theirs if p not in files and (p in folders or find(p))}


def as_user_has(files: Collection[str], ours: Tree, side: Tree) -> dict[str, File]:
    """Return a side with these files as the user has them, or without those that the user lacks."""
    changed = {path: file for path, file in side.items() if path not in files}
    changed.update((path, ours[path]) for path in files if path in ours)
    return changed
