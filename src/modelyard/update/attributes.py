"""Merges as the repo says in its .gitattributes, and as nothing else on the machine says.

What HEAD says holds, as in a merge of branches. Where the new version takes a file out of merging,
it is not merged on the way there either. A way to merge that git does not have is a program of
somebody's machine, which is not run: where both changed such a file, a person decides.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import replace

from modelyard.gitrepo import attributes
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.rules_above import rules_above
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File, Tree
from modelyard.merged import Conflict, Merged, Notice
from modelyard.reasons import ConflictReason, NoticeReason
from modelyard.render.request import Rendered
from modelyard.update.stored import stored

_OURS = "ours"
"""What everybody calls the way that keeps one's own file."""
_MERGED_AS_TEXT = frozenset({"unspecified", "set", "text", "union"})


def as_repo_says(
    repo: Repo, scratch: Scratch, base: Rendered, theirs: Rendered
) -> tuple[Rendered, Rendered]:
    """Have the merges in a scratch repository follow the rules of the repo.

    Returns:
        The renders, as git would store their files by these rules.

    Raises:
        NotReady: A filter of this machine failed.
    """
    ours = repo.tree
    now = attributes.files(ours, scratch.read)
    before, new = (_files(rendered) for rendered in (base, theirs))
    after = _after(now, before, new)
    if not (now or after or repo.prefix):
        return base, theirs
    paths = list(ours.keys() | base.files.keys() | theirs.files.keys())
    above = rules_above(repo, scratch, paths)
    rules, later = (above + attributes.as_one(files) for files in (now, after))
    _set(scratch, later)
    wanted = replace(theirs, files=stored(scratch, theirs.files, ours))
    apart: list[str] = []
    if later != rules and (b"merge" in later or b"binary" in later):
        changed = [path for path in paths if theirs.files.get(path) != base.files.get(path)]
        said = scratch.attribute("merge", changed)
        apart = [path for path, way in said.items() if way not in _MERGED_AS_TEXT]
    _set(scratch, rules)
    recorded = replace(base, files=stored(scratch, base.files, ours))
    if apart:
        more = (attributes.exactly(os.fsencode(path), b"-merge") for path in apart)
        _set(scratch, rules + b"".join(more))
    return recorded, wanted


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


def is_text(scratch: Scratch, path: str) -> bool:
    """Tell whether line ends of a file are no content: it is text, and merged as such."""
    ways = (scratch.attribute(name, [path]).get(path, "set") for name in ("text", "merge"))
    as_text, as_merged = ways
    return as_text != "unset" and as_merged in _MERGED_AS_TEXT


def _files(rendered: Rendered) -> Mapping[str, bytes]:
    tree = {path: File(mode, path) for path, (mode, _) in rendered.files.items()}
    return attributes.files(tree, lambda path: rendered.files[path][1])


def _after(
    now: Mapping[str, bytes], before: Mapping[str, bytes], new: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """Return the attribute files as the update leaves them; the user's rules come last."""
    if before == new:
        return now
    found = {}
    for path in now.keys() | new.keys():
        mine, old, theirs = now.get(path), before.get(path), new.get(path)
        if mine == old or theirs == old:
            content = theirs if mine == old else mine
        else:
            content = b"\n".join(filter(None, (theirs, mine)))
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
