"""What of a repo an update leaves for good, as `.modelyard.toml` says: files, and keys of files.

Of a file, all three sides become what the user has, as with `--leave`. At a key, the template's
side becomes what its recorded version had there: it has changed nothing, so the merge keeps what
the user made of it. The ledger audits against the same trees, so a name excuses nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import Tree
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.settings import repo_settings
from modelyard.settings.repo_settings import Kept
from modelyard.template.tags import Tags
from modelyard.update.keep.files import as_user_has, in_the_way, kept_files, told_of_files
from modelyard.update.keep.keys import Origin, keep_key, origin_of, unchanged
from modelyard.update.ownership import Sides


@dataclass(frozen=True)
class KeepPlan:
    """What an update leaves.

    Attributes:
        files: Files that stay as the user has them, and the entry that says so.
        keys: By the paths in the renders, the keys of a file at which the template changes
            nothing.
        notices: What is left out for that reason.
    """

    files: Mapping[str, Kept] = field(default_factory=dict)
    keys: Mapping[Origin, tuple[Kept, ...]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def renders(self, scratch: Scratch, ours: Tree, base: Tree, theirs: Tree) -> tuple[Tree, Tree]:
        """Return both renders as the sides have them, for who judges the merge."""
        base, theirs = (as_user_has(self.files, ours, side) for side in (base, theirs))
        for at, entries in self.keys.items():
            theirs[at.new] = unchanged(scratch, base[at.old], theirs[at.new], at.old, entries)
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
    files = kept_files(repo, sides, [one for one in entries if not one.key], records)
    reasons = dict(sides.named)
    blocked = in_the_way(files.keys() & repo.tree.keys(), sides.theirs)
    reasons.update(dict.fromkeys(blocked, NoticeReason.LEFT_OUT_FOR_KEPT))
    # After that: what stands in the way is the one reason of what is left out for it.
    notices = told_of_files(repo, scratch, replace(sides, named=reasons), files)
    base, ours, theirs = (
        as_user_has(files, repo.tree, side) for side in (sides.base, sides.ours, sides.theirs)
    )
    theirs = {path: file for path, file in theirs.items() if path not in blocked}
    left = sides.left | files.keys()
    sides = replace(sides, base=base, ours=ours, theirs=theirs, named=reasons, left=left)
    keys: dict[Origin, tuple[Kept, ...]] = {}
    for entry in (one for one in entries if one.key and one.path not in {*left, *records}):
        origin = origin_of(scratch, sides, entry.path)
        notices += keep_key(repo, scratch, sides, entry, origin, keys, can_cut)
    plan = KeepPlan(files, keys, tuple(notices))
    return replace(sides, kept_in_part=frozenset(at.new for at in keys)), plan


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
            command=f"modelyard keep --drop {one.argument}",
        )
        for one in over
        if any(one.covers(path) for path in shipped)
    ]
