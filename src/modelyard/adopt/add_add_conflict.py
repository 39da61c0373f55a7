"""Shows the standard's files beside the owner's, as the conflicts of two who added them."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File
from modelyard.merged import Conflict, Merged, Stage
from modelyard.reasons import ConflictReason


def show(scratch: Scratch, merged: Merged, theirs: Mapping[str, File], version: str) -> Merged:
    """Return a merge in which paths are in conflict: the owner's file against the template's."""
    tree, conflicts, stages = dict(merged.tree), [], []
    for path, other in theirs.items():
        ours = tree[path]
        is_text = _is_text(scratch, ours) and _is_text(scratch, other)
        if is_text and ours.oid != other.oid:
            tree[path] = File(ours.mode, scratch.put(_marked(scratch, ours, other, version)))
        reason = ConflictReason.NO_COMMON_PAST if is_text else ConflictReason.NO_TEXT
        conflicts.append(Conflict(path, reason))
        stages += [Stage(path, 2, *ours), Stage(path, 3, *other)]
    return Merged(tree, tuple(conflicts), tuple(stages), merged.notices)


def _is_text(scratch: Scratch, file: File) -> bool:
    return file.mode in {PLAIN, EXECUTABLE} and b"\0" not in scratch.read(file.oid)


def _marked(scratch: Scratch, ours: File, theirs: File, version: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        places = [Path(folder, name) for name in ("ours", "base", "theirs")]
        contents = scratch.read(ours.oid), b"", scratch.read(theirs.oid)
        for place, content in zip(places, contents, strict=True):
            place.write_bytes(content)
        labels = ["-L", "yours", "-L", "base", "-L", f"template {version}"]
        # What both have in common stays outside of the markers, which diff3 would not do.
        words = ["-c", "merge.conflictStyle=merge", "merge-file", "-p", *labels]
        return scratch.git(*words, *map(str, places), codes=tuple(range(128)))[1]
