"""Finds the programs of formatters: beside this Python, or the person's own; never the repo's."""

import os
import shutil
import sys
from collections.abc import Collection
from pathlib import Path

from modelyard.gitrepo.environment import path as absolute_path


def find(program: str, places: Collection[Path]) -> str | None:
    """Return where a program is.

    Args:
        program: Its name.
        places: The folders of the repo, whose own programs are not run.
    """
    if found := shutil.which(program, path=str(Path(sys.executable).parent)):
        return found
    owned = [place.resolve() for place in places]
    folders = absolute_path(os.environ).split(os.pathsep)
    foreign = [one for one in folders if not any(_is_below(Path(one), place) for place in owned)]
    found = shutil.which(program, path=os.pathsep.join(foreign) or os.devnull)
    # A link in a folder of the person's may lead back into the repo.
    return None if found and any(_is_below(Path(found), place) for place in owned) else found


def _is_below(path: Path, place: Path) -> bool:
    return path.resolve().is_relative_to(place)
