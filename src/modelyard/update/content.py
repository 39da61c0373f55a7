"""Merges the contents of files in which git saw a conflict: by meaning, and by decisions.

What is left to a person gets markers around whole pieces, where its format is known.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File
from modelyard.merged import Merged, Resolution, Stage
from modelyard.reasons import ConflictReason
from modelyard.update import markers
from modelyard.update.alike_merge import merge_alike
from modelyard.update.line_merge import Labels, count, labels_of, merge_lines, settled
from modelyard.update.resolution.decision import Resolver
from modelyard.update.resolution.deleted_files import is_gone
from modelyard.update.resolution.resolve import RESOLVERS, Settled, attempts
from modelyard.update.structured import by_meaning, faults
from modelyard.update.structured.contained import contained

_TEXT = {PLAIN, EXECUTABLE}
_AT_MOST, _FEW = 3, 10
"""A whole piece may be so many times longer than the lines in it, and so many lines more."""


@dataclass(frozen=True)
class MergeOptions:
    """How files in which git sees a conflict are merged.

    Attributes:
        by_meaning: Whether anything but git merges them.
        apart: Files that only git merges.
        resolvers: What decides without a person.
    """

    by_meaning: bool = True
    apart: frozenset[str] = frozenset()
    resolvers: tuple[Resolver, ...] = RESOLVERS


class Sides(NamedTuple):
    """Three contents of one file."""

    base: bytes
    ours: bytes
    theirs: bytes


class Content(NamedTuple):
    """What became of one file; without markers where `settles`."""

    content: bytes
    settles: bool
    after: Settled | None = None


def merge_contents(
    scratch: Scratch, merged: Merged, apart: Collection[str], options: MergeOptions
) -> Merged:
    """Merge what git could not merge by lines.

    Args:
        scratch: Where blobs are.
        merged: The merge as git made it.
        apart: Paths that a rule of the repo takes out of merging.
        options: How they are merged.
    """
    if not options.by_meaning:
        return merged
    stages: dict[str, dict[int, Stage]] = defaultdict(dict)
    for stage in merged.stages:
        stages[stage.path][stage.stage] = stage
    reasons = {one.path: one.reason for one in merged.conflicts}
    tree, resolutions, settled = dict(merged.tree), dict(merged.resolutions), set()
    for path, sides in stages.items():
        if path in options.apart or path in apart or path not in tree:
            continue
        if not {side.mode for side in sides.values()} <= _TEXT:
            continue
        if set(sides) != {1, 2, 3}:
            contents = {side: scratch.read(one.oid) for side, one in sides.items()}
            whole = _of_two(path, reasons.get(path), contents)
            if whole is not None:
                tree[path] = File(tree[path].mode, scratch.put(whole))
                settled.add(path)
            continue
        oids = (sides[1].oid, sides[2].oid, sides[3].oid)
        made = _merge(scratch, path, oids, scratch.read(tree[path].oid), options.resolvers)
        if made is None:
            continue
        tree[path] = File(tree[path].mode, scratch.put(made.content))
        if made.settles:
            settled.add(path)
        if made.after:
            mine, other = (scratch.put(side) for side in made.after[:2])
            resolutions[path, *oids] = Resolution(path, mine, other, made.after.decisions)
    by_meaning_alone = tuple(stage for stage in merged.stages if stage.path in settled)
    return replace(
        merged,
        tree=tree,
        conflicts=tuple(c for c in merged.conflicts if c.path not in settled),
        stages=tuple(s for s in merged.stages if s.path not in settled),
        by_meaning=by_meaning_alone,
        resolutions=resolutions,
    )


def _of_two(
    path: str, reason: ConflictReason | None, contents: Mapping[int, bytes]
) -> bytes | None:
    """Return what stands of a file that one of the three versions lacks; None if it is disputed."""
    if reason is ConflictReason.BOTH_ADDED and set(contents) == {2, 3}:
        return contained(path, contents[2], contents[3])
    if reason is ConflictReason.CHANGED_AND_DELETED and set(contents) == {1, 2}:
        return contents[2] if is_gone(contents[1], contents[2]) else None
    return None


def _merge(
    scratch: Scratch,
    path: str,
    oids: tuple[str, str, str],
    shown: bytes,
    resolvers: Sequence[Resolver],
) -> Content | None:
    """Merge one file; None where what git made of it stays."""
    sides = Sides(*(scratch.read(oid) for oid in oids))
    merged = by_meaning.merge(path, *sides)
    if merged is not None:
        return Content(merged, settles=True)
    labels = labels_of(shown)
    if labels is None:
        return None
    longest = markers.longest(sides)
    if longest >= labels.size:
        labels = Labels("yours", "base", "template", longest + markers.SIZE)
        shown, _ = merge_lines(scratch, *sides, labels)
    merged = merge_alike(scratch, path, sides, labels)
    if merged is not None:
        return Content(merged, settles=True)
    after = None
    for after in attempts(path, *sides, resolvers):
        sides = Sides(sides.base, after.ours, after.theirs)
        shown, is_clean = merge_lines(scratch, *sides, labels)
        if is_clean and not faults.new(path, shown, sides):
            return Content(shown, settles=True, after=after)
        merged = by_meaning.merge(path, *sides)
        if merged is None:
            merged = merge_alike(scratch, path, sides, labels)
        if merged is not None:
            return Content(merged, settles=True, after=after)
    if in_pieces := _in_pieces(path, sides, shown, labels):
        return Content(in_pieces, settles=False, after=after)
    return Content(shown, settles=False, after=after) if after else None


def _in_pieces(path: str, sides: Sides, by_lines: bytes, labels: Labels) -> bytes | None:
    """Put markers around pieces, where that does not leave more to a person than lines do.

    Lines may leave less, and yet a file that cannot be read with one side taken everywhere.
    """
    found = by_meaning.merge_in_pieces(path, *sides, labels)
    if found is None:
        return None
    before, after = count(by_lines, labels), count(found, labels)
    is_worse = after.conflicts > before.conflicts or after.lines > _AT_MOST * before.lines + _FEW
    if before.conflicts and is_worse:
        ways = [settled(by_lines, labels, for_theirs) for for_theirs in (False, True)]
        return None if by_meaning.can_be_read(path, *ways) else found
    return found
