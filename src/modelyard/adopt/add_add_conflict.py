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
        ours, reason = tree[path], ConflictReason.NO_COMMON_PAST
        sides = (
            [scratch.read(file.oid) for file in (ours, other)] if _are_files(ours, other) else []
        )
        if not sides or any(b"\0" in side for side in sides):
            reason = ConflictReason.NO_TEXT
        elif ours.oid != other.oid:
            tree[path] = File(ours.mode, scratch.put(_marked(scratch, *sides, version)))
        conflicts.append(Conflict(path, reason))
        stages += [Stage(path, 2, *ours), Stage(path, 3, *other)]
    return Merged(tree, tuple(conflicts), tuple(stages), merged.notices)


def _are_files(*files: File) -> bool:
    return {file.mode for file in files} <= {PLAIN, EXECUTABLE}


def _marked(scratch: Scratch, ours: bytes, theirs: bytes, version: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        contents = {"yours": ours, "base": b"", f"template {version}": theirs}
        # What both have in common stays outside of the markers, which diff3 would not do.
        words = ["-c", "merge.conflictStyle=merge", "merge-file", "-p"]
        for number, (label, content) in enumerate(contents.items()):
            Path(folder, str(number)).write_bytes(content)
            words += ["-L", label]
        places = [str(Path(folder, str(number))) for number in range(len(contents))]
        return scratch.git(*words, *places, codes=tuple(range(128)))[1]
