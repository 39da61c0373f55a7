"""What Python source means, as plain values: statements with a name each, told by `ast` alone."""

import ast
import warnings
from typing import Any

from modelyard.update.structured.commute import Statement, effect
from modelyard.update.structured.lists import BLOCK, BODY
from modelyard.update.structured.sets import EXPORTS, NAMES
from modelyard.update.structured.values import Disagreement

_DEEPEST = 150
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def value(text: str) -> dict[str, Any]:
    """Return what a module means.

    Raises:
        Disagreement: It is nested so deeply that parsers may not live through it.
        SyntaxError: It is not Python, or does not compile.
    """
    return {BODY: statements(parse(text).body)}


def parse(text: str) -> ast.Module:
    """Return the tree of a module that compiles; raises what `value` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
        _check_depth(tree)
        compile(tree, "<merged>", "exec", dont_inherit=True)
    return tree


def statements(body: list[ast.stmt], in_class: bool = False) -> list[Statement]:
    """Return a plain value for each statement of a module or class."""
    return [statement(found, first=at == 0, in_class=in_class) for at, found in enumerate(body)]


def statement(node: ast.stmt, first: bool = False, in_class: bool = False) -> Statement:
    """Return the name of a statement, and its parts where they are merged one by one.

    Args:
        node: The statement.
        first: Whether it is the first of its body, where a string is documentation.
        in_class: Whether the body is that of a class.
    """
    found = Statement(key=_name(node, first), **_parts(node))
    found.effect = effect(node, in_class)
    return found


def _parts(node: ast.stmt) -> dict[str, Any]:
    if isinstance(node, ast.ClassDef):
        return {"head": _emptied(node, "body"), BODY: statements(node.body, in_class=True)}
    if isinstance(node, _FUNCTION):
        block = [statement(found, first=at == 0) for at, found in enumerate(node.body)]
        return {"head": _emptied(node, "body"), BLOCK: block}
    if isinstance(node, ast.ImportFrom):
        names = [f"{n.name} as {n.asname}" if n.asname else n.name for n in node.names]
        return {NAMES: names}
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
        items = [getattr(item, "value", None) for item in node.value.elts]
        if all(isinstance(item, str) for item in items):
            head = [ast.dump(target) for target in node.targets]
            exports = [ast.unparse(target) for target in node.targets] == ["__all__"]
            return {"head": head, EXPORTS if exports else "items": items}
    return {"dump": ast.dump(node)}


def _name(node: ast.stmt, first: bool) -> str:
    if isinstance(node, _FUNCTION):
        roles = [d.attr for d in node.decorator_list if isinstance(d, ast.Attribute)]
        role = next((r for r in roles if r in ("setter", "getter", "deleter")), "")
        return f"def {node.name} {role}".rstrip()
    if isinstance(node, ast.ClassDef):
        return f"class {node.name}"
    if isinstance(node, ast.ImportFrom):
        return f"from {'.' * node.level}{node.module or ''}"
    if isinstance(node, ast.Import):
        return "import " + ", ".join(f"{n.name} as {n.asname}" for n in node.names)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return f"assign {ast.unparse(node.targets[0])}"
    if isinstance(node, ast.AnnAssign):
        return f"assign {ast.unparse(node.target)}"
    if first and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return "doc"
    if isinstance(node, ast.If):
        return f"stmt if {ast.unparse(node.test)}"
    return f"stmt {ast.dump(node)}"


def _emptied(node: ast.AST, field: str) -> str:
    fields = {name: part for name, part in ast.iter_fields(node) if name != field}
    return ast.dump(type(node)(**fields, **{field: []}))


def _check_depth(tree: ast.AST) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise Disagreement("nested too deeply")
