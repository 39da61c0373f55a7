"""Three-way merge of trees: git's own, and where it sees a conflict, by the meaning of the file."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.merged import Conflict, Merged, Notice, Stage
from modelyard.reasons import ConflictReason, NoticeReason
from modelyard.update import attributes, markers, reparse
from modelyard.update.content import MergeOptions, merge_contents
from modelyard.update.git_merge import merge_branches

_TEXT = {PLAIN, EXECUTABLE}
_USUAL = MergeOptions()
_OURS, _THEIRS = "yours", "template"
# By the type that git gives a conflict, which it promises to keep.
_REASONS = {
    "CONFLICT (contents)": ConflictReason.CONTENT,
    "CONFLICT (distinct modes)": ConflictReason.DISTINCT_TYPES,
    "CONFLICT (modify/delete)": ConflictReason.CHANGED_AND_DELETED,
    "CONFLICT (binary)": ConflictReason.BINARY,
}


def merge(
    scratch: Scratch,
    base: Tree,
    ours: Tree,
    theirs: Tree,
    version: str,
    options: MergeOptions = _USUAL,
) -> Merged:
    """Merge three trees.

    Args:
        scratch: Where blobs are.
        base: The common ancestor.
        ours: The user's files.
        theirs: The template's files.
        version: What theirs is called in the markers of a conflict.
        options: How files in which git sees a conflict are merged.
    """
    commits = [("base", base, None), (_OURS, ours, "base"), (_THEIRS, theirs, "base")]
    scratch.commit(commits)
    made = merge_branches(scratch, _OURS, _THEIRS)
    merged = Merged(dict(made.tree))
    names = (_OURS, _THEIRS, version)
    if made.clean:
        merged = attributes.kept_ours(scratch, base, ours, theirs, merged)
        return reparse.keep_readable(scratch, base, ours, theirs, merged, options)
    groups = _grouped(made.stages)
    retyped = _retyped(base, ours), _retyped(base, theirs)
    conflicts = tuple(
        _conflict(path, kind, text, groups.get(path, {}), retyped)
        for (path, *_), kind, text in made.messages
        if kind.startswith("CONFLICT")
    )
    merged = replace(merged, conflicts=conflicts, stages=tuple(made.stages))
    merged = _stay_deleted(merged, ours, base.keys() | theirs.keys(), retyped[0])
    merged, apart = attributes.not_merged(scratch, merged)
    merged = merge_contents(scratch, merged, apart, options)
    merged = attributes.kept_ours(scratch, base, ours, theirs, merged)
    known = {file.oid for tree in (base, ours, theirs) for file in tree.values()}
    merged = markers.written(scratch, merged, names, known)
    return reparse.keep_readable(scratch, base, ours, theirs, merged, options)


def _conflict(
    path: str,
    kind: str,
    message: str,
    stages: Mapping[int, Stage],
    retyped: tuple[Collection[File], Collection[File]],
) -> Conflict:
    """Return a conflict of git's; one of a type that is not known keeps git's words."""
    reason = _REASONS.get(kind, ConflictReason.OTHER)
    if reason is ConflictReason.OTHER:
        return Conflict(path, reason, message.partition(": ")[2] or message)
    if reason is ConflictReason.CONTENT and stages and 1 not in stages:
        reason = ConflictReason.BOTH_ADDED
    if reason is ConflictReason.CHANGED_AND_DELETED and 1 in stages:
        lacking = retyped[0 if 2 not in stages else 1]
        if File(stages[1].mode, stages[1].oid) in lacking:
            reason = ConflictReason.DISTINCT_TYPES
    return Conflict(path, reason)


def _grouped(stages: Sequence[Stage]) -> Mapping[str, dict[int, Stage]]:
    groups: dict[str, dict[int, Stage]] = defaultdict(dict)
    for stage in stages:
        groups[stage.path][stage.stage] = stage
    return groups


def _without(merged: Merged, paths: set[str], tree: Tree, notices: tuple[Notice, ...]) -> Merged:
    return Merged(
        tree,
        tuple(c for c in merged.conflicts if c.path not in paths),
        tuple(s for s in merged.stages if s.path not in paths),
        (*merged.notices, *notices),
    )


def _stay_deleted(
    merged: Merged, ours: Tree, shipped: Collection[str], retyped: Collection[File]
) -> Merged:
    """Leave out what the user deleted and the template changed: it must not come back.

    Where one side has a link in the place of a file, git moves either aside, to `path~side`: the
    user's is then not among the sides of a path, and not deleted either. Nor is it where the user
    made it a link and the template renamed the file: git sees a file less and a new link.
    """
    paths = {
        path
        for path, sides in _grouped(merged.stages).items()
        if set(sides) == {1, 3}
        and ours.keys().isdisjoint({path, path.rpartition("~")[0]})
        and File(sides[1].mode, sides[1].oid) not in retyped
    }
    tree = {path: file for path, file in merged.tree.items() if path not in paths}
    # What git moved aside for a folder has the name of a side at its end.
    names = {path if path in shipped else path.rpartition("~")[0] or path for path in paths}
    notices = tuple(Notice(path, NoticeReason.STAYS_DELETED) for path in sorted(names))
    return _without(merged, paths, tree, notices) if paths else merged


def _retyped(base: Tree, side: Tree) -> frozenset[File]:
    """Return the files of the base that are links on a side, and the other way round."""
    both = base.keys() & side.keys()
    return frozenset(base[p] for p in both if (base[p].mode in _TEXT) != (side[p].mode in _TEXT))
