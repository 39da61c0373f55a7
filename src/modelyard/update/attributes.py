"""Merges as the repo says in its .gitattributes, and as nothing else on the machine says.

What HEAD says holds, as in a merge of branches. Where the new version takes a file out of merging,
it is not merged on the way there either. A way to merge that git does not have is a program of
somebody's machine, which is not run: where both changed such a file, a person decides.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import replace

from modelyard.gitrepo import attributes
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import Tree
from modelyard.merged import Conflict, Merged, Notice
from modelyard.reasons import ConflictReason, NoticeReason

_OURS = "ours"
"""What everybody calls the way that keeps one's own file."""
_MERGED_AS_TEXT = frozenset({"unspecified", "set", "text", "union"})


def follow(scratch: Scratch, base: Tree, ours: Tree, theirs: Tree) -> None:
    """Have the merges in a scratch repository follow the rules of the repo."""
    now = attributes.files(ours, scratch.read)
    rules = attributes.as_one(now)
    later = attributes.as_one(_after(scratch, base, ours, theirs, now))
    if later != rules and (b"merge" in later or b"binary" in later):
        changed = [p for p in ours.keys() | theirs.keys() if theirs.get(p) != base.get(p)]
        _set(scratch, later)
        said = scratch.attribute("merge", changed)
        apart = [os.fsencode(path) for path, way in said.items() if way not in _MERGED_AS_TEXT]
        rules += b"".join(attributes.exactly(path, b"-merge") for path in apart)
    if rules or scratch.attributes:
        _set(scratch, rules)


def not_merged(scratch: Scratch, merged: Merged) -> tuple[Merged, Collection[str]]:
    """Name the files that the rules take out of merging, each as one conflict.

    Returns:
        The merge, and the paths of these files: nothing else merges them either.
    """
    paths = dict.fromkeys(stage.path for stage in merged.stages if stage.stage == 1)
    said = scratch.attribute("merge", paths)
    apart = {path for path, way in said.items() if way not in _MERGED_AS_TEXT}
    both = {
        path
        for path in apart
        if {stage.stage for stage in merged.stages if stage.path == path} == {1, 2, 3}
    }
    told = tuple(Conflict(path, ConflictReason.NOT_MERGED) for path in sorted(both))
    rest = tuple(one for one in merged.conflicts if one.path not in both)
    return replace(merged, conflicts=(*rest, *told)), apart


def kept_ours(scratch: Scratch, base: Tree, ours: Tree, theirs: Tree, merged: Merged) -> Merged:
    """Tell of each file that both changed and that is the user's by a rule of the repo."""
    if _OURS.encode() not in attributes.drivers(scratch.attributes):
        return merged
    mine = {file.oid for path, file in ours.items() if base.get(path) != file}
    kept = [p for p, file in merged.tree.items() if file.oid in mine and _moves(p, base, theirs)]
    said = scratch.attribute("merge", kept)
    told = (Notice(p, NoticeReason.MERGE_OURS) for p in kept if said[p] == _OURS)
    return replace(merged, notices=(*merged.notices, *told))


def _moves(path: str, base: Tree, theirs: Tree) -> bool:
    return path in theirs and theirs[path] != base.get(path)


def _after(
    scratch: Scratch, base: Tree, ours: Tree, theirs: Tree, now: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """Return the attribute files as the update leaves them; the user's rules come last."""
    before, new = (attributes.files(tree, scratch.read) for tree in (base, theirs))
    if before == new:
        return now
    found = {}
    for path in now.keys() | new.keys():
        mine, old, theirs_now = now.get(path), before.get(path), new.get(path)
        if mine == old or theirs_now == old:
            content = theirs_now if mine == old else mine
        else:
            content = b"\n".join(filter(None, (theirs_now, mine)))
        if content:
            found[path] = content
    return found


def _set(scratch: Scratch, rules: bytes) -> None:
    known = set(attributes.drivers(scratch.attributes))
    settings = ""
    for name in attributes.drivers(rules):
        text = name.decode("utf-8", "surrogateescape").replace("\\", "\\\\").replace('"', '\\"')
        # The first keeps what is there and succeeds; the second keeps it as a conflict.
        does = "true" if text == _OURS else "false"
        settings += f'[merge "{text}"]\n\tdriver = {does}\n' if name not in known else ""
    scratch.set_attributes(rules, settings)
