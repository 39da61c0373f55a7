"""Where the import packages of a repo are."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

_NO_PACKAGE = {"tests", "test", "testing", "docs", "doc", "examples", "example", "scripts", "tools"}
_NO_PACKAGE |= {"notebooks", "benchmarks", "conf", "config"}


def folders(paths: Iterable[str]) -> list[str]:
    """Return the folders of the packages that are in no other package, sorted."""
    inside = {str(PurePosixPath(path).parent) for path in paths if path.endswith("/__init__.py")}
    return sorted(folder for folder in inside if str(PurePosixPath(folder).parent) not in inside)


def own(paths: Iterable[str]) -> list[str]:
    """Return the folders of packages that hold code of the project, at the top or in `src`."""
    return [
        folder
        for folder in folders(paths)
        if str(PurePosixPath(folder).parent) in {".", "src"}
        and PurePosixPath(folder).name not in _NO_PACKAGE
    ]


def named(name: str) -> str:
    """Return the import name that a distribution of this name usually has."""
    return re.sub(r"[-_.\s]+", "_", name).lower()
