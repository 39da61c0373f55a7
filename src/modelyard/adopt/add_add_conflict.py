"""Shows the standard's file beside the owner's, as the conflict of two people who added it."""

import tempfile
from pathlib import Path

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File
from modelyard.merged import Conflict, Merged, Stage
from modelyard.reasons import ConflictReason

_TEXT = {PLAIN, EXECUTABLE}


def show(scratch: Scratch, merged: Merged, path: str, theirs: File, version: str) -> Merged:
    """Return a merge in which `path` is in conflict: the owner's file against the template's."""
    ours = merged.tree[path]
    file = ours
    reason = ConflictReason.NO_COMMON_PAST
    if {ours.mode, theirs.mode} <= _TEXT:
        sides = scratch.read(ours.oid), b"", scratch.read(theirs.oid)
        if any(b"\0" in side for side in sides):
            reason = ConflictReason.NO_TEXT
        elif ours.oid != theirs.oid:
            file = File(ours.mode, scratch.put(_marked(scratch, sides, version)))
    else:
        reason = ConflictReason.NO_TEXT
    stages = Stage(path, 2, *ours), Stage(path, 3, *theirs)
    return Merged(
        {**merged.tree, path: file},
        (*merged.conflicts, Conflict(path, reason)),
        (*merged.stages, *stages),
        merged.notices,
    )


def _marked(scratch: Scratch, sides: tuple[bytes, bytes, bytes], version: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        places = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for place, content in zip(places, sides, strict=True):
            place.write_bytes(content)
        labels = ["-L", "yours", "-L", "base", "-L", f"template {version}"]
        # What both have in common stays outside of the markers, which diff3 would not do.
        words = ["-c", "merge.conflictStyle=merge", "merge-file", "-p", *labels]
        return scratch.git(*words, *map(str, places), codes=tuple(range(128)))[1]
