"""The lists that are sets: both sides may add to them at one place, for their order means nothing.

Everything else that stands in a list is taken for ordered. A list gets into `SETS` only where the
tool that reads it is known not to look at the order; docs/explanation/updates.md says so too.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

NAMES, EXPORTS = "<names>", "<exports>"
"""The last part of the path of the names of one `from … import`, and of the texts of `__all__`."""
_PINNED = re.compile(
    r"@?[\w./-]+(?=\s*(\[[^\]]*\]\s*)?(=|@|\(|[<>!~]=?))|@?[\w./-]+$|[\w.-]+(?=\[|\s*;)"
)


class Items(Enum):
    """What the items of a set are, which tells when two of them are the same."""

    REQUIREMENTS = "told apart by the name of the package"
    TEXTS = "told apart as they are"
    PATTERNS = "told apart as they are; ordered as soon as one begins with `!`"
    PATHS = "a path, or a path with settings"
    ENTRIES = "told apart by their path and key"


@dataclass(frozen=True)
class SetRule:
    """Lists that are sets.

    Attributes:
        files: What matches the path of the file, from its end.
        keys: Where in the file they stand; `*` is any one key.
        items: What their items are.
        reason: Why their order means nothing.
    """

    files: tuple[str, ...]
    keys: tuple[str, ...]
    items: Items
    reason: str


_RUFF = ("select", "ignore", "extend-select", "extend-ignore", "fixable", "unfixable")
_FILTERS = ("branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore")
_WORKFLOWS = (".github/workflows/*.yml", ".github/workflows/*.yaml")

SETS = (
    SetRule(
        ("pyproject.toml",),
        (
            "project.dependencies",
            "project.optional-dependencies.*",
            "dependency-groups.*",
            "build-system.requires",
            "tool.uv.constraint-dependencies",
            "tool.uv.override-dependencies",
        ),
        Items.REQUIREMENTS,
        "all of them hold at once",
    ),
    SetRule(
        ("pyproject.toml",),
        ("project.classifiers", "project.keywords", "project.dynamic"),
        Items.TEXTS,
        "labels, each of which is there or not",
    ),
    SetRule(
        ("pyproject.toml",),
        (*(f"tool.ruff.lint.{key}" for key in _RUFF), "tool.ruff.lint.per-file-ignores.*"),
        Items.TEXTS,
        "the more specific rule wins, wherever it stands",
    ),
    SetRule(
        ("ruff.toml", ".ruff.toml"),
        (*(f"lint.{key}" for key in _RUFF), "lint.per-file-ignores.*"),
        Items.TEXTS,
        "as in `pyproject.toml`",
    ),
    SetRule(
        ("pyproject.toml",),
        ("tool.ruff.exclude", "tool.ruff.extend-exclude", "tool.coverage.*.omit"),
        Items.PATTERNS,
        "a file is left out if any of them matches",
    ),
    SetRule(
        ("pyproject.toml",),
        ("tool.mypy.enable_error_code", "tool.mypy.disable_error_code"),
        Items.TEXTS,
        "each code is on or off",
    ),
    SetRule(
        ("pyproject.toml",),
        ("tool.pytest.ini_options.markers",),
        Items.TEXTS,
        "names that are declared",
    ),
    SetRule(
        _WORKFLOWS,
        tuple(f"on.{event}.{key}" for event in ("push", "pull_request") for key in _FILTERS),
        Items.PATTERNS,
        "a run starts if any of them matches",
    ),
    SetRule(_WORKFLOWS, ("jobs.*.needs",), Items.TEXTS, "a job waits for all of them"),
    SetRule(
        ("dvc.yaml",),
        tuple(f"stages.*.{key}" for key in ("deps", "outs", "params", "metrics")),
        Items.PATHS,
        "DVC sorts them",
    ),
    SetRule(
        ("environment.yml", "environment.yaml"),
        ("dependencies",),
        Items.REQUIREMENTS,
        "all of them hold at once",
    ),
    SetRule(
        (".devcontainer.json", "devcontainer.json"),
        ("customizations.vscode.extensions",),
        Items.TEXTS,
        "all of them are installed",
    ),
    SetRule((".vscode/extensions.json",), ("recommendations",), Items.TEXTS, "a list of names"),
    SetRule((".modelyard.toml",), ("keep",), Items.ENTRIES, "each is about one path and key"),
    SetRule(("*.py",), (EXPORTS,), Items.TEXTS, "names that are exported"),
    SetRule(("*.py",), (NAMES,), Items.TEXTS, "each name is bound once"),
)


def find(path: Sequence[str]) -> Items | None:
    """Return what the items of a list are, or None for a list that is no set.

    Args:
        path: The file, and the keys that lead to the list in there.
    """
    return _find(tuple(path)) if path else None


@lru_cache(maxsize=4096)
def _find(path: tuple[str, ...]) -> Items | None:
    file = PurePosixPath(path[0])
    for rule in SETS:
        if any(file.match(pattern) for pattern in rule.files) and _stands_at(rule, path, file):
            return rule.items
    return None


def _stands_at(rule: SetRule, path: tuple[str, ...], file: PurePosixPath) -> bool:
    if file.suffix == ".py":
        return path[-1] in rule.keys
    found = [part for part in path[1:] if part != "<documents>"]
    if found[:1] == ["[]"] and "<documents>" in path:
        del found[0]
    found = ["on" if part == "True" else part for part in found]  # as YAML 1.1 reads `on`
    for keys in rule.keys:
        wanted = keys.split(".")
        if len(wanted) == len(found) and all(
            want in ("*", part) for want, part in zip(wanted, found, strict=True)
        ):
            return True
    return False


def identities(items: Items, values: Sequence[Any]) -> list[Hashable] | None:
    """Name each item of a set; None where the list is one that has an order after all."""
    if items is Items.PATTERNS and any(str(value).startswith("!") for value in values):
        return None
    named = [_identity(items, value) for value in values]
    return None if None in named or len(set(named)) < len(named) else named


def _identity(items: Items, value: Any) -> Hashable | None:
    if isinstance(value, dict) and items is Items.ENTRIES:
        return tuple(str(value.get(name, "")) for name in ("path", "key"))
    if isinstance(value, dict) and len(value) == 1:
        ((key, inside),) = value.items()
        if items is Items.PATHS:
            return str(key)
        if items is Items.REQUIREMENTS:  # `{include-group = "test"}`, or conda's list for pip
            return str(key), inside if isinstance(inside, str) else ""
    if not isinstance(value, str):
        return None
    if items is Items.REQUIREMENTS:
        return None if value.startswith("-") else package(value)
    return value


def package(text: str) -> str:
    """Return what a requirement or a `name=version` is about, or the text itself.

    Names are normalised as PEP 503 has it.
    """
    found = _PINNED.match(text.strip())
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else text
