"""The repository around a folder that is not there yet."""

import os
from pathlib import Path

from modelyard.gitrepo import git


def repo_around(dest: Path) -> Path | None:
    """Return the repo that a new folder is a part of; None where it is in none, or ignored."""
    above = next(folder for folder in dest.absolute().parents if folder.is_dir())
    top = top_of(above)
    if top is None:
        return None
    asked = ("check-ignore", "--quiet", "--", str(dest.absolute()))
    ignored = git.run(above, *asked, codes=(0, 1, 128))[0] == 0
    return None if ignored else top


def top_of(folder: Path) -> Path | None:
    """Return the top of the work tree that a folder is in; None where it is in none."""
    code, out = git.run(folder, "rev-parse", "--show-toplevel", codes=(0, 128))
    return None if code else Path(os.fsdecode(out).rstrip("\n"))
