"""Why git does not open a repository or read an object of it, and what a person types then."""

import shlex
from pathlib import Path

from modelyard.errors import NotReady
from modelyard.gitrepo import git


def why_closed(folder: Path, name: str, words: str) -> tuple[str, str] | None:
    """Return what is wrong with the repository of a folder, and what helps.

    Args:
        folder: The folder.
        name: What it is called in the message.
        words: What git has said of it.

    Returns:
        None where there is no repository.
    """
    # To read where a repository is runs nothing of it.
    trusting = ("-c", "safe.directory=*", "rev-parse", "--absolute-git-dir")
    code, said = git.run(folder, *trusting, codes=(0, 128))
    if code == 0:
        git_dir = Path(said.decode("utf-8", "surrogateescape").rstrip("\n"))
        asked = (*trusting[:2], "rev-parse", "--show-toplevel")
        code, top = git.run(folder, *asked, codes=(0, 128))
        place = str(git_dir) if code else top.decode("utf-8", "surrogateescape").rstrip("\n")
        return (
            f"{name} belongs to somebody else, and git does not trust it",
            f"git config --global --add safe.directory {shlex.quote(place)}",
        )
    if any((one / ".git").exists() for one in (folder, *folder.resolve().parents)):
        return f"git cannot read the repository of {name}: {words}", ""
    return None


class Lacking(NotReady):
    """A repository has not all of its objects."""


def lacks(folder: Path, what: str) -> Lacking:
    """Return the error of a repository that lacks an object of its HEAD."""
    here = f"git -C {shlex.quote(str(folder))}"
    return _lacking(what, f"{here} diff --shortstat $({here} hash-object -t tree /dev/null) HEAD")


def lacks_history(folder: Path, what: str) -> Lacking:
    """Return the error of a repository that lacks an object of any of its commits."""
    return _lacking(what, f"git -C {shlex.quote(str(folder))} fetch --refetch --no-filter")


def _lacking(what: str, fetches: str) -> Lacking:
    return Lacking(
        f"{what}: the repository lacks this object",
        f"{fetches}    # fetches what a partial clone lacks; where nothing helps: git fsck",
    )
