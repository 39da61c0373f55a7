"""Names of a Python module that two changes together bind twice, or not at all."""

import ast
import builtins
import symtable
from collections import defaultdict
from collections.abc import Iterator

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
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


def bound_too_late(body: list[ast.stmt]) -> Iterator[str]:
    """Name what a module reads while it is imported, and binds only further below.

    What a function reads when it is called is of no account, nor what one may bind then.
    """
    inner = [node for statement in body for node in ast.walk(statement)]
    unknown = {name for node in inner if isinstance(node, ast.Global) for name in node.names}
    is_lazy = any(isinstance(node, ast.ImportFrom) and _is_lazy(node) for node in body)
    known = {*vars(builtins)} | unknown
    early: set[str] = set()
    for statement in body:
        found = _AtImport(is_lazy)
        found.visit(statement)
        if "*" in found.binds:
            return
        own = {statement.name} if isinstance(statement, _DEFINITION) else found.binds
        yield from sorted((own & early) - known)
        known |= own
        early |= found.reads - found.binds - known


def _is_lazy(node: ast.ImportFrom) -> bool:
    return node.module == "__future__" and any(one.name == "annotations" for one in node.names)


class _AtImport(ast.NodeVisitor):
    """The names that a statement reads and binds when it runs, not when its functions are called.

    Attributes:
        reads: The names that it reads.
        binds: The names that it binds, those of a comprehension and of a class body too.
    """

    def __init__(self, is_lazy: bool) -> None:
        self.reads: set[str] = set()
        self.binds: set[str] = set()
        self._is_lazy = is_lazy

    def visit(self, node: ast.AST) -> None:
        """Visit what runs at once."""
        if isinstance(node, ast.alias):
            self.binds.add(node.asname or node.name.partition(".")[0])
            return
        for key in ("name", "rest"):  # definitions, handlers, and patterns of `match`
            found = getattr(node, key, None)
            if isinstance(found, str):
                self.binds.add(found)
        left_out = {"body"} if isinstance(node, _FUNCTION) else set()
        if type(node).__name__ == "TypeAlias":  # Python 3.12 has it, and reads its value later
            left_out.add("value")
        if self._is_lazy:
            left_out |= {"annotation", "returns"}
        if isinstance(node, ast.Name):
            (self.reads if isinstance(node.ctx, ast.Load) else self.binds).add(node.id)
        for field, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if field not in left_out and isinstance(child, ast.AST):
                    self.visit(child)
