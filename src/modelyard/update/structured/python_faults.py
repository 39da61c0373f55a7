"""What is provably wrong in a Python module that compiles: names and fields in each other's way."""

import ast
from collections import Counter
from collections.abc import Iterator

from modelyard.update.structured.python_meaning import parse

_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def read(source: str) -> list[ast.stmt]:
    """Return the statements of a module.

    Raises:
        SyntaxError: It is not Python, or does not compile.
    """
    return parse(source).body


def defined_twice(body: list[ast.stmt], outside: str = "") -> Iterator[str]:
    """Name what is defined twice in one body, where nothing decorates either: the first is lost."""
    found = Counter(n.name for n in body if isinstance(n, _DEFINITION) and not n.decorator_list)
    yield from (f"{outside}{name}" for name, count in found.items() if count > 1)
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from defined_twice(node.body, f"{outside}{node.name}.")


def fields_out_of_order(body: list[ast.stmt], outside: str = "") -> Iterator[str]:
    """Name the dataclasses and named tuples that Python refuses to make when it imports them."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            if _has_fields(node) and _out_of_order(node.body):
                yield f"{outside}{node.name}"
            yield from fields_out_of_order(node.body, f"{outside}{node.name}.")


def _has_fields(node: ast.ClassDef) -> bool:
    if any(ast.unparse(base) in ("NamedTuple", "typing.NamedTuple") for base in node.bases):
        return True
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(called) in ("dataclass", "dataclasses.dataclass"):
            words = decorator.keywords if isinstance(decorator, ast.Call) else []
            return not any(word.arg in ("kw_only", "init", None) for word in words)
    return False


def _out_of_order(body: list[ast.stmt]) -> bool:
    defaults = False
    for node in body:
        if not isinstance(node, ast.AnnAssign):
            continue
        kind = ast.unparse(node.annotation)
        if "KW_ONLY" in kind:
            return False
        if "ClassVar" in kind or isinstance(node.value, ast.Call):  # `field(…)` says it itself
            continue
        if node.value is None and defaults:
            return True
        defaults = defaults or node.value is not None
    return False
