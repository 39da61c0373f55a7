"""Holds a repo for an update, and writes a merge that has passed the ledger to a branch.

To the work tree it is written by `work_tree`.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from modelyard.errors import Busy, NotReady
from modelyard.gitrepo import filters, git, lfs
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged
from modelyard.update import journal
from modelyard.update.obstacles import refuse_obstructed
from modelyard.update.readiness import refuse_unready


@contextmanager
def claimed(repo: Repo, needs_clean_tree: bool) -> Iterator[Repo]:
    """Hold a repo for one update, after undoing one that was cut off.

    Raises:
        Busy: Somebody else holds it.
        NotReady: The tree has changes that are not committed, or git waits for a person.
    """
    with _lock_file(repo) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy(f"another modelyard process is using {repo.folder}", "wait for it") from None
        # The child inherits the lock, so nobody gets in while it still writes.
        os.set_inheritable(lock.fileno(), True)
        if not repo.bare:
            journal.undo(repo)
        if needs_clean_tree:
            refuse_unready(repo)
        yield repo


def _lock_file(repo: Repo) -> BinaryIO:
    """Open the file that is locked, and nothing that it links to."""
    place = repo.git_dir / "modelyard.lock"
    try:
        return os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666), "rb+")
    except OSError as error:
        # On a disk that is only read there is no such file.
        told = place if os.path.lexists(place) else place.parent
        raise NotReady(f"{place}: {error.strerror or error}", f"ls -ld {told}") from None


def refuse_filtered(repo: Repo, merged: Merged) -> None:
    """Refuse to write a file without the filter that the repository's own configuration names.

    Raises:
        NotReady: There is one.
    """
    emptied = filters.emptied(repo.settings)
    if not emptied:
        return
    paths = [p for p, file in merged.tree.items() if repo.tree.get(p) != file]
    asked = b"\0".join(os.fsencode(repo.prefix + path) for path in paths)
    _, out = git.run(repo.folder, "check-attr", "-z", "--stdin", "filter", data=asked)
    words = os.fsdecode(out).split("\0")
    for path, name in zip(words[::3], words[2::3], strict=False):
        if name in emptied:
            raise NotReady(
                f"{path} has the filter {name}, which only the configuration of this repository "
                "names, and no program that a repository names is run",
                f"git config --global filter.{name}.smudge COMMAND    # if it is yours; or "
                "modelyard update --branch NAME, which writes no file",
            )


def new_objects(repo: Repo, merged: Merged) -> list[str]:
    """Return the ids of what is written, in files and as sides of conflicts."""
    files = {file.oid for path, file in merged.tree.items() if repo.tree.get(path) != file}
    return sorted(files | {stage.oid for stage in merged.stages})


def refuse_branch(repo: Repo, branch: str) -> None:
    """Refuse a branch that cannot be made.

    Raises:
        NotReady: git does not take the name, or the branch exists.
    """
    # What git itself makes no branch of: `HEAD`, `@`, or what would be an option where it is typed.
    code, out = git.run(repo.folder, "check-ref-format", "--branch", branch, codes=(0, 1, 128, 129))
    if code or branch == "@" or os.fsdecode(out).rstrip("\n") != branch:
        raise NotReady(f"git does not take {branch!r} as the name of a branch", "--branch NAME")
    asked = ("for-each-ref", "--format=%(refname:lstrip=2)%00%(worktreepath)", "refs/heads")
    listed = os.fsdecode(git.run(repo.folder, *asked)[1]).splitlines()
    branches = dict(line.split("\0", 1) for line in listed if "\0" in line)
    if branch in branches:
        # git deletes no branch that some work tree is on.
        way = "--branch NAME    # another one" if branches[branch] else f"git branch -D {branch}"
        raise NotReady(f"the branch {branch} exists already", way)
    # A branch is a file to git, in a folder of the words before its last slash.
    for other in branches:
        if branch.startswith(f"{other}/") or other.startswith(f"{branch}/"):
            raise NotReady(
                f"the branch {other} exists, and git has no {branch} beside it",
                f"--branch {branch.replace('/', '-')}-update",
            )


def to_branch(repo: Repo, scratch: Scratch, merged: Merged, branch: str, message: str) -> str:
    """Commit a merge without conflicts to a new branch, and return the commit.

    Raises:
        NotReady: The branch cannot be made, or git does not know who commits; or something that
            git does not track is in the way: who takes the branch into this work tree would have
            git write over what it ignores.
    """
    refuse_branch(repo, branch)
    refuse_obstructed(repo, scratch, merged.tree)
    commit = commit_tree(repo, scratch, merged, message)
    git.run(repo.folder, "update-ref", f"refs/heads/{branch}", commit, "0" * len(commit))
    return commit


def commit_tree(
    repo: Repo,
    scratch: Scratch,
    merged: Merged,
    message: str,
    identity: Mapping[str, str] | None = None,
    *,
    sign: bool = False,
) -> str:
    """Commit a merge on top of HEAD, and return the commit; no branch refers to it yet.

    With `sign` git signs it, as its configuration says.

    Raises:
        NotReady: git does not know who commits.
    """
    lfs.keep(repo, scratch, new_objects(repo, merged))
    tree = scratch.write_tree(repo, merged.tree)
    scratch.deliver(repo, tree)
    how = ("-S",) if sign else ()
    words = ("commit-tree", *how, tree, "-p", repo.head, "-m", message)
    try:
        return git.run(repo.folder, *words, env=identity)[1].decode().strip()
    except git.GitError:
        roles = ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT")
        if any(git.run(repo.folder, "var", r, env=identity, codes=(0, 128))[0] for r in roles):
            raise NotReady(
                "git does not know who you are", "git config --global user.email YOU@EXAMPLE.COM"
            ) from None
        raise
