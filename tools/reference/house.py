"""The rooms of the tool by floor: from the layers that a linter holds, and from docstrings."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from .renders import SUITE, between, code, table

SOURCE = SUITE / "src" / "modelyard"


def floors() -> list[list[str]]:
    """Return the rooms of each floor, the top one first."""
    settings = tomllib.loads((SUITE / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [layer.split(" | ") for layer in layers]


def page(repo: Path) -> str:
    """Return CONTRIBUTING.md with the table of rooms; `repo`, a render, has no part in it."""
    rows = [row for floor in floors() for row in _floor(floor)]
    text = (SUITE / "CONTRIBUTING.md").read_text("utf-8")
    return between(text, "house", table(["floor", "room", "what is in it", "its modules"], rows))


def _floor(rooms: list[str]) -> Iterator[list[str]]:
    for number, room in enumerate(rooms):
        folder = SOURCE / room
        modules = ", ".join(_modules(folder)) if folder.is_dir() else ""
        about = _about(folder / "__init__.py" if folder.is_dir() else SOURCE / f"{room}.py")
        level = len(floors()) - [room in floor for floor in floors()].index(True)
        yield [str(level) if not number else "", code(room), about, modules]


def _modules(folder: Path) -> list[str]:
    inside = [path for path in sorted(folder.iterdir()) if path.name != "__pycache__"]
    return [
        f"{path.name}/" if path.is_dir() else path.stem
        for path in inside
        if (path / "__init__.py").exists() or (path.suffix == ".py" and path.stem != "__init__")
    ]


def _about(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]
