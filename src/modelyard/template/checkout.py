"""Checks commits of a template out: the first while others work, the next by links to the first.

The repository of a checkout stands beside its files, never among them: a template cannot render,
include or link to what git keeps of this machine.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from modelyard.errors import BadTemplate
from modelyard.gitrepo import git, own
from modelyard.gitrepo.environment import Reach, Settings
from modelyard.gitrepo.repo import objects_of
from modelyard.gitrepo.trees import algorithm_of
from modelyard.template.mirrors import Home
from modelyard.template.part import CONFIGURATION, LINKED, Part, guess, narrow, refuse_missing

_FILES = "files"
# What a checkout holds is the commit's bytes, whatever this machine's git converts.
_PLAIN = ("-c", "core.autocrlf=false")
_CHECKOUT = ("checkout", "--quiet", "--detach")
_DECIDE_OVER_OTHERS = frozenset({".gitattributes", ".gitmodules"})


def repository_of(checkout: Path) -> Path:
    """Return the repository of a checkout."""
    return checkout.parent / ".git"


class Checkout:
    """A checkout of a commit in a new folder of `parent`, on which git is at work.

    It has a repository of its own, which sees the objects of the template's: the configuration of
    that one is somebody's, and no program of git's runs in it.
    """

    def __init__(self, home: Home, commit: str, parent: Path) -> None:
        self._home, self._commit = home, commit
        self._folder = Path(tempfile.mkdtemp(prefix="version-", dir=parent))
        objects = objects_of(home.folder)
        more = f"\tworktree = ../{_FILES}\n{CONFIGURATION}"
        config = own.configuration(algorithm_of(commit), more, bare=False)
        own.make(self._folder / ".git", config, [objects])
        own.copy_tags(objects.parent, self._folder / ".git")
        (self._folder / _FILES).mkdir()
        if folder := guess(self._folder, commit):
            narrow(self._folder / ".git", folder)
        self._work = git.start(self._folder, *_PLAIN, *_CHECKOUT, commit)

    def finished(self) -> Path:
        """Wait until the files are there, and return their folder."""
        try:
            _refuse_missing(self._folder, self._commit, self._work.result())
            _whole_where_it_links(self._folder / _FILES)
        except BaseException:
            self.cancel()
            raise
        files = self._folder.resolve() / _FILES
        if (files / ".gitmodules").exists():
            _fetch_submodules(self._home, files)
        return files

    def cancel(self) -> None:
        """Stop git where nobody waits for it any more."""
        self._work.kill()


def _fetch_submodules(home: Home, files: Path) -> None:
    """Fetch submodules; whether one may be a folder on this machine is the person's setting."""
    update = ("submodule", "--quiet", "update", "--init", "--recursive")
    settings: Settings = (("remote.origin.url", home.url),)
    try:
        git.run(files, *_PLAIN, *update, env=home.env, reach=Reach.TEMPLATE, settings=settings)
    except git.GitError as error:
        raise BadTemplate(
            f"a submodule of the template cannot be fetched: {error.words}",
            "where it is a folder on this machine, and you trust the template: "
            "git config --global protocol.file.allow always",
        ) from None
    for place in list(files.rglob(".git")):
        shutil.rmtree(place) if place.is_dir() else place.unlink()


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
        top = there.parent
        shutil.copytree(top, target, symlinks=True, copy_function=_link, dirs_exist_ok=True)
        said = git.start(target, *LINKED, *_CHECKOUT, commit).result()
        _refuse_missing(target, commit, said)
        _whole_where_it_links(target / _FILES)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return target.resolve() / _FILES


def _whole_where_it_links(files: Path) -> None:
    part = Part(files)
    if part.has_links():
        part.need_all()


def _refuse_missing(top: Path, commit: str, said: str) -> None:
    """Refuse a checkout that is not whole, which git takes for one that went well.

    Some gits take a tree that is missing for an empty one, and all go on where a blob is: they
    only say so.

    Args:
        top: Where the checkout and its repository are.
        commit: What was checked out.
        said: What git has said.

    Raises:
        GitError: There is nothing, or a file is missing.
    """
    if not any((top / _FILES).iterdir()):
        raise git.GitError((*_CHECKOUT, commit), 1, "it has no files, or they are missing")
    if said:
        refuse_missing(top / _FILES, said)


def _only_own_files_change(there: Path, other: str, commit: str) -> bool:
    names = git.run(there, "diff-tree", "-r", "-z", "--name-only", other, commit)[1]
    changed = {PurePosixPath(os.fsdecode(name)).name for name in names.split(b"\0")}
    return not changed & _DECIDE_OVER_OTHERS and not (there / ".gitmodules").exists()


def _link(source: str, target: str) -> None:
    if ".git" in Path(source).parts:
        shutil.copy2(source, target)
    else:
        os.link(source, target)
