"""The formats that can be merged by meaning, by the name of the file."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Protocol

from modelyard.update.structured import (
    ignore_file,
    json_file,
    python_file,
    requirements_file,
    toml_file,
    yaml_file,
)
from modelyard.update.structured.pieces import Piece


class Format(Protocol):
    """What the module of a format has.

    Attributes:
        ROOT: The path at which the whole value stands.
        ORDERED: Whether the order of keys is part of the meaning.
    """

    ROOT: tuple[str, ...]
    ORDERED: bool

    def __hash__(self) -> int:
        """Return what tells modules apart."""

    def split(self, text: str, /) -> Piece:
        """Cut a text into pieces that, put together, are the text."""

    def value(self, text: str, /) -> Any:
        """Return what a text means, read as a whole and not in the pieces of `split`."""

    def comments(self, text: str, /) -> list[str]:
        """Return the comments of a text."""


FORMATS: Mapping[str, Format] = {
    ".code-workspace": json_file,
    ".json": json_file,
    ".jsonc": json_file,
    ".py": python_file,
    ".toml": toml_file,
    ".yaml": yaml_file,
    ".yml": yaml_file,
}


def find(path: str) -> Format | None:
    """Return the format of the file at `path`, or None for one that is not known."""
    file = PurePosixPath(path)
    if file.name in ignore_file.NAMES:
        return ignore_file
    return requirements_file if requirements_file.is_one(path) else FORMATS.get(file.suffix)
