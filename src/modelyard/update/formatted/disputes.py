"""Finds the files that git saw a conflict in, with what a formatter needs of each."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePosixPath

from modelyard.gitrepo.refused_paths import refused
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, Tree
from modelyard.merged import Merged, Stage
from modelyard.update import lockfiles
from modelyard.update.formatted import fixed_points
from modelyard.update.ownership import Sides

_TEXT = {PLAIN, EXECUTABLE}
_LARGEST = 1_000_000
"""Bytes of a file that is still formatted."""


@dataclass(frozen=True)
class Dispute:
    """A file in conflict.

    Attributes:
        contents: Its content on each side.
        base: Where the render of the recorded version has it.
        theirs: Where that of the wanted version has it; None where it is deleted there.
    """

    contents: fixed_points.Sides
    base: str
    theirs: str | None


def disputes_of(scratch: Scratch, sides: Sides, merged: Merged) -> dict[str, Dispute]:
    """Return the texts that git saw a conflict in, by their path in the merge."""
    groups: dict[str, dict[int, Stage]] = defaultdict(dict)
    for stage in (*merged.stages, *merged.by_meaning):
        groups[stage.path][stage.stage] = stage
    found = {}
    for path, stages in groups.items():
        is_text = {stage.mode for stage in stages.values()} <= _TEXT
        is_lock = PurePosixPath(path).name in lockfiles.NAMES
        if not {1, 2} <= stages.keys() or not is_text or is_lock or refused(path):
            continue
        base = _place(sides.base, path, stages[1].oid)
        theirs = _place(sides.theirs, path, stages[3].oid) if 3 in stages else None
        if base is None or (theirs is None and 3 in stages):
            continue
        contents = [scratch.read(stages[number].oid) for number in sorted(stages)]
        if any(b"\0" in one or len(one) > _LARGEST for one in contents):
            continue
        other = contents[2] if 3 in stages else None
        found[path] = Dispute(fixed_points.Sides(contents[0], contents[1], other), base, theirs)
    return found


def _place(tree: Tree, path: str, oid: str) -> str | None:
    """Return where a render has a file that a merge shows at `path`: a rename may lie between."""
    if path in tree and tree[path].oid == oid:
        return path
    places = [place for place, file in tree.items() if file.oid == oid]
    return places[0] if len(places) == 1 else None
