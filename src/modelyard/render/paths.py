"""Refuses paths and links that git refuses, or that would lead out of a project.

What git refuses is told by `modelyard.gitrepo.refused_paths`. A render is held to more: nobody has
such names yet, and each of them means something else on some machine.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from modelyard.errors import BadTemplate, Refused
from modelyard.gitrepo import refused_paths
from modelyard.gitrepo.refused_paths import PathFault
from modelyard.gitrepo.trees import PLAIN, SYMLINK

_DRIVE = re.compile(r"[A-Za-z]:")


def is_dot_git(part: str) -> bool:
    """Tell whether a part of a path is `.git` on some file system."""
    return refused_paths.refused(part) is PathFault.GIT_FOLDER


def not_refused(paths: Iterable[str]) -> set[str]:
    """Return the paths that can be written below a folder without leaving it."""
    return {path for path in paths if not why_refused(path)}


def why_refused(path: str, mode: str = PLAIN) -> str:
    """Return what is wrong with the path of a file, or nothing.

    Args:
        path: The path, relative to the project, with `/` between its parts.
        mode: The mode of the file, as git has it.
    """
    if fault := refused_paths.refused(path, mode):
        return f"it {fault.value}"
    if _DRIVE.match(path):
        return "on some machines it begins with the letter of a drive"
    if "\\" in path:
        return "a backslash parts folders on some machines"
    if any(unicodedata.category(sign) == "Cc" for sign in path):
        return "it has a control character"
    return ""


def why_link_refused(path: str, target: str) -> str:
    """Return what is wrong with where a link points, or nothing.

    `..` may only stand before everything else: behind the name of another link it would lead to
    somewhere that cannot be told from here.
    """
    parts = target.split("/")
    ups = next((i for i, part in enumerate(parts) if part != ".."), len(parts))
    if target.startswith("/") or _DRIVE.match(target) or "\\" in target:
        return "it is not relative"
    if ups > path.count("/") or ".." in parts[ups:]:
        return "it leads out of the project"
    if any(map(is_dot_git, parts)):
        return "it leads into a .git folder"
    return "it is not a path" if not target or "\0" in target else ""


def refuse(title: str, files: Mapping[str, tuple[str, bytes]], trusted: bool = False) -> None:
    """Refuse a render with a path that git refuses, or with a link that leads out of it.

    Args:
        title: The version that was rendered, for people.
        files: Mode and content by path.
        trusted: Links may lead anywhere.

    Raises:
        BadTemplate: git refuses a path, or it leads through a link.
        Refused: A link leads out of the project.
    """
    links = {}
    for path, (mode, content) in files.items():
        if why := why_refused(path, mode):
            raise BadTemplate(f"{title} renders {path!r}, which is refused: {why}")
        if mode == SYMLINK:
            target = content.decode("utf-8", "surrogateescape")
            if not trusted and (why := why_link_refused(path, target)):
                raise Refused(
                    f"{title} renders the link {path!r} to {target!r}: {why}",
                    "read the template, and pass --trust if you trust it",
                )
            links[_folded(path)] = path
    for path in files if links else ():
        for above in _above(_folded(path)):
            if above in links:
                raise BadTemplate(
                    f"{title} renders {path!r} through the link {links[above]!r}: it would be "
                    "written elsewhere"
                )


def refuse_links(title: str, checkout: Path) -> None:
    """Refuse a template with a link that leads out of it, or to the repository in a clone of it.

    Raises:
        Refused: There is one.
    """
    for top, folders, files in os.walk(checkout):
        for path in (Path(top, name) for name in folders + files):
            if path.is_symlink():
                place = PurePath(os.path.realpath(path))
                inside = place.relative_to(checkout) if place.is_relative_to(checkout) else None
                if inside is None or any(map(is_dot_git, inside.parts)):
                    where = path.relative_to(checkout)
                    raise Refused(
                        f"{title} wants to read outside of its folder: the link {str(where)!r}",
                        "take the link out of the template",
                    )


def _folded(path: str) -> str:
    """Return a path as file systems compare it that do not tell case or composed signs apart."""
    return unicodedata.normalize("NFC", refused_paths.as_hfs(path)).casefold()


def _above(path: str) -> Iterable[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
