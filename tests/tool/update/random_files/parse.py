"""Whether a file can be read, by parsers that the merge does not use where there are others."""

import ast
import json
import re
import tomllib
import warnings
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import yaml

_COMMENT = re.compile(r"^([^\"\n]*(?:\"[^\"\n]*\"[^\"\n]*)*?)//.*$", re.M)
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")


def _json(text: str) -> Any:
    return json.loads(_LAST_COMMA.sub("", _COMMENT.sub(r"\1", text)), object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


class _Loader(yaml.SafeLoader):
    """PyYAML's, but a key must not stand twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        made = super().construct_mapping(node, deep=deep)
        if len(made) < len(node.value):
            raise ValueError("a key stands twice")
        return made


def _yaml(text: str) -> Any:
    return yaml.load(text, _Loader)  # noqa: S506  # a subclass of the safe one


_PARSERS: dict[str, Callable[[str], Any]] = {
    ".json": _json,
    ".py": ast.parse,
    ".toml": tomllib.loads,
    ".yaml": _yaml,
    ".yml": _yaml,
}


def can_be_parsed(path: str, text: str) -> bool:
    """Tell whether a file can be read; one of a kind without a parser always can."""
    parser = _PARSERS.get(PurePosixPath(path).suffix)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parser is None or parser(text) is not Ellipsis
    except (ValueError, SyntaxError, yaml.YAMLError):
        return False
