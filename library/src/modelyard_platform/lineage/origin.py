"""Who and what branch a training comes from, as git has it: told before a version is promoted."""

import re
from pathlib import Path

from .. import ci
from ..errors import SetupError
from ..git import git, is_known
from .record import Lineage

_LONGEST = 200


def branch(root: Path) -> str:
    """Return the branch that is checked out; that of the CI job, where that checked out none."""
    try:
        return _line(git(root, "symbolic-ref", "--quiet", "--short", "HEAD"))
    except SetupError:
        return _line(ci.branch())


def author(root: Path, commit: str = "HEAD") -> str:
    """Return name and address of a commit's author."""
    return _line(
        git(root, "show", "--no-patch", "--no-show-signature", "--format=%aN <%aE>", commit)
    )


def told(root: Path, found: Lineage) -> str:
    """Return where a training comes from, in one sentence for people.

    The author is the one that this clone's git has for the commit, where it has the commit.
    """
    commit = found.git_commit[:10]
    here = is_known(root, found.git_commit) is not None
    who = author(root, found.git_commit) if here else found.author
    text = f"commit {commit}" + (f" of branch {found.branch}" if found.branch else "")
    text += f" by {who}" if who else ""
    text += ", with uncommitted changes" if found.dirty else ""
    return text if here else f"{text}; this clone does not have that commit"


def _line(text: str) -> str:
    """Return a text as a lineage may have it: one line, without what steers a terminal."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text.encode("utf-8", "replace").decode()).strip()[
        :_LONGEST
    ]
