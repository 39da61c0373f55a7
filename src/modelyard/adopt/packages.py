"""Where the import packages of a repo are, and how packages are named."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

_NO_PACKAGE = {"tests", "test", "testing", "docs", "doc", "examples", "example", "scripts", "tools"}
_NO_PACKAGE |= {"notebooks", "benchmarks", "conf", "config"}


def folders(paths: Iterable[str]) -> list[str]:
    """Return the folders of the packages that are in no other package, sorted.

    In `src` a folder with code is a package even where it has no `__init__.py`.
    """
    known = list(paths)
    inside = {str(PurePosixPath(path).parent) for path in known if path.endswith("/__init__.py")}
    if not any(re.fullmatch(r"src/[^/]+\.py", path) for path in known):
        found = (re.fullmatch(r"(src/[^/]+)/[^/]+\.py", path) for path in known)
        inside |= {match[1] for match in found if match}
    return sorted(folder for folder in inside if str(PurePosixPath(folder).parent) not in inside)


def own(paths: Iterable[str]) -> list[str]:
    """Return the folders of packages that hold code of the project, not tests or tools."""
    return [folder for folder in folders(paths) if not _NO_PACKAGE.intersection(folder.split("/"))]


def importable(paths: Iterable[str]) -> list[str]:
    """Return those packages that a build finds by itself: at the top or in `src`."""
    return [folder for folder in own(paths) if re.fullmatch(r"(src/)?(?!src$)[^/]+", folder)]


def slug(name: str) -> str:
    """Return a name as a distribution or a repository has it."""
    return re.sub(r"[-_.\s]+", "-", name).lower()


def import_name(name: str) -> str:
    """Return the import name that a distribution of this name usually has."""
    return slug(name).replace("-", "_")
