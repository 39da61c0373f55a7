"""What of a repo an update leaves for good, as `.modelyard.toml` says: files, and keys of files.

Of a file, all three sides become what the user has, as with `--leave`. At a key, the template's
side becomes what its recorded version had there: it has changed nothing, so the merge keeps what
the user made of it. The ledger audits against the same trees, so a name excuses nothing.
"""

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.ledger.renames import follow
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.settings import repo_settings
from modelyard.settings.repo_settings import Kept
from modelyard.template.tags import Tags
from modelyard.update.keep import changed_lines
from modelyard.update.keep.at_key import NotCut, lines_at
from modelyard.update.keep.transplant import transplanted
from modelyard.update.leave import in_the_way, locks_beside
from modelyard.update.ownership import Sides

_TEXT = {PLAIN, EXECUTABLE}


@dataclass(frozen=True)
class KeepPlan:
    """What an update leaves.

    Attributes:
        files: Files that stay as the user has them, and the entry that says so.
        keys: By the path in the renders, the keys of a file at which the template changes nothing.
        notices: What is left out for that reason.
    """

    files: Mapping[str, Kept] = field(default_factory=dict)
    keys: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def renders(self, scratch: Scratch, ours: Tree, base: Tree, theirs: Tree) -> tuple[Tree, Tree]:
        """Return both renders as the sides have them, for who judges the merge."""
        base, theirs = _as_user_has(self.files, ours, base), _as_user_has(self.files, ours, theirs)
        for path, entries in self.keys.items():
            theirs = {**theirs, path: _unchanged(scratch, base[path], theirs[path], path, entries)}
        return base, theirs


def ended(tags: Tags, entry: Kept, version: str) -> bool:
    """Tell whether an entry is over at a version of the template."""
    return bool(entry.until) and tags.has_reached(version, entry.until)


def keep(
    repo: Repo,
    scratch: Scratch,
    sides: Sides,
    entries: Sequence[Kept],
    records: Collection[str],
    *,
    can_cut: bool = True,
) -> tuple[Sides, KeepPlan]:
    """Take what a repo keeps out of the sides of an update.

    Args:
        repo: The repo.
        scratch: Where blobs are.
        sides: The sides, made comparable.
        entries: What it keeps.
        records: The answers file, of the recorded version and of the new one.
        can_cut: Whether files can be kept in part: not where Copier merges.

    Returns:
        The sides, and what has become of them.
    """
    if not entries:
        return sides, KeepPlan()
    files = _files(repo, sides, [one for one in entries if not one.key], records)
    notices = [*_told_of_files(repo, scratch, sides, files)]
    reasons = dict(sides.named)
    for path in files.keys() & repo.tree.keys():
        for other in [one for one in sides.theirs if in_the_way(one, path)]:
            reasons[other] = NoticeReason.LEFT_OUT_FOR_KEPT
            sides = replace(sides, theirs={p: f for p, f in sides.theirs.items() if p != other})
    base, ours, theirs = (
        _as_user_has(files, repo.tree, side) for side in (sides.base, sides.ours, sides.theirs)
    )
    left = sides.left | files.keys()
    sides = replace(sides, base=base, ours=ours, theirs=theirs, named=reasons, left=left)
    keys: dict[str, tuple[Kept, ...]] = {}
    for entry in (one for one in entries if one.key and one.path not in {*left, *records}):
        origin = _origin(scratch, sides, entry.path)
        told = _keep_key(repo, scratch, sides, entry, origin, keys, can_cut)
        notices += [told] if told else []
    plan = KeepPlan(files, keys, tuple(notices))
    return replace(sides, kept_in_part=frozenset(keys)), plan


def _files(
    repo: Repo, sides: Sides, entries: Sequence[Kept], records: Collection[str]
) -> dict[str, Kept]:
    """Return the files that entries are about; the first that covers one counts."""
    found: dict[str, Kept] = {}
    for path in dict.fromkeys([*repo.tree, *sides.base, *sides.theirs]) if entries else ():
        entry = next((one for one in entries if one.covers(path)), None)
        if entry and path not in records and path not in sides.left:
            found[path] = entry
    for lock, project in locks_beside(found, repo.tree).items():
        found.setdefault(lock, found[project])
    return found


def _told_of_files(
    repo: Repo, scratch: Scratch, sides: Sides, files: Mapping[str, Kept]
) -> list[Notice]:
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


def _as_user_has(files: Collection[str], ours: Tree, side: Tree) -> dict[str, File]:
    changed = {path: file for path, file in side.items() if path not in files}
    changed.update((path, ours[path]) for path in files if path in ours)
    return changed


def _origin(scratch: Scratch, sides: Sides, path: str) -> str:
    """Return what the renders call a file that the user may have moved."""
    if path in sides.base or path not in sides.ours:
        return path
    moves = follow(sides.base, sides.ours, scratch.glance, scratch.sizes)
    return next((old for old, move in moves.to.items() if move.path == path), path)


def _keep_key(
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
    if not (can_cut and old and new and {old.mode, new.mode} <= _TEXT):
        return apart
    contents = [scratch.read(one.oid) for one in (old, new)]
    try:
        lines = [lines_at(origin, content, entry.parts) for content in contents]
        made = transplanted(origin, contents[1], contents[0], entry.parts)
    except NotCut:
        return apart
    if made == contents[1]:
        return None
    sides.theirs[origin] = File(new.mode, scratch.put(made))
    keys[origin] = (*keys.get(origin, ()), entry)
    about = f"{entry.key} ({entry.because})" if entry.because else entry.key
    told = changed_lines.of_lines(lines[0], lines[1])
    return Notice(entry.path, NoticeReason.KEPT_KEY, about, told)


def _unchanged(
    scratch: Scratch, base: File, theirs: File, path: str, entries: Sequence[Kept]
) -> File:
    content, donor = scratch.read(theirs.oid), scratch.read(base.oid)
    for entry in entries:
        content = transplanted(path, content, donor, entry.parts)
    return File(theirs.mode, scratch.put(content))


def entries_of(
    repo: Repo, scratch: Scratch, tags: Tags, version: str
) -> tuple[tuple[Kept, ...], tuple[Kept, ...]]:
    """Return what a repo keeps at a version of its template, and what it kept until then.

    Raises:
        BadSettings: `.modelyard.toml` cannot be read.
    """
    entries = repo_settings.read(repo, scratch).keep
    over = tuple(one for one in entries if ended(tags, one, version))
    return tuple(one for one in entries if one not in over), over


def told_of_ended(over: Sequence[Kept], shipped: Collection[str]) -> list[Notice]:
    """Return what is to be told of entries that are over, of what this template ships."""
    return [
        Notice(
            one.path,
            NoticeReason.KEPT_UNTIL_NOW,
            one.until,
            command=f"modelyard keep --drop {shlex.quote(one.name)}",
        )
        for one in over
        if any(one.covers(path) for path in shipped)
    ]
