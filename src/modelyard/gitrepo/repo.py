"""A user's repository: what HEAD holds, at its root or in a folder of it, bare or not."""

import os
import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from modelyard.errors import NotReady
from modelyard.gitrepo import filters, git, unreadable
from modelyard.gitrepo.environment import Settings
from modelyard.gitrepo.trees import File, Tree

# About half a million files.
_LONGEST_LIST = 64 << 20
_ASKED = (
    "--is-bare-repository",
    "--absolute-git-dir",
    "--show-object-format",
    "--show-prefix",
    "--git-common-dir",
)
# In one call with the rest: a call costs more than its answer.
_COMMIT = "HEAD^{commit}"
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True)
class Repo:
    """The project in `prefix` of a git repository.

    Attributes:
        folder: Where git runs: the top of the work tree, or the bare repository.
        git_dir: The repository itself.
        prefix: Folder of the project below the top, with a slash at its end; "" at the top.
        head: The commit that HEAD names.
        bare: There is no work tree.
        algorithm: The object format, "sha1" or "sha256".
        common: What a work tree beside another shares with the first: configuration and objects.
    """

    folder: Path
    git_dir: Path
    prefix: str
    head: str
    bare: bool
    algorithm: str
    common: Path

    @property
    def objects(self) -> Path:
        """Where its objects are."""
        return (self.common / "objects").resolve()

    @property
    def project(self) -> Path:
        """The root of the project in the work tree."""
        return self.folder / self.prefix

    @property
    def places(self) -> tuple[Path, ...]:
        """All folders that belong to the repository: the work tree, and where git keeps it."""
        return self.folder, self.git_dir, self.common

    @property
    def name(self) -> str:
        """The name of the project's folder, as templates know it."""
        return self.project.name.removesuffix(".git")

    @cached_property
    def settings(self) -> Settings:
        """Settings for calls that read or write the work tree: its own filters are not run."""
        files = (self.common / "config", self.git_dir / "config.worktree")
        return filters.overridden(self.folder, files)

    @cached_property
    def tree(self) -> Tree:
        """The files of the project at HEAD."""
        return read_tree(self.folder, f"{self.head}:{self.prefix}")

    @cached_property
    def tracked(self) -> Tree:
        """All files of the project that are nobody's untracked ones, should they stand there.

        More than `tree` only where that is not what HEAD holds.
        """
        return self.tree


def part_of(repo: Repo, folder: str, tree: Tree) -> Repo:
    """Return the project in a folder of a repo, as if HEAD held other files there.

    Args:
        repo: The repo.
        folder: The folder, below that of the repo, with a slash at its end; "" for the repo itself.
        tree: The files of the repo that are to count; those of the folder are the part's.
    """
    part = replace(repo, prefix=repo.prefix + folder)
    files, tracked = (
        {path.removeprefix(folder): f for path, f in files.items() if path.startswith(folder)}
        for files in (tree, repo.tracked)
    )
    part.__dict__["tree"] = files
    part.__dict__["tracked"] = {**tracked, **files}
    return part


def open_repo(path: Path) -> Repo:
    """Find the repository that `path` is in.

    Raises:
        NotReady: There is none, or it has no commit.
    """
    git.require()
    if not path.is_dir():
        raise NotReady(f"{path} is not a folder", "name the folder of a generated repo")
    try:
        bare, git_dir, algorithm, prefix, common, head = _about(path)
    except git.GitError as error:
        if why := unreadable.why_closed(path, str(path), error.words):
            raise NotReady(*why) from None
        raise NotReady(
            f"{path} is not in a git repository",
            "git init && git add --all && git commit -m 'Start from the template'",
        ) from None
    is_bare = bare == "true"
    top = Path(git_dir) if is_bare else _top(path)
    if not is_bare and not path.resolve().is_relative_to(top.resolve()):
        raise NotReady(
            f"the repository of {path} has its work tree elsewhere, in {top}: "
            "core.worktree in its configuration says so",
            f"git -C {path} config --unset core.worktree    # or go to {top}",
        )
    if not _ID.fullmatch(head):
        raise NotReady(
            f"{path} has no commit yet", "git add --all && git commit -m 'Start from the template'"
        )
    shared = (path / common).resolve()
    return Repo(top, Path(git_dir), "" if is_bare else prefix, head, is_bare, algorithm, shared)


def _about(path: Path) -> list[str]:
    """Return what `_ASKED` asks of a repository, and the commit of HEAD; no id where there is none.

    Raises:
        GitError: There is no repository.
    """
    try:
        return _said(path, *_ASKED, _COMMIT)
    except git.GitError:
        return [*_said(path, *_ASKED), ""]


def _said(path: Path, *asked: str) -> list[str]:
    """Return git's answer to each question about a repository.

    Raises:
        GitError: There is none.
    """
    lines = git.text(path, "rev-parse", *asked).split("\n")
    if len(lines) == len(asked):
        return lines
    # A folder has a line end in its name.
    return [os.fsdecode(git.run(path, "rev-parse", one)[1])[:-1] for one in asked]


def _top(path: Path) -> Path:
    code, out = git.run(path, "rev-parse", "--show-toplevel", codes=(0, 128))
    if code:
        raise NotReady(
            f"{path} is where git keeps a repository, and no project", "name the folder of the repo"
        )
    return Path(os.fsdecode(out)[:-1])


def objects_of(repository: Path) -> Path:
    """Return where the objects of a repository are; `repository` is its top or is bare."""
    for git_dir in (repository / ".git", repository):
        if (git_dir / "objects").is_dir() and not (git_dir / "commondir").exists():
            return git_dir / "objects"
    return (repository / git.text(repository, "rev-parse", "--git-path", "objects")).resolve()


def read_tree(folder: Path, treeish: str) -> dict[str, File]:
    """Return the files of a tree.

    Raises:
        NotReady: There is no such tree, or too much in it: a few trees of trees are billions of
            files.
    """
    try:
        listed = git.read(folder, "ls-tree", "-r", "-z", "--full-tree", treeish, most=_LONGEST_LIST)
    except git.GitError:
        commit, _, below = treeish.partition(":")
        there, top = (
            git.run(folder, "cat-file", "-e", one, codes=(0, 1, 128))[0] == 0
            for one in (treeish, f"{commit}^{{tree}}")
        )
        if there or not top:
            raise unreadable.lacks(folder, f"the files of {commit}") from None
        raise NotReady(f"nothing is committed at {below or folder}") from None
    if listed is None:
        raise NotReady(f"{folder} has more files at {treeish} than can be worked on")
    files = {}
    for line in listed.split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        mode, _, oid = about.decode().split(" ")
        files[os.fsdecode(path)] = File(mode, oid)
    return files
