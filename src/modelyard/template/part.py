"""The part of a template that is checked out: what renders read, and no folder beside it.

A template often lies in a repository with code, docs and tests of its own, many times as many files
as it renders. Where copier.yml names a `_subdirectory`, that folder is checked out with the files
beside copier.yml; every other folder follows as soon as somebody needs it. What is guessed here
only saves time: whoever reads a checkout asks for the path first.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from modelyard.errors import Unreachable
from modelyard.gitrepo import git

CONFIGURATION = "\tsparseCheckout = true\n"
"""What the repository of such a checkout has in its section `core`."""
_SUBDIRECTORY = re.compile(
    rb"""^_subdirectory:[ \t]*["']?([\w.-]+)(?:/[\w./-]*)?["']?[ \t]*(?:#.*)?$""", re.MULTILINE
)
_FOLDER = re.compile(r"/([\w.-]+)/")
_LARGEST = 1 << 20
_TOP = ("/*", "!/*/")
# By its ctime, or the inode of a symlink, git would take what is linked for edited.
LINKED = ("-c", "core.autocrlf=false", "-c", "core.checkStat=minimal")


def guess(repository: Path, commit: str) -> str | None:
    """Return the folder that a version renders, or None where that is not plain to see."""
    with suppress(git.GitError):
        text = git.read(repository, "cat-file", "blob", f"{commit}:copier.yml", most=_LARGEST)
        found = _SUBDIRECTORY.findall(text or b"")
        folder = found[0].decode() if len(found) == 1 else "."
        return None if folder in {".", ".."} else folder
    return None


def narrow(git_dir: Path, folder: str) -> None:
    """Let a repository check out a folder and the files at the top, and nothing else."""
    _write(git_dir, [folder])


class Part:
    """What is there of a checkout.

    Args:
        checkout: The folder of its files, with its repository beside it.
    """

    def __init__(self, checkout: Path) -> None:
        self._files = checkout
        self._git_dir = checkout.parent / ".git"
        self._folders: list[str] | None = None
        place = _place(self._git_dir)
        if place.is_file():
            lines = place.read_text().splitlines()[len(_TOP) :]
            self._folders = _FOLDER.findall("\n".join(lines))

    def need(self, path: str) -> None:
        """Have the folder checked out in which a path of the template is.

        Raises:
            Unreachable: Something of it is missing.
        """
        parts = [part for part in path.split("/") if part not in {"", "."}]
        if self._folders is None or not parts or parts[0] in self._folders:
            return
        if (self._files / parts[0]).is_file():
            return
        if not _FOLDER.fullmatch(f"/{parts[0]}/") or parts[0] == "..":
            return self.need_all()
        _write(self._git_dir, [*self._folders, parts[0]])
        self._read_tree()
        self._folders.append(parts[0])
        if not (self._files / parts[0]).is_dir() or self.has_links():
            self.need_all()

    def need_all(self) -> None:
        """Have everything checked out.

        Raises:
            Unreachable: Something is missing.
        """
        if self._folders is not None:
            _place(self._git_dir).write_text("/*\n")
            self._read_tree()
            _place(self._git_dir).unlink()
            self._folders = None

    def has_links(self) -> bool:
        """Tell whether a link, or a submodule, is among the files of a part: it leads out of it."""
        if self._folders is None:
            return False
        if (self._files / ".gitmodules").exists():
            return True
        names = (
            Path(top, one) for top, dirs, files in os.walk(self._files) for one in dirs + files
        )
        return any(name.is_symlink() for name in names)

    def _read_tree(self) -> None:
        try:
            said = git.start(self._files.parent, *LINKED, "read-tree", "-mu", "HEAD").result()
            if said:
                refuse_missing(self._files, said)
        except git.GitError as error:
            raise Unreachable(
                f"the template cannot be checked out: {' '.join(error.words.split())[:300]}",
                "a partial or damaged clone is not enough: clone the template anew",
            ) from None


def refuse_missing(checkout: Path, said: str) -> None:
    """Refuse a checkout that lacks a file, which git takes for one that went well.

    Args:
        checkout: The folder of its files.
        said: What git has said beside its answer.

    Raises:
        GitError: A file is missing.
    """
    words = ("--git-dir=../.git", "ls-files", "--deleted", "-z")
    if git.run(checkout, *words)[1]:
        raise git.GitError(words, 1, said)


def _place(git_dir: Path) -> Path:
    return git_dir / "info" / "sparse-checkout"


def _write(git_dir: Path, folders: list[str]) -> None:
    _place(git_dir).parent.mkdir(exist_ok=True)
    lines = [*_TOP, *(f"/{folder}/" for folder in folders)]
    _place(git_dir).write_text("\n".join(lines) + "\n")
