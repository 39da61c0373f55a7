"""Which statements of a module or a class may change places: what they do is bind names, no more.

Everything that is called, stored elsewhere than in a plain name, decorated or inherited from may do
something when it runs, and then it matters what ran before it.
"""

import ast
import builtins
from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple


class Movable(Enum):
    """What may change places, for docs/explanation/updates.md."""

    IMPORT = "imports, save of `*` and of `__future__`: every sorter of imports reorders them"
    FUNCTION = "functions that are not decorated, or with what is known only to mark them"
    CLASS = "classes of functions and constants, without a base that could register them"
    CONSTANT = "constants and names of a module, not of a class: there they may be fields"


class Effect(NamedTuple):
    """What a statement does when it runs.

    Attributes:
        binds: The names that it binds, each with what they come from.
        reads: The names that have to be bound before.
        kind: Why nothing else happens.
    """

    binds: dict[str, str]
    reads: frozenset[str]
    kind: Movable


class Statement(dict[str, Any]):
    """The plain value of a statement, with what it does when it runs where that is known."""

    effect: Effect | None = None


def commute(mine: Iterable[Any], yours: Iterable[Any]) -> bool:
    """Tell whether the statements of two sides mean the same in either order."""
    left, right = ([getattr(found, "effect", None) for found in side] for side in (mine, yours))
    for one in left:
        for other in right:
            if one is None or other is None or not _apart(one, other):
                return False
    return True


def _apart(one: Effect, other: Effect) -> bool:
    if one.reads & other.binds.keys() or other.reads & one.binds.keys():
        return False
    return all(one.binds[name] == other.binds[name] for name in one.binds.keys() & other.binds)


_MARKS = {"abstractmethod", "cached_property", "classmethod", "override", "property"} | {
    *("staticmethod", "pytest.fixture", "dataclass", "dataclasses.dataclass"),
    *("functools.cached_property", "abc.abstractmethod", "typing.override"),
}
_BASES = {"Protocol", "object"} | {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
_PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Set, ast.Dict)
_TYPES = (*_PLAIN, ast.Subscript, ast.BinOp, ast.BitOr)


class _NotPlainError(Exception):
    pass


def effect(node: ast.stmt, in_class: bool) -> Effect | None:
    """Return what a statement does when it runs, or None where that may be anything."""
    try:
        return _effect(node, in_class)
    except _NotPlainError:
        return None


def _effect(node: ast.stmt, in_class: bool) -> Effect:
    if isinstance(node, ast.Import):
        binds = {n.asname or n.name.split(".")[0]: n.name.split(".")[0] for n in node.names}
        binds |= {n.asname: n.name for n in node.names if n.asname}
        return Effect(binds, frozenset(), Movable.IMPORT)
    if isinstance(node, ast.ImportFrom):
        source = "." * node.level + (node.module or "")
        if source == "__future__" or any(n.name == "*" for n in node.names):
            raise _NotPlainError
        binds = {n.asname or n.name: f"{source}.{n.name}" for n in node.names}
        return Effect(binds, frozenset(), Movable.IMPORT)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        reads = _function_reads(node)
        return Effect({node.name: f"def {node.name}"}, reads, Movable.FUNCTION)
    if isinstance(node, ast.ClassDef):
        return Effect({node.name: f"class {node.name}"}, _class_reads(node), Movable.CLASS)
    if not in_class:
        name, reads = _constant(node)
        return Effect({name: ast.dump(node)}, reads, Movable.CONSTANT)
    raise _NotPlainError


def _constant(node: ast.stmt) -> tuple[str, frozenset[str]]:
    reads: set[str] = set()
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    elif isinstance(node, ast.AnnAssign):
        target = node.target
        reads |= _reads(node.annotation, _TYPES)
    else:
        raise _NotPlainError
    if not isinstance(target, ast.Name):
        raise _NotPlainError
    return target.id, frozenset(reads | _reads(node.value, _PLAIN))


def _function_reads(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    reads = _decorator_reads(node.decorator_list)
    given = node.args
    for argument in [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]:
        reads |= _reads(argument.annotation if argument else None, _TYPES)
    for default in (*given.defaults, *given.kw_defaults):
        reads |= _reads(default, _PLAIN)
    return frozenset(reads | _reads(node.returns, _TYPES))


def _class_reads(node: ast.ClassDef) -> frozenset[str]:
    if node.keywords or any(ast.unparse(base) not in _BASES for base in node.bases):
        raise _NotPlainError
    reads = _decorator_reads(node.decorator_list)
    for inner in node.body:
        if isinstance(inner, ast.Pass) or _is_doc(inner):
            continue
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            reads |= _function_reads(inner)
        else:
            reads |= _constant(inner)[1]
    return frozenset(reads)


def _is_doc(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _decorator_reads(decorators: list[ast.expr]) -> set[str]:
    """Return the names that decorators read; only those count that mark what they are given."""
    reads: set[str] = set()
    for decorator in decorators:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = ast.unparse(called)
        accessor = name.rpartition(".")[2] in ("setter", "getter", "deleter")
        if not (name in _MARKS or accessor or name.startswith("pytest.mark.")):
            raise _NotPlainError
        reads |= _reads(called, _PLAIN)
        if isinstance(decorator, ast.Call):
            for given in [*decorator.args, *(word.value for word in decorator.keywords)]:
                reads |= _reads(given, _PLAIN)
    return reads


def _reads(node: ast.expr | None, allowed: tuple[type[ast.AST], ...]) -> set[str]:
    """Return the names in an expression that only reads names and builds values."""
    names: set[str] = set()
    for inner in ast.walk(node) if node else ():
        if isinstance(inner, ast.Name):
            names.add(inner.id)
        free = isinstance(inner, (*allowed, ast.UnaryOp, ast.unaryop, ast.expr_context))
        if not free:
            raise _NotPlainError
    return names
