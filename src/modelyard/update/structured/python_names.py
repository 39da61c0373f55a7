"""Names of a Python module that two changes together bind twice, or not at all."""

import ast
import builtins
import symtable
from collections import defaultdict
from collections.abc import Iterator

_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def bound_twice(body: list[ast.stmt], outside: str = "") -> Iterator[str]:
    """Name what one body gives two values, of which nothing makes the second from the first.

    Definitions beside definitions are left to `defined_twice`.
    """
    found: dict[str, set[str]] = defaultdict(set)
    assigned: set[str] = set()
    for node in body:
        for name, source in _bound(node):
            found[name].add(source)
            if not isinstance(node, _DEFINITION):
                assigned.add(name)
    for name, sources in found.items():
        if name in assigned and len(sources) > 1 and name != "_":
            yield f"{outside}{name}"
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from bound_twice(node.body, f"{outside}{node.name}.")


def _bound(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """Return the names that a statement binds anew, each with what it comes from."""
    if isinstance(node, _DEFINITION):
        if not node.decorator_list:
            yield node.name, f"def {node.name}"
    elif isinstance(node, ast.Import):
        for one in node.names:
            top = one.name.partition(".")[0]
            yield one.asname or top, f"import {one.name if one.asname else top}"
    elif isinstance(node, ast.ImportFrom):
        for one in node.names:
            yield one.asname or one.name, f"{node.level} {node.module} {one.name}"
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        read = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
        for target in targets:
            if isinstance(target, ast.Name) and target.id not in read:
                yield target.id, ast.dump(node.value)


def keys_twice(body: list[ast.stmt]) -> Iterator[str]:
    """Name the keys that one dictionary has twice, with two values: the first is lost."""
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if not isinstance(node, ast.Dict):
            continue
        found: dict[str, set[str]] = defaultdict(set)
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                found[repr(key.value)].add(ast.dump(value))
        yield from (key for key, values in found.items() if len(values) > 1)


def unbound(source: str) -> Iterator[str]:
    """Name what a module reads and nothing in it binds; nothing where a star may bind it."""
    if any(
        isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        for node in ast.parse(source).body
    ):
        return
    top = symtable.symtable(source, "<merged>", "exec")
    tables = [top]
    bound = set(vars(builtins))
    read: set[str] = set()
    for table in tables:
        tables += table.get_children()
        for symbol in table.get_symbols():
            outer = table is top or symbol.is_declared_global()
            if outer and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()):
                bound.add(symbol.get_name())
            elif symbol.is_referenced() and (table is top or symbol.is_global()):
                read.add(symbol.get_name())
    yield from sorted(name for name in read - bound if not name.startswith("__"))
