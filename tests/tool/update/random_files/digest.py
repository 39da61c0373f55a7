"""Prints what an update makes of the random files of a seed, as one hash: `python -m … SEED`."""

import hashlib
import sys
import tempfile
from pathlib import Path

from tests.tool.update.random_files.cases import trees
from tests.tool.update.threes import Threes


def main() -> None:
    """Merge, and print the hash of all that it gives."""
    files = trees(int(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        found = Threes(Path(folder, "repo")).update(files.base, files.ours, files.theirs)
    parts = (sorted(found.files.items()), found.merged.conflicts, found.notices, found.losses)
    print(hashlib.sha256(repr(parts).encode()).hexdigest())


if __name__ == "__main__":
    main()
