"""Tells of files that could be read before an update and cannot be after it.

The template renders them so, mostly of an answer that its author did not think of: one in several
lines, or with a quote. Where both sides can be read, and their merge cannot, it is a conflict.
"""

from collections.abc import Iterator

from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, Tree
from modelyard.merged import Merged, Notice
from modelyard.reasons import NoticeReason
from modelyard.update.structured import faults


def notices(scratch: Scratch, ours: Tree, merged: Merged) -> Iterator[Notice]:
    """Yield each file that can be read as the user has it, and not as it was merged."""
    undecided = {stage.path for stage in merged.stages}
    for path in sorted(ours.keys() & merged.tree.keys() - undecided):
        before, after = ours[path], merged.tree[path]
        if before.oid == after.oid or not {before.mode, after.mode} <= {PLAIN, EXECUTABLE}:
            continue
        why = faults.unreadable(path, scratch.read(after.oid))
        if why is not None and faults.unreadable(path, scratch.read(before.oid)) is None:
            yield Notice(path, NoticeReason.UNREADABLE_NOW, why)
