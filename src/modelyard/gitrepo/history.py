"""What git remembers of a path."""

from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo


def last_change(repo: Repo, path: str) -> float | None:
    """Return when a path of the project changed last at HEAD, in seconds; None if git cannot say.

    A clone that is shallow, or lacks objects, does not reach back to the change.
    """
    words = ("rev-list", "-1", "--timestamp", repo.head, "--", f"{repo.prefix}{path}")
    _, out = git.run(repo.folder, *words, codes=(0, 128))
    seconds = out.split(b" ", 1)[0]
    return float(seconds) if seconds.isdigit() else None
