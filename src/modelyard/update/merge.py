"""Three-way merge of trees: git's own, and where it sees a conflict, by the meaning of the file."""

import os
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.merged import Conflict, Merged, Notice, Stage
from modelyard.reasons import ConflictReason, NoticeReason
from modelyard.update import attributes, reparse
from modelyard.update.structured import by_meaning

_TEXT = {PLAIN, EXECUTABLE}
_OURS, _THEIRS = "yours", "template"
# A rule of the repo may make them longer than seven.
_BASES = re.compile(rb"(\|{7,}) ")
_LAST = re.compile(rb"^(>{7,}) %s\b" % _THEIRS.encode(), re.M)
# By the type that git gives a conflict, which it promises to keep.
_REASONS = {
    "CONFLICT (contents)": ConflictReason.CONTENT,
    "CONFLICT (distinct modes)": ConflictReason.DISTINCT_TYPES,
    "CONFLICT (modify/delete)": ConflictReason.CHANGED_AND_DELETED,
    "CONFLICT (binary)": ConflictReason.BINARY,
}


def merge(
    scratch: Scratch, base: Tree, ours: Tree, theirs: Tree, version: str, by_meaning: bool = True
) -> Merged:
    """Merge three trees.

    Args:
        scratch: Where blobs are.
        base: The common ancestor.
        ours: The user's files.
        theirs: The template's files.
        version: What theirs is called in the markers of a conflict.
        by_meaning: Whether structured files are merged by meaning where lines conflict.
    """
    commits = [("base", base, None), (_OURS, ours, "base"), (_THEIRS, theirs, "base")]
    scratch.commit(commits)
    words = ["merge-tree", "--write-tree", "-z", "--messages", _OURS, _THEIRS]
    code, out = scratch.git(*words, codes=(0, 1))
    tree, stages, messages = _parse(out)
    merged = Merged(dict(scratch.tree_of(tree)))
    if code == 0:
        merged = attributes.kept_ours(scratch, base, ours, theirs, merged)
        return reparse.keep_readable(scratch, base, ours, theirs, merged, by_meaning)
    groups = _grouped(stages)
    conflicts = tuple(
        _conflict(path, kind, text, groups)
        for path, kind, text in messages
        if kind.startswith("CONFLICT")
    )
    merged = replace(merged, conflicts=conflicts, stages=tuple(stages))
    merged = _stay_deleted(merged, ours)
    merged, apart = attributes.not_merged(scratch, merged)
    if by_meaning:
        merged = _by_meaning(scratch, merged, apart)
    merged = attributes.kept_ours(scratch, base, ours, theirs, merged)
    merged = _labelled(scratch, merged, version)
    return reparse.keep_readable(scratch, base, ours, theirs, merged, by_meaning)


def _conflict(
    path: str, kind: str, message: str, stages: Mapping[str, dict[int, Stage]]
) -> Conflict:
    """Return a conflict of git's; one of a type that is not known keeps git's words."""
    reason = _REASONS.get(kind, ConflictReason.OTHER)
    if reason is ConflictReason.OTHER:
        return Conflict(path, reason, message.partition(": ")[2] or message)
    if reason is ConflictReason.CONTENT and 1 not in stages.get(path, {1: None}):
        reason = ConflictReason.BOTH_ADDED
    return Conflict(path, reason)


def _parse(out: bytes) -> tuple[str, list[Stage], list[tuple[str, str, str]]]:
    parts = iter(os.fsdecode(part) for part in out.split(b"\0"))
    tree = next(parts)
    stages = []
    for line in parts:
        if not line:
            break
        about, _, path = line.partition("\t")
        mode, oid, stage = about.split(" ")
        stages.append(Stage(path, int(stage), mode, oid))
    messages = []
    for count in parts:
        if not count.strip():
            break
        paths = [next(parts) for _ in range(int(count))]
        messages.append((paths[0], next(parts), next(parts).strip()))
    return tree, stages, messages


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


def _stay_deleted(merged: Merged, ours: Tree) -> Merged:
    """Leave out what the user deleted and the template changed: it must not come back.

    Where one side has a link in the place of a file, git moves either aside, to `path~side`: the
    user's is then not among the sides of a path, and not deleted either.
    """
    paths = {
        path
        for path, sides in _grouped(merged.stages).items()
        if set(sides) == {1, 3} and ours.keys().isdisjoint({path, path.rpartition("~")[0]})
    }
    tree = {path: file for path, file in merged.tree.items() if path not in paths}
    notices = tuple(Notice(path, NoticeReason.STAYS_DELETED) for path in sorted(paths))
    return _without(merged, paths, tree, notices) if paths else merged


def _by_meaning(scratch: Scratch, merged: Merged, apart: Collection[str]) -> Merged:
    """Merge TOML, YAML, JSON and Python that git could not merge by lines; not those `apart`."""
    tree = dict(merged.tree)
    resolved = set()
    for path, sides in _grouped(merged.stages).items():
        if path in apart or set(sides) != {1, 2, 3}:
            continue
        if not {side.mode for side in sides.values()} <= _TEXT:
            continue
        contents = [scratch.read(sides[number].oid) for number in (1, 2, 3)]
        content = by_meaning.merge(path, *contents)
        if content is not None:
            tree[path] = File(tree[path].mode, scratch.put(content))
            resolved.add(path)
    sides_of_resolved = tuple(stage for stage in merged.stages if stage.path in resolved)
    return replace(_without(merged, resolved, tree, ()), by_meaning=sides_of_resolved)


def _labelled(scratch: Scratch, merged: Merged, version: str) -> Merged:
    """Name the two sides and the base in the markers as a person would."""
    tree = dict(merged.tree)
    for path, sides in _grouped(merged.stages).items():
        if path not in tree or {file.mode for file in sides.values()} - _TEXT:
            continue
        content = scratch.read(tree[path].oid)
        if not _LAST.search(content):
            continue
        lines = [_label(line, version.encode()) for line in content.splitlines(keepends=True)]
        tree[path] = File(tree[path].mode, scratch.put(b"".join(lines)))
    return replace(merged, tree=tree)


def _label(line: bytes, version: bytes) -> bytes:
    end = line[len(line.rstrip(b"\r\n")) :]
    if marker := _BASES.match(line):
        return marker[1] + b" as it was rendered" + end
    if marker := _LAST.match(line):
        return marker[1] + b" template " + version + end
    return line
