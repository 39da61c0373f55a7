"""What a Python file means, whichever formatter wrote it: what it runs, and its comments."""

import ast
import inspect
import io
import tokenize
import warnings
from collections import Counter
from typing import Any

_Suite = list[ast.stmt]
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_BODIES = ("body", "orelse", "finalbody")
_IMPORTS = (ast.Import, ast.ImportFrom)


def meaning(content: bytes) -> Any:
    """Return what is equal of two files where one is what a formatter made of the other.

    Raises:
        Exception: What Python raises for a text that it cannot read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(content)
    for node in ast.walk(tree):
        _normalize(node)
    tokens = tokenize.tokenize(io.BytesIO(content).readline)
    comments = Counter(
        token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT
    )
    return ast.dump(tree), comments


def _normalize(node: ast.AST) -> None:
    """Take from a node what formatters change and Python does not run."""
    if isinstance(node, ast.Constant):
        node.kind = None  # u"" is ""
    if isinstance(node, ast.Delete):
        node.targets = [one for target in node.targets for one in _elements(target)]
    if isinstance(node, _DOCUMENTED):
        _clean_documentation(node.body)
    for name in _BODIES:
        body = getattr(node, name, None)
        if isinstance(body, list):
            setattr(node, name, _with_sorted_imports(body))


def _elements(target: ast.expr) -> list[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple) else [target]


def _clean_documentation(body: _Suite) -> None:
    """Indentation of a docstring, and blanks at the ends of its lines, are its form."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        text = first.value.value
        if isinstance(text, str):
            lines = inspect.cleandoc(text).splitlines()
            first.value.value = "\n".join(line.rstrip() for line in lines).strip()


def _with_sorted_imports(body: _Suite) -> _Suite:
    """Give the imports that follow each other an order of their own, where theirs says nothing."""
    made: _Suite = []
    run: list[ast.Import | ast.ImportFrom] = []
    for statement in body:
        if isinstance(statement, _IMPORTS):
            run.append(statement)
            continue
        made += [*_sorted(run), statement]
        run = []
    return [*made, *_sorted(run)]


def _sorted(run: list[ast.Import | ast.ImportFrom]) -> list[Any]:
    """Sort imports, one name each; those of which one may hide another stay as they are."""
    single: dict[str, ast.stmt] = {}
    bound: dict[str, str] = {}
    for statement in run:
        for alias in statement.names:
            if isinstance(statement, ast.ImportFrom):
                one: ast.stmt = ast.ImportFrom(statement.module, [alias], statement.level)
            else:
                one = ast.Import([alias])
            told = ast.dump(one)
            name = alias.asname or alias.name
            # `import a.b` and `import a.c` both bind `a`, to the same module.
            if name == "*" or bound.setdefault(name, told) != told:
                return list(run)
            single[told] = one
    return [single[told] for told in sorted(single)]
