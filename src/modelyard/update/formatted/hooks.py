"""Reads from a repo's pre-commit configuration which formatters its people run, and how."""

import itertools
import shlex
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from modelyard.update.formatted import tools
from modelyard.update.formatted.tools import Tool

NAME = ".pre-commit-config.yaml"
_LARGEST = 50_000
_BY_PROGRAM = {
    **{tool.program: tool for tool in (tools.BLACK, tools.JSON, tools.BLANKS, tools.END)},
    "ruff": tools.RUFF_FORMAT,
}


def read(content: bytes) -> list[Tool]:
    """Return the formatters of a configuration, in its order; none where it cannot be read."""
    import yaml

    if len(content) > _LARGEST:
        return []
    try:
        loaded = yaml.safe_load(content)
    except Exception:  # parsers raise what they like; whatever it is, no hook is known by it
        return []
    hooks = (hook for repo in _listed(loaded, "repos") for hook in _listed(repo, "hooks"))
    return [tool for hook in hooks for tool in _of(hook)]


def _of(hook: Any) -> Iterable[Tool]:
    if not isinstance(hook, dict):
        return
    words = [word for word in _listed(hook, "args") if isinstance(word, str)]
    name, entry = hook.get("id"), hook.get("entry")
    if isinstance(entry, str):
        name, words = None, [*_split(entry), *words]
        for at, word in enumerate(words):
            if (program := PurePosixPath(word).name) in _BY_PROGRAM:
                name, words = program, words[at + 1 :]
                break
    if not isinstance(name, str):
        return
    if name in {"ruff", "ruff-check"}:
        command = words[0] if words[:1] in (["format"], ["check"]) else "check"
        if command == "format":
            yield tools.RUFF_FORMAT.given(words[1:])
        elif _sorts(words):
            yield tools.RUFF_IMPORTS.given(words)
        return
    if name == "isort":
        # With most settings both sort alike; where they do not, it shows.
        yield tools.RUFF_IMPORTS.given(words)
    if known := tools.BY_HOOK.get(name) or _BY_PROGRAM.get(name):
        yield known.given(words)


def _sorts(words: list[str]) -> bool:
    """Tell whether the arguments of `ruff check` ask for sorted imports."""
    lists = (word.partition("=") for word in words)
    asked = {"--select", "--extend-select"}
    joined = {value for name, _, value in lists if name in asked}
    joined |= {after for word, after in itertools.pairwise(words) if word in asked}
    return any(selects_imports(value.split(",")) for value in joined)


def selects_imports(rules: Iterable[Any]) -> bool:
    """Tell whether a list of ruff's rules has the one that sorts imports."""
    return any(rule in {"ALL", "I", "I0", "I00", "I001"} for rule in rules)


def _split(entry: str) -> list[str]:
    try:
        return shlex.split(entry[:1000])
    except ValueError:
        return []


def _listed(table: Any, key: str) -> list[Any]:
    found = table.get(key) if isinstance(table, dict) else None
    return found if isinstance(found, list) else []
