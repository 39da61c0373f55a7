"""Finds files that merged cleanly and are broken, which can be proved.

Both sides may add the same key of a TOML table in different places: git merges the lines, and the
file no longer parses. Or one package with two pins, one function twice, two fields of a dataclass.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.merged import Conflict, Merged, Stage
from modelyard.reasons import ConflictReason
from modelyard.update.content import MergeOptions
from modelyard.update.line_merge import labels_of, settled
from modelyard.update.structured import faults
from modelyard.update.structured.by_meaning import merge
from modelyard.update.structured.faults import Fault, FaultKind


def keep_readable(
    scratch: Scratch, base: Tree, ours: Tree, theirs: Tree, merged: Merged, options: MergeOptions
) -> Merged:
    """Merge by meaning, or leave to a person, each file that both changed and that is broken."""
    undecided = {stage.path for stage in merged.stages}
    merged = replace(merged, conflicts=(*merged.conflicts, *_beside_markers(scratch, merged)))
    for path in sorted(base.keys() & ours.keys() & theirs.keys() & merged.tree.keys() - undecided):
        sides = (base[path], ours[path], theirs[path])
        if merged.tree[path] in sides or len({side.oid for side in sides}) < 3:
            continue
        contents = [scratch.read(side.oid) for side in sides]
        result = scratch.read(merged.tree[path].oid)
        broken = faults.new(path, result, contents)
        if not broken:
            continue
        better = (
            merge(path, *contents) if options.by_meaning and path not in options.apart else None
        )
        if better is not None:
            file = File(merged.tree[path].mode, scratch.put(better))
            merged = replace(merged, tree={**merged.tree, path: file})
        else:
            merged = _undecided(merged, path, sides, broken[0])
    return merged


def _beside_markers(scratch: Scratch, merged: Merged) -> Iterator[Conflict]:
    """Yield what stays wrong in a file with markers, whichever side is taken in all of them."""
    sides: dict[str, dict[int, bytes]] = defaultdict(dict)
    for stage in merged.stages:
        if stage.mode in (PLAIN, EXECUTABLE):
            sides[stage.path][stage.stage] = scratch.read(stage.oid)
    for path, contents in sides.items():
        shown = scratch.read(merged.tree[path].oid) if path in merged.tree else b""
        labels = labels_of(shown)
        if labels is None or len(contents) < 3:
            continue
        ways = [settled(shown, labels, for_theirs) for for_theirs in (False, True)]
        mine, yours = (set(faults.new(path, way, [*contents.values()])) for way in ways)
        for fault in sorted(mine & yours, key=lambda one: one.text):
            if fault.kind is not FaultKind.UNREADABLE:
                yield Conflict(path, ConflictReason.WRONG_TOGETHER, fault.text)


def _undecided(merged: Merged, path: str, sides: tuple[File, File, File], broken: Fault) -> Merged:
    stages = tuple(Stage(path, number, *side) for number, side in enumerate(sides, start=1))
    conflict = Conflict(path, ConflictReason.WRONG_TOGETHER, broken.text)
    if broken.kind is FaultKind.UNREADABLE:
        conflict = Conflict(path, ConflictReason.UNREADABLE_TOGETHER)
    return replace(
        merged, conflicts=(*merged.conflicts, conflict), stages=(*merged.stages, *stages)
    )
