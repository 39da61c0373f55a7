"""Writes a repo's settings of its formatters anew, with nothing but what concerns the form.

They are a member's. No path of theirs leads anywhere but to other settings of the same commit, and
nothing names a program, a plugin, a cache or a version.
"""

import posixpath
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, Tree
from modelyard.lockfiles import bounded_toml
from modelyard.lockfiles.path_sources import table
from modelyard.update.formatted.hooks import selects_imports

Read = Callable[[str], bytes]
"""Gives the content of a file of the commit by its path."""

_NAMES = (".ruff.toml", "ruff.toml", "pyproject.toml")
_LONGEST_CHAIN = 8
_RUFF = frozenset({"line-length", "indent-width", "target-version", "preview"})
_FORMAT = frozenset(
    {"quote-style", "indent-style", "skip-magic-trailing-comma", "line-ending", "preview"}
)
_PATTERNS = frozenset({"exclude", "extend-exclude", "src", "namespace-packages"})
_BLACK = frozenset(
    {
        *("line-length", "target-version", "skip-string-normalization"),
        *("skip-magic-trailing-comma", "preview", "unstable", "enable-unstable-feature"),
    }
)


class Settings:
    """The settings that hold for some files.

    Attributes:
        files: Settings files by path, as they are written for formatters.
        black: What black is told, which knows one file of settings.
        sorts: Whether ruff, or isort, is told to sort imports.
        names_ruff: Whether a file has settings of ruff.
        names_black: Whether a file has settings of black.
    """

    def __init__(self, tree: Tree, read: Read, paths: Iterable[str]) -> None:
        """Read all settings that may hold for the files at `paths`."""
        self.files: dict[str, dict[str, Any]] = {}
        self.black: dict[str, Any] = {}
        self.sorts = self.names_ruff = self.names_black = False
        self._tree, self._read = tree, read
        folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
        for folder in sorted(folders):
            for name in _NAMES:
                self._add(posixpath.normpath(posixpath.join(folder, name)), _LONGEST_CHAIN)

    def _add(self, path: str, more: int) -> bool:
        """Take a settings file of the commit, and those that it extends."""
        if path in self.files:
            return True
        if path not in self._tree or self._tree[path].mode not in {PLAIN, EXECUTABLE} or not more:
            return False
        try:
            loaded = bounded_toml.read(self._read(path))
        except ValueError:
            return False
        if PurePosixPath(path).name != "pyproject.toml":
            self.files[path] = {}
            self.files[path] = self._of_ruff(path, loaded, more)
            return True
        made: dict[str, Any] = {}
        self.files[path] = made
        asked, tool = table(loaded.get("project")).get("requires-python"), table(loaded.get("tool"))
        if isinstance(asked, str):
            made["project"] = {"name": "project", "version": "0", "requires-python": asked}
        if isinstance(tool.get("ruff"), dict):
            made["tool"] = {"ruff": self._of_ruff(path, table(tool["ruff"]), more)}
        self.sorts |= "isort" in tool
        if isinstance(tool.get("black"), dict) and path == "pyproject.toml":
            self.names_black = True
            self.black = _plain(table(tool["black"]), _BLACK)
        return True

    def _of_ruff(self, path: str, found: Mapping[str, Any], more: int) -> dict[str, Any]:
        self.names_ruff = True
        made = _with_patterns(found, _RUFF)
        layout, lint = table(found.get("format")), table(found.get("lint"))
        made["format"] = _with_patterns(layout, _FORMAT)
        sorter = table(lint.get("isort")) or table(found.get("isort"))
        made["lint"] = _with_patterns(lint, frozenset({"preview"}))
        # These would be added to each file, which is more than its form.
        kept = {name: value for name, value in sorter.items() if name != "required-imports"}
        made["lint"]["isort"] = kept
        for level in (lint, found):
            for name in ("select", "extend-select"):
                self.sorts |= selects_imports(_words(level.get(name)))
        for pattern, version in table(found.get("per-file-target-version")).items():
            if _is_inside(pattern) and isinstance(version, str):
                made.setdefault("per-file-target-version", {})[pattern] = version
        extended = found.get("extend")
        if isinstance(extended, str) and _is_inside(extended, upwards=True):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), extended))
            # A formatter writes files of other names beside these.
            is_settings = target.endswith(".toml") and _is_inside(target)
            if is_settings and self._add(target, more - 1):
                made["extend"] = posixpath.relpath(target, posixpath.dirname(path) or ".")
        return made


def _plain(found: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name in names}


def _with_patterns(found: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    made = _plain(found, names)
    for name in _PATTERNS & found.keys():
        made[name] = [word for word in _words(found[name]) if _is_inside(word)]
    return made


def _words(value: Any) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _is_inside(path: str, upwards: bool = False) -> bool:
    """Tell whether a path or a pattern stays below the folder where it stands.

    Args:
        path: The path.
        upwards: Whether it may begin with `..`: where it leads is looked at by the caller.
    """
    parts = path.replace("\\", "/").split("/")
    return not (
        path.startswith(("/", "\\", "~"))
        or any(sign in path for sign in "$%\0:")
        or (".." in parts and not upwards)
    )
