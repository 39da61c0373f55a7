"""Writes a merge that has passed the ledger: into the work tree, or as a commit on a branch."""

import fcntl
import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from modelyard.errors import Busy, ModelyardError, NotReady
from modelyard.gitrepo import filters, git, lfs
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged
from modelyard.update import journal, untracked

# One child does all of it, in a session of its own: once it has begun, killing modelyard does not
# stop it half-way. Should the machine itself go down, the journal is there to undo it.
_APPLY = """
set -e
git update-index -q --refresh || true # a copied repo has other times in its index
if [ -s "$4" ]; then git update-index -z --index-info <"$4"; fi
git read-tree -m -u HEAD "$1"
if [ -s "$2" ]; then git update-index -z --index-info <"$2"; fi
rm -f "$3"
"""


@contextmanager
def claimed(repo: Repo, needs_clean_tree: bool) -> Iterator[Repo]:
    """Hold a repo for one update, after undoing one that was cut off.

    Raises:
        Busy: Somebody else holds it.
        NotReady: The tree has changes that are not committed.
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
            refuse_dirty(repo)
        yield repo


def _lock_file(repo: Repo) -> BinaryIO:
    """Open the file that is locked, and nothing that it links to."""
    place = repo.git_dir / "modelyard.lock"
    try:
        return os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666), "rb+")
    except OSError as error:
        raise NotReady(f"{place}: {error.strerror or error}", f"ls -l {place}") from None


def refuse_dirty(repo: Repo) -> None:
    """Refuse a tree with changes that are not committed.

    Raises:
        NotReady: There are some; the message names the first ones. Or git cannot tell.
    """
    if repo.bare:
        raise NotReady(f"{repo.folder} has no work tree", "modelyard update --branch NAME")
    # What is edited in a submodule no update touches, and its own settings would be read for it.
    words = ("--untracked-files=normal", "--ignore-submodules=dirty")
    asked = ("status", "--porcelain", "-z", *words)
    try:
        _, out = git.run(repo.folder, *asked, settings=repo.settings)
    except git.GitError as error:
        if not repo.tree:
            raise
        raise NotReady(
            f"git cannot compare {repo.folder} with its last commit: {error.words}",
            f"git -C {shlex.quote(str(repo.folder))} status    # says the same; or: git fsck",
        ) from None
    dirty = [os.fsdecode(entry[3:]) for entry in out.split(b"\0") if entry[2:3] == b" "]
    if dirty:
        shown = ", ".join(dirty[:5]) + (", …" if len(dirty) > 5 else "")
        raise NotReady(
            f"{repo.folder} has changes that are not committed: {shown}",
            "git stash --include-untracked    # or commit them",
        )


def to_work_tree(repo: Repo, scratch: Scratch, merged: Merged) -> None:
    """Bring the index and the work tree to a merge; conflicts become unmerged paths.

    Raises:
        ModelyardError: git could not write; everything is as it was.
    """
    _refuse_filtered(repo, merged)
    lfs.keep(repo, scratch, new_objects(repo, merged))
    tree = scratch.write_tree(repo, merged.tree)
    scratch.deliver(repo, tree)
    _deliver_stages(repo, scratch, merged)
    # Untracked files with the same bytes stay where they are: the index takes them as they stand.
    there = untracked.already_there(repo, scratch, merged.tree)
    written = {path: file for path, file in merged.tree.items() if path not in there}
    with (
        tempfile.NamedTemporaryFile(prefix="modelyard-index-") as stages,
        tempfile.NamedTemporaryFile(prefix="modelyard-index-") as taken,
    ):
        stages.write(_index_lines(repo, merged))
        stages.flush()
        entries = (f"{f.mode} {f.oid} 0\t{repo.prefix}{path}" for path, f in there.items())
        taken.write(b"".join(os.fsencode(entry) + b"\0" for entry in entries))
        taken.flush()
        place = journal.write(repo, written)
        command = ["sh", "-c", _APPLY, "modelyard", tree, stages.name, str(place), taken.name]
        done = subprocess.run(
            command,
            cwd=repo.folder,
            env=git.call_environment(settings=repo.settings),
            capture_output=True,
            start_new_session=True,
            close_fds=False,
        )
    if done.returncode:
        journal.undo(repo)
        words = done.stderr.decode("utf-8", "replace").strip()
        raise ModelyardError(
            f"git could not write into {repo.folder}: {words}", "repair that, then run it again"
        )


def _refuse_filtered(repo: Repo, merged: Merged) -> None:
    """Refuse to write a file without the filter that the repository's own configuration names."""
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


def _deliver_stages(repo: Repo, scratch: Scratch, merged: Merged) -> None:
    """Copy the sides of conflicts, which no tree refers to."""
    present = {file.oid for file in repo.tree.values()}
    for stage in merged.stages:
        if stage.oid not in present and stage.mode != "160000":
            words = ("hash-object", "-w", "--stdin")
            git.run(repo.folder, *words, data=scratch.read(stage.oid))


def _index_lines(repo: Repo, merged: Merged) -> bytes:
    lines = []
    for path in dict.fromkeys(stage.path for stage in merged.stages):
        lines.append(f"0 {'0' * len(repo.head)}\t{repo.prefix}{path}")
    for stage in merged.stages:
        lines.append(f"{stage.mode} {stage.oid} {stage.stage}\t{repo.prefix}{stage.path}")
    return b"".join(os.fsencode(line) + b"\0" for line in lines)


def refuse_branch(repo: Repo, branch: str) -> None:
    """Refuse a branch that cannot be made.

    Raises:
        NotReady: git does not take the name, or the branch exists.
    """
    if git.run(repo.folder, "check-ref-format", f"refs/heads/{branch}", codes=(0, 1))[0]:
        raise NotReady(f"git does not take {branch!r} as the name of a branch", "--branch NAME")
    ref = f"refs/heads/{branch}"
    if not git.run(repo.folder, "show-ref", "--verify", "--quiet", ref, codes=(0, 1))[0]:
        raise NotReady(f"the branch {branch} exists already", f"git branch -D {branch}")


def to_branch(repo: Repo, scratch: Scratch, merged: Merged, branch: str, message: str) -> str:
    """Commit a merge without conflicts to a new branch, and return the commit.

    Raises:
        NotReady: The branch cannot be made, or git does not know who commits.
    """
    refuse_branch(repo, branch)
    commit = commit_tree(repo, scratch, merged, message)
    git.run(repo.folder, "update-ref", f"refs/heads/{branch}", commit, "0" * len(commit))
    return commit


def commit_tree(
    repo: Repo,
    scratch: Scratch,
    merged: Merged,
    message: str,
    identity: Mapping[str, str] | None = None,
) -> str:
    """Commit a merge on top of HEAD, and return the commit; no branch refers to it yet.

    Raises:
        NotReady: git does not know who commits.
    """
    lfs.keep(repo, scratch, new_objects(repo, merged))
    tree = scratch.write_tree(repo, merged.tree)
    scratch.deliver(repo, tree)
    words = ("commit-tree", tree, "-p", repo.head, "-m", message)
    try:
        return git.run(repo.folder, *words, env=identity)[1].decode().strip()
    except git.GitError:
        roles = ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT")
        if any(git.run(repo.folder, "var", r, env=identity, codes=(0, 128))[0] for r in roles):
            raise NotReady(
                "git does not know who you are", "git config --global user.email YOU@EXAMPLE.COM"
            ) from None
        raise
