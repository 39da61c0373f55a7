"""The library that runs: what is installed, edited or not, and not what is locked."""

from pathlib import Path

from .hashing import hash_tree

LIBRARY = Path(__file__).parent
# What it is called among the files that have changed.
NAME = "modelyard-platform (as installed)"


def library_hash() -> str:
    """Return one hash of all files of the library in this environment."""
    return hash_tree(LIBRARY)
