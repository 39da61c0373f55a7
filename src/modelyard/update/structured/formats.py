"""The formats that can be merged by meaning, by the name of the file."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from modelyard.update.structured import json_file, python_file, toml_file, yaml_file
from modelyard.update.structured.pieces import Piece


class Format(NamedTuple):
    """What a format can do.

    Attributes:
        split: Cuts a text into pieces.
        value: Tells what a text means, by another parser than `split`.
        comments: Lists its comments.
        root: The path at which the whole value stands.
        ordered: Whether the order of keys is part of the meaning.
    """

    split: Callable[[str], Piece]
    value: Callable[[str], Any]
    comments: Callable[[str], list[str]]
    root: tuple[str, ...]
    ordered: bool


_MODULES: dict[str, Any] = {
    ".json": json_file,
    ".py": python_file,
    ".toml": toml_file,
    ".yaml": yaml_file,
    ".yml": yaml_file,
}


def find(path: str) -> Format | None:
    """Return the format of the file at `path`, or None for one that is not known."""
    module = _MODULES.get(PurePosixPath(path).suffix)
    if module is None:
        return None
    return Format(module.split, module.value, module.comments, module.ROOT, module.ORDERED)
