"""Which repo a clone is of: its first commits, and the folder of it that the project is in.

A name is not enough: two repos that were made from one template may have the same name, and with it
the same store and the same registered model.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .errors import SetupError
from .git import git, has_git, head

UNSHALLOW = "git fetch --unshallow (in CI: check out with fetch-depth 0)"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True)
class Identity:
    """A repo: the commits without a parent that HEAD leads to, and the project's folder in it."""

    roots: frozenset[str]
    folder: str

    def is_same(self, other: "Identity") -> bool:
        """Return whether both are of one repo: a merge of another history adds first commits."""
        within = self.roots <= other.roots or other.roots <= self.roots
        return self.folder == other.folder and within

    def __str__(self) -> str:
        return f"{','.join(sorted(self.roots))}:{self.folder}"

    @property
    def title(self) -> str:
        """What it is called in messages."""
        first = ", ".join(commit[:10] for commit in sorted(self.roots))
        return f"first commit {first}" + (f", folder {self.folder}" if self.folder else "")


def of(root: Path) -> Identity | None:
    """Return which repo the project in `root` is; None where its clone cannot tell.

    It cannot where it is shallow, where nothing is committed, and where there is no git.
    """
    try:
        asked = git(root, "rev-parse", "--is-shallow-repository", "--show-prefix", "HEAD")
        shallow, *prefix, commit = asked.removesuffix("\n").split("\n")
        if shallow != "false":
            return None
        return Identity(_roots(root, commit), "\n".join(prefix).removesuffix("/"))
    except SetupError:
        return None


def known(root: Path, whose: str) -> Identity | None:
    """Return which repo it is, as `whose` asks; SetupError where its clone cannot tell.

    None where there is no git at all: an image has a project's files alone, and is what it was
    built from.
    """
    found = of(root)
    if found is None and has_git(root):
        commit = head(root)  # says it where nothing is committed, or nothing is git's
        if git(root, "rev-parse", "--is-shallow-repository").strip() == "false":
            _roots(root, commit)  # says it where git cannot read its own history
        what = f"{whose} belongs to a repo, and this clone cannot tell whether it is of that one"
        raise SetupError(f"{what}: it has not all of its history", UNSHALLOW)
    return found


def parse(text: str) -> Identity | None:
    """Return the identity that a text says, as `str` writes it; None where it says none."""
    said, found, folder = text.partition(":")
    roots = frozenset(said.split(","))
    if not found or not all(_COMMIT.fullmatch(commit) for commit in roots):
        return None
    return Identity(roots, folder)


@lru_cache(maxsize=64)
def _roots(root: Path, commit: str) -> frozenset[str]:
    return frozenset(git(root, "rev-list", "--max-parents=0", commit).split())
