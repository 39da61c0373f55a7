"""Proves that a formatter changed the form of a file and not what it means.

What a formatter made of a render may stand for the render in an audit only where this holds. It
shares no code with the merge, and believes no formatter.
"""

import ast
import inspect
import io
import json
import tokenize
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

_Suite = list[ast.stmt]
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_BODIES = ("body", "orelse", "finalbody")
_IMPORTS = (ast.Import, ast.ImportFrom)


def means_the_same(path: str, before: bytes, after: bytes) -> bool:
    """Tell whether two contents of a file mean the same, comments included. Never raises.

    Args:
        path: Its name, which tells what kind of file it is.
        before: The content as it was rendered.
        after: What a formatter made of it.
    """
    meaning = _MEANINGS.get(PurePosixPath(path).suffix, _text)
    try:
        return bool(meaning(before) == meaning(after))
    except Exception:  # parsers raise what they like; what cannot be read proves nothing
        return False


def _text(content: bytes) -> Any:
    """Return the lines without blanks at their ends, and without empty lines at the end."""
    if b"\0" in content:
        raise ValueError("not a text")
    return [line.rstrip() for line in content.rstrip().split(b"\n")]


def _json(content: bytes) -> Any:
    return json.loads(content, object_pairs_hook=_keys, parse_int=_number, parse_float=_number)


def _keys(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _number(digits: str) -> tuple[str, str]:
    # As it is written: to Python 1, 1.0 and true are equal.
    return "number", digits


def _toml(content: bytes) -> Any:
    return repr(tomllib.loads(content.decode())), _text(content)


def _yaml(content: bytes) -> Any:
    import yaml

    # What tells where an event stands is not part of what it says.
    said = [
        {name: value for name, value in vars(event).items() if not name.endswith("_mark")}
        for event in yaml.parse(content.decode(), Loader=yaml.SafeLoader)
    ]
    return said, _text(content)


def _python(content: bytes) -> Any:
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


_MEANINGS: Mapping[str, Callable[[bytes], Any]] = {
    ".json": _json,
    ".py": _python,
    ".pyi": _python,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
}


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
