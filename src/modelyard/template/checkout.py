"""Checks commits of a template out: the first while others work, the next by links to the first."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from modelyard.gitrepo import git
from modelyard.template import mirrors

# What a checkout holds is the commit's bytes, whatever this machine's git converts or runs.
_PLAIN = ("-c", "core.autocrlf=false", "-c", f"core.hooksPath={os.devnull}", *mirrors.SAFE)
# By its ctime, or the inode of a symlink, git would take what is linked for edited.
_LINKED = (*_PLAIN, "-c", "core.checkStat=minimal")
_CHECKOUT = ("checkout", "--quiet", "--detach")
_DECIDE_OVER_OTHERS = frozenset({".gitattributes", ".gitmodules"})


class Checkout:
    """A checkout of a commit in a new folder of `parent`, on which git is at work."""

    def __init__(self, repository: Path, commit: str, parent: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="version-", dir=parent))
        clone = ["clone", "--quiet", "--shared", "--no-checkout", "--"]
        git.run(None, *mirrors.SAFE, *clone, str(repository), str(self._folder))
        self._work = git.start(self._folder, *_PLAIN, *_CHECKOUT, commit)

    def finished(self) -> Path:
        """Wait until the files are there, and return their folder."""
        try:
            self._work.result()
        except BaseException:
            self.cancel()
            raise
        if (self._folder / ".gitmodules").exists():
            update = ("submodule", "--quiet", "update", "--init", "--recursive")
            git.run(self._folder, *_PLAIN, *update)
        return self._folder.resolve()

    def cancel(self) -> None:
        """Stop git where nobody waits for it any more."""
        self._work.kill()


def check_out_beside(there: Path, other: str, repository: Path, commit: str, parent: Path) -> Path:
    """Check a commit out by links to the files that it shares with the checkout of another.

    To write a file costs many times what a link costs, and few change from version to version.

    Args:
        there: The checkout of the other commit; not changed.
        other: The id of the other commit.
        repository: Where the commits are.
        commit: The commit.
        parent: The folder for the new checkout.
    """
    # Not every file system has links; what else is wrong, a checkout of its own will say.
    with suppress(OSError, git.GitError):
        if _only_own_files_change(there, other, commit):
            return _linked(there, commit, parent)
    return Checkout(repository, commit, parent).finished()


def _linked(there: Path, commit: str, parent: Path) -> Path:
    target = Path(tempfile.mkdtemp(prefix="version-", dir=parent))
    try:
        shutil.copytree(there, target, symlinks=True, copy_function=_link, dirs_exist_ok=True)
        git.run(target, *_LINKED, *_CHECKOUT, commit)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return target.resolve()


def _only_own_files_change(there: Path, other: str, commit: str) -> bool:
    names = git.run(there, "diff-tree", "-r", "-z", "--name-only", other, commit)[1]
    changed = {PurePosixPath(os.fsdecode(name)).name for name in names.split(b"\0")}
    return not changed & _DECIDE_OVER_OTHERS and not (there / ".gitmodules").exists()


def _link(source: str, target: str) -> None:
    if ".git" in Path(source).parts:
        shutil.copy2(source, target)
    else:
        os.link(source, target)
