"""The packages of the tool by layer: from what a linter checks, and from their docstrings."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from .renders import SUITE, between, code, table

SOURCE = SUITE / "src" / "modelyard"


def layers() -> list[list[str]]:
    """Return the packages of each layer, the top one first."""
    settings = tomllib.loads((SUITE / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [layer.split(" | ") for layer in layers]


def page(repo: Path) -> str:
    """Return CONTRIBUTING.md with the table of packages; `repo`, a render, has no part in it."""
    found = layers()
    numbered = zip(range(len(found), 0, -1), found, strict=True)
    rows = [row for number, packages in numbered for row in _layer(number, packages)]
    drawn = table(["layer", "package", "what is in it", "its modules"], rows)
    return between((SUITE / "CONTRIBUTING.md").read_text("utf-8"), "layers", drawn)


def _layer(layer: int, packages: list[str]) -> Iterator[list[str]]:
    for number, package in enumerate(packages):
        folder = SOURCE / package
        modules = ", ".join(_modules(folder)) if folder.is_dir() else ""
        about = _about(folder / "__init__.py" if folder.is_dir() else SOURCE / f"{package}.py")
        yield [str(layer) if not number else "", code(package), about, modules]


def _modules(folder: Path) -> list[str]:
    inside = [path for path in sorted(folder.iterdir()) if path.name != "__pycache__"]
    return [
        f"{path.name}/" if path.is_dir() else path.stem
        for path in inside
        if (path / "__init__.py").exists() or (path.suffix == ".py" and path.stem != "__init__")
    ]


def _about(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]
