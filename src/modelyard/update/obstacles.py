"""Compares what a merge would write with what stands in the work tree and git does not track.

Git itself writes over ignored files, and empties folders of them to make place for a file.
"""

import os
import shlex
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from modelyard.errors import NotReady
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.reasons import NoticeReason
from modelyard.update.journal import is_through_link


@dataclass(frozen=True)
class Obstacle:
    """Something untracked that a merge would write over, or delete.

    Attributes:
        reason: What it is to the path that would be written.
        about: Its path.
    """

    reason: NoticeReason
    about: str


def obstacles(repo: Repo, scratch: Scratch, tree: Tree) -> dict[str, Obstacle]:
    """Return what is in the way of a tree, by the path that would be written.

    What is tracked at HEAD is in nobody's way: git has it, and refuses to write over edits of it.

    Args:
        repo: The repo; one that is bare has no work tree, so nothing is in the way.
        scratch: Where blobs are.
        tree: What is to be written.
    """
    if repo.bare:
        return {}
    place = _WorkTree(repo, scratch, tree)
    found = ((path, place.obstacle(path)) for path in tree if path not in repo.tracked)
    return {path: obstacle for path, obstacle in found if obstacle}


def refuse_obstructed(repo: Repo, scratch: Scratch, tree: Tree) -> None:
    """Refuse to write a tree over anything untracked, whatever has made the tree.

    Raises:
        NotReady: Something is in the way; nothing is written.
    """
    for path, obstacle in obstacles(repo, scratch, tree).items():
        raise NotReady(
            f"git does not track {obstacle.about}, and the update has to write {path}",
            f"mv {shlex.quote(obstacle.about)} to somewhere else, then run it again",
        )


def is_same(repo: Repo, path: str, scratch: Scratch, file: File) -> bool:
    """Tell whether a file of these bytes stands at a path, in folders that are no links."""
    place = repo.project / path
    if is_through_link(repo.project, path):
        return False
    if file.mode not in {PLAIN, EXECUTABLE} or place.is_symlink() or not place.is_file():
        return False
    mode = EXECUTABLE if os.access(place, os.X_OK) else PLAIN
    return mode == file.mode and place.read_bytes() == scratch.read(file.oid)


class _WorkTree:
    """The work tree, which is looked at once for each folder."""

    def __init__(self, repo: Repo, scratch: Scratch, tree: Tree) -> None:
        self._repo, self._scratch, self._tree = repo, scratch, tree
        self._folders: dict[str, Obstacle | None] = {"": None, ".": None}

    def obstacle(self, path: str) -> Obstacle | None:
        """Return what is in the way of a path that is not tracked at HEAD."""
        if above := self._of_folder(str(PurePosixPath(path).parent)):
            return above
        place = self._repo.project / path
        if not os.path.lexists(place) or is_through_link(self._repo.project, path):
            # A link that is tracked goes, or is in conflict: what it leads to is not in the way.
            return None
        if self._is_tracked(path):
            return None
        if place.is_dir() and not place.is_symlink():
            inside = self._untracked_inside(path)
            return Obstacle(NoticeReason.FOLDER_OCCUPIED, inside) if inside else None
        if is_same(self._repo, path, self._scratch, self._tree[path]):
            return None
        return Obstacle(NoticeReason.OCCUPIED, path)

    def _of_folder(self, folder: str) -> Obstacle | None:
        """Return what is in the way of a folder: git replaces a link, and writes through none."""
        if folder not in self._folders:
            above = self._of_folder(str(PurePosixPath(folder).parent))
            self._folders[folder] = above or self._at_folder(folder)
        return self._folders[folder]

    def _at_folder(self, folder: str) -> Obstacle | None:
        place = self._repo.project / folder
        if place.is_symlink() or (os.path.lexists(place) and not place.is_dir()):
            tracked = self._is_tracked(folder)
            return None if tracked else Obstacle(NoticeReason.OCCUPIED, folder)
        # A submodule of HEAD is tracked; what conflicts with it is for a person to decide.
        tracked = folder in self._tracked_folders or folder in self._repo.tracked
        if os.path.lexists(place / ".git") and not tracked:
            return Obstacle(NoticeReason.OTHER_REPOSITORY, folder)
        return None

    def _untracked_inside(self, path: str) -> str:
        """Return a path in a folder that git does not track; "" where there is none."""
        top = self._repo.project
        for folder, folders, files in os.walk(top / path):
            names = [*files, *(one for one in folders if Path(folder, one).is_symlink())]
            for name in sorted(names):
                inside = Path(folder, name).relative_to(top).as_posix()
                if inside not in self._repo.tracked:
                    return inside
        return ""

    def _is_tracked(self, path: str) -> bool:
        """Tell whether what stands at a path is tracked, and leaves, under this or another name.

        Where case counts for nothing, a file that is renamed from `a` to `A` stands at both.
        """
        if path in self._repo.tracked:
            return True
        twins = self._by_folded_name.get(_folded(path), ())
        top = self._repo.project
        return any(
            twin not in self._tree
            and os.path.lexists(top / twin)
            and os.path.samestat((top / twin).lstat(), (top / path).lstat())
            for twin in twins
        )

    @cached_property
    def _by_folded_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._repo.tracked:
            found.setdefault(_folded(path), []).append(path)
        return found

    @cached_property
    def _tracked_folders(self) -> frozenset[str]:
        parents = (PurePosixPath(path).parents for path in self._repo.tracked)
        return frozenset(str(parent) for above in parents for parent in above)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
