"""Three small trees, and what an update makes of them: no template is rendered for it."""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo, open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, SYMLINK, File
from modelyard.ledger.loss import LossFound
from modelyard.merged import Merged, Notice
from modelyard.render.request import Rendered
from modelyard.update.audited import _Judge
from modelyard.update.content import MergeOptions
from modelyard.update.leave import leave
from modelyard.update.options import Relock
from modelyard.update.ownership import comparable_sides
from modelyard.update.resolution.elsewhere import written_elsewhere
from modelyard.update.resolution.resolve import resolvers

Content = str | bytes | tuple[str, bytes]
Book = Mapping[str, Content]
ANSWERS = ".answers.yml"


def link(target: str) -> tuple[str, bytes]:
    """Return a link."""
    return SYMLINK, os.fsencode(target)


def script(text: str) -> tuple[str, bytes]:
    """Return a file that may be run."""
    return EXECUTABLE, text.encode()


def crlf(text: str) -> str:
    """Return a text with the other line ends."""
    return text.replace("\n", "\r\n")


def whole(content: Content) -> tuple[str, bytes]:
    """Return the mode and the bytes of a file."""
    if isinstance(content, tuple):
        return content
    return PLAIN, content.encode() if isinstance(content, str) else content


@dataclass(frozen=True)
class Outcome:
    """What an update would write, in bytes; and its losses, where it would not.

    Attributes:
        read: The files of the user that were read for it.
    """

    merged: Merged
    files: Mapping[str, tuple[str, bytes]]
    notices: tuple[Notice, ...] = ()
    losses: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()
    read: frozenset[str] = frozenset()

    @property
    def status(self) -> str:
        """How it ends: `clean`, `conflict`, or `loss`, which is exit code 12."""
        return "loss" if self.losses else "conflict" if self.merged.conflicts else "clean"

    def text(self, path: str) -> str:
        """Return the text of a file."""
        return self.files[path][1].decode()

    @property
    def told(self) -> set[tuple[str, str]]:
        """What is said of which path."""
        of_merge = {(one.path, one.reason.name) for one in self.merged.conflicts}
        return of_merge | {(one.path, one.reason.name) for one in self.notices}


class Threes:
    """A repo whose HEAD is what the test says it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        git.run(None, "init", "--quiet", "--template=", str(folder))

    def _repo(self, ours: Book) -> Repo:
        stream = [b"commit refs/heads/main\ncommitter x <x@localhost> 0 +0000\ndata 0\ndeleteall\n"]
        for path, content in ours.items():
            mode, data = whole(content)
            stream.append(b'M %s inline "%s"\n' % (mode.encode(), os.fsencode(path)))
            stream.append(b"data %d\n%s\n" % (len(data), data))
        git.run(self.folder, "fast-import", "--quiet", "--force", data=b"".join(stream))
        git.run(self.folder, "symbolic-ref", "HEAD", "refs/heads/main")
        return open_repo(self.folder)

    @contextmanager
    def opened(self, ours: Book) -> Iterator[tuple[Repo, Scratch]]:
        """Commit a tree, and open what an update opens."""
        repo = self._repo(ours)
        with Scratch(repo) as scratch:
            yield repo, scratch

    def update(
        self,
        base: Book,
        ours: Book,
        theirs: Book,
        *,
        yours: Collection[str] = (),
        leaving: Collection[str] = (),
        relock: Relock = Relock.NEVER,
    ) -> Outcome:
        """Merge and audit three trees as an update does."""
        with self.opened(ours) as (repo, scratch):
            asked = _watched(scratch)
            before, after = (
                Rendered(
                    {path: whole(content) for path, content in book.items()},
                    ANSWERS,
                    {},
                    lambda path: path in yours,
                )
                for book in (base, theirs)
            )
            sides = comparable_sides(repo, scratch, before, after)
            sides = leave(leaving, sides, repo.tree, ANSWERS)
            trees = scratch.tree(before.files), scratch.tree(after.files)
            try:
                elsewhere = written_elsewhere(scratch, sides.base, sides.ours)
                merging = MergeOptions(resolvers=resolvers(False, elsewhere))
                merged, found = _Judge(repo, scratch, sides, *trees, trees[1]).by_merge(
                    "v2", relock, merging
                )
            except LossFound as lost:
                found_losses = tuple(one.text for one in lost.losses)
                return Outcome(Merged({}), {}, losses=found_losses, concerned=lost.concerned)
            read = frozenset(path for path, file in repo.tree.items() if file.oid in asked)
            told = (*merged.notices, *sides.without(merged.locks).notices, *found.notices)
            return Outcome(merged, _contents(scratch, merged), told, read=read)


def _contents(scratch: Scratch, merged: Merged) -> dict[str, tuple[str, bytes]]:
    files = cast("Mapping[str, File]", merged.tree)
    return {path: (file.mode, scratch.read(file.oid)) for path, file in files.items()}


def _watched(scratch: Scratch) -> set[str]:
    """Return a set that has the ids of all blobs that are read from now on."""
    blobs = scratch._blobs
    asked: set[str] = set()
    read = blobs.read

    def watched(oid: str) -> bytes:
        asked.add(oid)
        return read(oid)

    blobs.read = watched  # type: ignore[method-assign] # it is looked at, and does what it did
    return asked
