"""Checks commits of a template out: the first while others work, the next by links to the first."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from modelyard.gitrepo import git, own
from modelyard.gitrepo.environment import Reach, Settings
from modelyard.gitrepo.repo import objects_of
from modelyard.gitrepo.trees import algorithm_of
from modelyard.template.mirrors import Home

# What a checkout holds is the commit's bytes, whatever this machine's git converts.
_PLAIN = ("-c", "core.autocrlf=false")
# By its ctime, or the inode of a symlink, git would take what is linked for edited.
_LINKED = (*_PLAIN, "-c", "core.checkStat=minimal")
_CHECKOUT = ("checkout", "--quiet", "--detach")
_DECIDE_OVER_OTHERS = frozenset({".gitattributes", ".gitmodules"})


class Checkout:
    """A checkout of a commit in a new folder of `parent`, on which git is at work.

    It has a repository of its own, which sees the objects of the template's: the configuration of
    that one is somebody's, and no program of git's runs in it.
    """

    def __init__(self, home: Home, commit: str, parent: Path) -> None:
        self._home, self._commit = home, commit
        self._folder = Path(tempfile.mkdtemp(prefix="version-", dir=parent))
        objects = objects_of(home.folder)
        config = own.configuration(algorithm_of(commit), bare=False)
        own.make(self._folder / ".git", config, [objects])
        own.copy_tags(objects.parent, self._folder / ".git")
        self._work = git.start(self._folder, *_PLAIN, *_CHECKOUT, commit)

    def finished(self) -> Path:
        """Wait until the files are there, and return their folder."""
        try:
            self._work.result()
            _refuse_empty(self._folder, self._commit)
        except BaseException:
            self.cancel()
            raise
        if (self._folder / ".gitmodules").exists():
            self._add_submodules()
        return self._folder.resolve()

    def _add_submodules(self) -> None:
        """Fetch submodules; the template of a server may name none on this machine."""
        files: Settings = (("protocol.file.allow", "always"),) if self._home.local else ()
        settings = (("remote.origin.url", self._home.url), *files)
        update = ("submodule", "--quiet", "update", "--init", "--recursive")
        git.run(
            self._folder,
            *_PLAIN,
            *update,
            env=self._home.env,
            reach=Reach.TEMPLATE,
            settings=settings,
        )

    def cancel(self) -> None:
        """Stop git where nobody waits for it any more."""
        self._work.kill()


def check_out_beside(there: Path, other: str, home: Home, commit: str, parent: Path) -> Path:
    """Check a commit out by links to the files that it shares with the checkout of another.

    To write a file costs many times what a link costs, and few change from version to version.

    Args:
        there: The checkout of the other commit; not changed.
        other: The id of the other commit.
        home: Where the commits are.
        commit: The commit.
        parent: The folder for the new checkout.
    """
    # Not every file system has links; what else is wrong, a checkout of its own will say.
    with suppress(OSError, git.GitError):
        if _only_own_files_change(there, other, commit):
            return _linked(there, commit, parent)
    return Checkout(home, commit, parent).finished()


def _linked(there: Path, commit: str, parent: Path) -> Path:
    target = Path(tempfile.mkdtemp(prefix="version-", dir=parent))
    try:
        shutil.copytree(there, target, symlinks=True, copy_function=_link, dirs_exist_ok=True)
        git.run(target, *_LINKED, *_CHECKOUT, commit)
        _refuse_empty(target, commit)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return target.resolve()


def _refuse_empty(folder: Path, commit: str) -> None:
    """Refuse a checkout without files: some gits take a tree that is missing for an empty one.

    Raises:
        GitError: There is nothing.
    """
    if not any(place.name != ".git" for place in folder.iterdir()):
        raise git.GitError((*_CHECKOUT, commit), 1, "it has no files, or they are missing")


def _only_own_files_change(there: Path, other: str, commit: str) -> bool:
    names = git.run(there, "diff-tree", "-r", "-z", "--name-only", other, commit)[1]
    changed = {PurePosixPath(os.fsdecode(name)).name for name in names.split(b"\0")}
    return not changed & _DECIDE_OVER_OTHERS and not (there / ".gitmodules").exists()


def _link(source: str, target: str) -> None:
    if ".git" in Path(source).parts:
        shutil.copy2(source, target)
    else:
        os.link(source, target)
