"""Checks commits of a template out, each as far as it can from what another has written already."""

import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath

from modelyard.gitrepo import git
from modelyard.template import mirrors

# What a checkout holds is the commit's bytes, whatever this machine's git converts or runs.
_PLAIN = ("-c", "core.autocrlf=false", "-c", f"core.hooksPath={os.devnull}", *mirrors.SAFE)
# By its ctime, or the inode of a symlink, git would take what is linked for edited.
_LINKED = (*_PLAIN, "-c", "core.checkStat=minimal")
_DECIDE_OVER_OTHERS = frozenset({".gitattributes", ".gitmodules"})


def check_out(repository: Path, commit: str, parent: Path) -> Path:
    """Check a commit out into a new folder of `parent`."""
    target = Path(tempfile.mkdtemp(prefix="version-", dir=parent))
    clone = ["clone", "--quiet", "--shared", "--no-checkout", "--template=", "--"]
    git.run(None, *mirrors.SAFE, *clone, str(repository), str(target))
    git.run(target, *_PLAIN, "checkout", "--quiet", "--detach", commit)
    if (target / ".gitmodules").exists():
        git.run(target, *_PLAIN, "submodule", "--quiet", "update", "--init", "--recursive")
    return target.resolve()


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
    names = git.run(repository, "diff-tree", "-r", "-z", "--name-only", other, commit)[1]
    changed = {PurePosixPath(os.fsdecode(name)).name for name in names.split(b"\0")}
    if changed & _DECIDE_OVER_OTHERS or (there / ".gitmodules").exists():
        return check_out(repository, commit, parent)
    target = Path(tempfile.mkdtemp(prefix="version-", dir=parent))
    try:
        shutil.copytree(there, target, symlinks=True, copy_function=_link, dirs_exist_ok=True)
        git.run(target, *_LINKED, "read-tree", "-m", "-u", other, commit)
    except (OSError, git.GitError):
        # Not every file system has links.
        shutil.rmtree(target, ignore_errors=True)
        return check_out(repository, commit, parent)
    return target.resolve()


def _link(source: str, target: str) -> None:
    if ".git" in Path(source).parts:
        shutil.copy2(source, target)
    else:
        os.link(source, target)
