"""A tree of files as git sees it: path, mode and blob, whether it was rendered or committed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

PLAIN = "100644"
EXECUTABLE = "100755"
SYMLINK = "120000"
SUBMODULE = "160000"
SHA256 = "sha256"


class File(NamedTuple):
    """One file. A symlink's blob holds its target; a submodule's `oid` is a commit, not a blob."""

    mode: str
    oid: str


Tree = Mapping[str, File]
"""Files by path: `/` between the parts, decoded like a file name (`os.fsdecode`)."""

Read = Callable[[str], bytes]
"""Gives the content of the blob that an `oid` names."""

Sizes = Callable[[Iterable[str]], Mapping[str, int]]
"""Gives the sizes of blobs, without reading them."""


def algorithm_of(oid: str) -> str:
    """Return the object format that an id is of."""
    return SHA256 if len(oid) == 64 else "sha1"


def blob_id(content: bytes, algorithm: str = "sha1") -> str:
    """Return the id that git gives a blob; `algorithm` is the repo's object format."""
    header = b"blob %d\0" % len(content)
    return hashlib.new(algorithm, header + content, usedforsecurity=False).hexdigest()
