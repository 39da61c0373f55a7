"""Failures for the owner of a repo: where in the code it is, and what is wrong, in a few lines."""

import ast
import inspect
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest
import yaml

from ..errors import ProjectError
from ..redaction import redact

T = TypeVar("T")


def fail(place: str, problem: str) -> NoReturn:
    """Fail the test with one message and no traceback."""
    pytest.fail(redact(f"{place}: {problem}"), pytrace=False)


def place(root: Path, function: Any) -> str:
    """Return where a function is written: `src/flights/features.py:24 build`."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    code = getattr(function, "__code__", None)
    name = getattr(function, "__name__", type(function).__name__)
    if code is None:
        return f"{getattr(function, '__module__', '')} {name}".strip()
    return f"{_shown(root, code.co_filename)}:{code.co_firstlineno} {name}"


def place_of_name(path: Path, root: Path, name: str) -> str:
    """Return where a file assigns a name, or has it as a text (the key of a table)."""
    line = 1
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        targets: list[ast.expr] = [node.target] if isinstance(node, ast.AnnAssign) else []
        targets += node.targets if isinstance(node, ast.Assign) else []
        assigned = any(isinstance(t, ast.Name) and t.id == name for t in targets)
        keys = node.keys if isinstance(node, ast.Dict) else []
        found = [k.lineno for k in keys if isinstance(k, ast.Constant) and k.value == name]
        if assigned or found:
            line = found[0] if found else getattr(node, "lineno", line)
            break
    return f"{_shown(root, path)}:{line} {name}"


def place_in_params(root: Path, *keys: str) -> str:
    """Return where params.yaml has a setting: `params.yaml:16 gate.floors`."""
    path = root / "params.yaml"
    node, line = yaml.compose(path.read_text("utf-8")), 1
    for key in keys:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        for name, value in pairs:
            if name.value == key:
                node, line = value, name.start_mark.line + 1
    return f"{path.name}:{line} {'.'.join(keys)}"


def call(root: Path, function: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Call a function of the owner's; what it raises fails the test, with the owner's line."""
    try:
        return function(*arguments, **options)
    except Exception as error:
        raised = error
    # Out of the handler, so that pytest does not print what was raised once more.
    if isinstance(raised, ProjectError):
        hint = f"\n  hint: {raised.hint}" if raised.hint else ""
        pytest.fail(f"{raised}{hint}", pytrace=False)
    said = f"{type(raised).__name__}: {raised}"
    fail(_raised_in(root, raised) or place(root, function), f"raises {said[:300]}")


def _raised_in(root: Path, error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    source = (root / "src").resolve()
    own = [f for f in frames if Path(f.filename).resolve().is_relative_to(source)]
    return f"{_shown(root, own[-1].filename)}:{own[-1].lineno} {own[-1].name}" if own else ""


def listed(names: Sequence[Any], most: int = 5) -> str:
    """Return names as a text, the first few of many."""
    shown = ", ".join(str(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _shown(root: Path, path: str | Path) -> str:
    full = Path(path).resolve()
    if not full.is_relative_to(root):
        return "/".join(full.parts[-2:])
    return str(full.relative_to(root))
