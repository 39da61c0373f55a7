"""Has git merge the trees, and reads what it says; where it loses a file, it is asked again."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from modelyard.gitrepo.git import GitError
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File
from modelyard.merged import Stage

_WAYS = ("merge.directoryRenames=true", "merge.directoryRenames=false", "merge.renames=false")
# By the type that git gives a message, which it promises to keep.
_CARRIED = "Path updated due to directory rename"


@dataclass(frozen=True)
class GitMerge:
    """What git made of two branches.

    Attributes:
        clean: Whether git saw no conflict.
        tree: The files, with markers in those that are in conflict.
        stages: The sides of what is in conflict.
        messages: The paths that each message is about, its type, and its words.
    """

    clean: bool
    tree: Mapping[str, File]
    stages: Sequence[Stage]
    messages: Sequence[tuple[Sequence[str], str, str]]

    @property
    def lost(self) -> Iterator[str]:
        """Files that a renamed folder carried along and that are nowhere.

        That happens where one side has a file and the other a folder of its name.
        """
        held = self.tree.keys() | {stage.path for stage in self.stages}
        for paths, kind, _ in self.messages:
            if kind == _CARRIED and paths[0] not in held:
                aside = f"{paths[0]}~"
                if not any(path.startswith(aside) for path in held):
                    yield paths[0]


def merge_branches(scratch: Scratch, ours: str, theirs: str) -> GitMerge:
    """Merge two branches; where git breaks off over a rename or loses a file, with fewer renames.

    Its merge ends in an assertion where a renamed folder carries a file to where a link is.
    """
    words = ("merge-tree", "--write-tree", "-z", "--messages", ours, theirs)
    for setting in _WAYS[:-1]:
        with suppress(GitError):
            code, out = scratch.git("-c", setting, *words, codes=(0, 1))
            # Where a link and a folder meet a rename it may name a blob that is none.
            if b" " + b"0" * 40 not in out:
                made = _read(scratch, code, out)
                if not any(made.lost):
                    return made
    return _read(scratch, *scratch.git("-c", _WAYS[-1], *words, codes=(0, 1)))


def _read(scratch: Scratch, code: int, out: bytes) -> GitMerge:
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
        messages.append((paths, next(parts), next(parts).strip()))
    return GitMerge(code == 0, scratch.tree_of(tree), stages, messages)
