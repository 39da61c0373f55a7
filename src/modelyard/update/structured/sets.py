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

from modelyard.update.structured.values import freeze

NAMES, EXPORTS = "<names>", "<exports>"
"""The last part of the path of the names of one `from … import`, and of the texts of `__all__`."""
PATTERNS, LINES = "<patterns>", "<requirements>"
"""The path of the patterns of an ignore file, and of the lines of one of requirements."""
_PINNED = re.compile(
    r"@?[\w./-]+(?=\s*(\[[^\]]*\]\s*)?(=|@|\(|[<>!~]=?))|@?[\w./-]+$|[\w.-]+(?=\[|\s*;)"
)


class Items(Enum):
    """What the items of a set are, which tells when two of them are the same."""

    REQUIREMENTS = "told apart by the name of the package"
    TEXTS = "told apart as they are"
    PATTERNS = "told apart as they are; ordered as soon as one begins with `!`"
    PATHS = "a path, or a path with settings"
    SCALARS = "texts, numbers and truth values, told apart as they are"
    ENTRIES = "told apart by their path and key"


@dataclass(frozen=True)
class SetRule:
    """Lists that are sets.

    Attributes:
        files: What matches the path of the file, from its end.
        keys: Where in the file they stand; `*` is any one key.
        items: What their items are.
        reason: Why their order means nothing.
        other: Names that `*` at the end of a key does not stand for.
    """

    files: tuple[str, ...]
    keys: tuple[str, ...]
    items: Items
    reason: str
    other: tuple[str, ...] = ()


_RUFF = (
    *("select", "ignore", "extend-select", "extend-ignore", "fixable", "unfixable"),
    *("extend-fixable", "external", "per-file-ignores.*", "extend-per-file-ignores.*"),
)
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
            "tool.uv.dev-dependencies",
            "tool.pdm.dev-dependencies.*",
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
        tuple(f"tool.ruff.{place}{key}" for place in ("lint.", "") for key in _RUFF),
        Items.TEXTS,
        "the more specific rule wins, wherever it stands",
    ),
    SetRule(
        ("ruff.toml", ".ruff.toml"),
        tuple(f"{place}{key}" for place in ("lint.", "") for key in _RUFF),
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
        ("pyproject.toml",),
        (
            "tool.coverage.report.exclude_lines",
            "tool.coverage.report.exclude_also",
            "tool.coverage.report.partial_branches",
            "tool.pytest.ini_options.norecursedirs",
        ),
        Items.TEXTS,
        "it counts if any of them matches",
    ),
    SetRule(
        _WORKFLOWS,
        tuple(f"on.{event}.{key}" for event in ("push", "pull_request") for key in _FILTERS),
        Items.PATTERNS,
        "a run starts if any of them matches",
    ),
    SetRule(_WORKFLOWS, ("jobs.*.needs",), Items.TEXTS, "a job waits for all of them"),
    SetRule(
        _WORKFLOWS,
        ("jobs.*.strategy.matrix.*",),
        Items.SCALARS,
        "each of them is combined with each other value, and no combination waits for another",
        other=("include", "exclude"),
    ),
    SetRule(
        (".pre-commit-config.yaml",),
        (
            "default_install_hook_types",
            "default_stages",
            *(f"repos.[].hooks.[].{key}" for key in ("types", "types_or", "exclude_types")),
            "repos.[].hooks.[].stages",
        ),
        Items.TEXTS,
        "labels, each of which is there or not",
    ),
    SetRule(
        (".pre-commit-config.yaml",),
        ("repos.[].hooks.[].additional_dependencies",),
        Items.REQUIREMENTS,
        "all of them are installed",
    ),
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
    SetRule(
        ("requirements*.txt", "requirements*.in", "*requirements.txt", "requirements/*.txt"),
        (LINES,),
        Items.REQUIREMENTS,
        "all of them hold at once",
    ),
    SetRule(
        (".vscode/extensions.json",),
        ("recommendations", "unwantedRecommendations"),
        Items.TEXTS,
        "a list of names",
    ),
    SetRule(
        (
            *(".gitignore", ".dockerignore", ".dvcignore", ".helmignore"),
            *(".npmignore", ".prettierignore"),
        ),
        (PATTERNS,),
        Items.PATTERNS,
        "a file is ignored if any of them matches",
    ),
    SetRule((".modelyard.toml",), ("keep",), Items.ENTRIES, "each is about one path and key"),
    SetRule(("*.py",), (EXPORTS,), Items.TEXTS, "names that are exported"),
    SetRule(("*.py",), (NAMES,), Items.TEXTS, "each name is bound once"),
)


def names_in(value: Any) -> str | None:
    """Return under which key the plain value of a statement has names whose order is free."""
    found = [key for key in (NAMES, EXPORTS) if isinstance(value, dict) and key in value]
    return found[0] if found else None


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
            return found[-1] not in rule.other
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
    if items is Items.SCALARS and isinstance(value, bool | int | float | tuple):
        return freeze(value)  # YAML's own reader gives the tag of a number with its text
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
