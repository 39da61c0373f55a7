"""What the fields of a lineage may hold.

A lineage comes back from a server, and what reads it gives commits to git, versions to uv, names to
the file system and texts to a terminal: so each is only what a training writes.
"""

from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.as_posix() != name or name == ".":
        raise ValueError("not the name of a file in the repo")
    return name


Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$", max_length=4096)]
Name = Annotated[Line, AfterValidator(_inside)]
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]
Python = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+(\.[0-9a-z+]+)?$")]
Sha256 = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Number = Annotated[str, Field(pattern=r"^[0-9]*$")]
Hashes = dict[Name, Annotated[str, Field(pattern=r"^[0-9a-f]{32}([0-9a-f]{32})?(\.dir)?$")]]
