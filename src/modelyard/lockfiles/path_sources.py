"""Finds the wheels that a pyproject.toml names by path in `[tool.uv.sources]`.

The file may be anybody's, so a path counts only where it stays inside the project.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, File, Tree
from modelyard.lockfiles import bounded_toml

_DISTRIBUTIONS = (".whl", ".tar.gz", ".zip")


def normal(name: str) -> str:
    """Return the name of a distribution at the start of a requirement, in its normal form.

    It is that of `packaging.utils.canonicalize_name`, whose import costs each update 15 ms; "" for
    what starts with no name, so that none begins with a dash or a dot.
    """
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", name)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def read(project: bytes) -> dict[str, tuple[str, ...]]:
    """Return the paths of distributions by the package that they provide.

    Args:
        project: A pyproject.toml; one that cannot be read names none.
    """
    try:
        loaded = bounded_toml.read(project)
    except ValueError:
        return {}
    sources = table(table(loaded.get("tool")).get("uv")).get("sources")
    found = {}
    for name, entries in table(sources).items():
        tables = entries if isinstance(entries, list) else [entries]
        paths = (inside(table(entry).get("path")) for entry in tables)
        if kept := tuple(path for path in paths if path):
            found[normal(name)] = kept
    return found


def in_tree(tree: Tree, project: str, content: Callable[[str], bytes]) -> dict[str, str]:
    """Return the packages by the path, from the root of a tree, that a pyproject.toml gives them.

    Args:
        tree: The files.
        project: The path of the pyproject.toml.
        content: Gives the content of a blob.
    """
    if not is_file(tree.get(project)):
        return {}
    folder = PurePosixPath(project).parent
    sources = read(content(tree[project].oid))
    return {str(folder / path): name for name, paths in sources.items() for path in paths}


def is_file(file: File | None) -> bool:
    """Tell whether an entry of a tree is a file, and no link to somewhere else."""
    return file is not None and file.mode in {PLAIN, EXECUTABLE}


def inside(path: Any) -> str | None:
    """Return the path of a distribution without `./`; None where it may leave the project."""
    if not isinstance(path, str) or not path.isprintable() or "\\" in path:
        return None
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.name.endswith(_DISTRIBUTIONS):
        return None
    return str(pure)


def is_plain(path: str) -> bool:
    """Tell whether a path means the same to everybody: no address, no variable, no blank."""
    return re.fullmatch(r"[A-Za-z0-9_.+/-]{1,200}", path) is not None


def table(node: Any) -> Mapping[str, Any]:
    """Return a table of a TOML file; an empty one for anything else."""
    return node if isinstance(node, dict) else {}
