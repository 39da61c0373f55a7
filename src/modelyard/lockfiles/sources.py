"""A distribution that a pyproject.toml names by path, and its content."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A distribution that a pyproject.toml names by path.

    Attributes:
        package: The package that it provides, in the normal form of its name.
        path: Where it is, from the folder of the pyproject.toml.
        content: Its bytes.
        left_out: Another lock holds it, so this one does not.
    """

    package: str
    path: str
    content: bytes
    left_out: bool = False
